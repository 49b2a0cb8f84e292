import { spawn } from 'node:child_process';

/** Longest output of a script that is kept; the gateway cuts values far shorter. */
const OUTPUT_BYTES = 10 * 1024;

/** What a script has said. */
export interface Collected {
  value: string;
  error: string;
}

/**
 * Runs one key's script in a shell, as Coder's agents do: standard output and error together are the value, a failure
 * or a time that is over is the error, and both may be there.
 */
export function collect(script: string, timeoutMs: number): Promise<Collected> {
  return new Promise((resolve) => {
    // A group of its own, so that what the script has started ends with it.
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let error = '';
    const keep = (chunk: Buffer) => {
      if (bytes < OUTPUT_BYTES) chunks.push(chunk.subarray(0, OUTPUT_BYTES - bytes));
      else error = `output was cut at ${OUTPUT_BYTES} bytes`;
      bytes += chunk.length;
    };
    const timer = setTimeout(() => {
      error = `run cmd: timed out after ${timeoutMs / 1_000} s`;
      endGroup(child.pid);
    }, timeoutMs);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (cause) => {
      error = `start cmd: ${cause.message}`;
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (error === '' && code !== 0) error = `run cmd: ${code === null ? `signal ${signal}` : `exit status ${code}`}`;
      resolve({ value: Buffer.concat(chunks).toString().trimEnd(), error });
    });
  });
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}
