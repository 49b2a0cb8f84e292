import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a process calls itself and where it stands, as far as this system tells. */
export interface ProcessFacts {
  /** The command with its arguments, joined by spaces. */
  command: string;
  /** Its working directory; null where it cannot be read. */
  directory: string | null;
}

/** Whether a process of that number runs, ours or not. One that has ended and waits for its parent's notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || linuxStartMark(pid) !== null;
}

/**
 * A text that no other process of the same number has, on this boot or another: when it started. Null when the process
 * does not exist.
 */
export async function startMark(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return linuxStartMark(pid);
  if (!isAlive(pid)) return null;
  // Where no one tells, the number alone has to do.
  return (await describeWithPs(pid, 'lstart=')) ?? 'unknown';
}

/** Null when the process does not exist (any more) or this system does not tell. */
export async function processFacts(pid: number): Promise<ProcessFacts | null> {
  if (!isAlive(pid)) return null;
  if (process.platform !== 'linux') {
    const command = await describeWithPs(pid, 'args=');
    return command === null ? null : { command, directory: null };
  }
  try {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ').trim();
    return { command, directory: await readlink(`/proc/${pid}/cwd`).catch(() => null) };
  } catch {
    return null;
  }
}

/** Null also where /proc hides other accounts' processes from us: such a one can be no server or owner of ours. */
function linuxStartMark(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields are counted behind the name, which stands in parentheses and may hold anything (proc(5): starttime is 22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}

async function describeWithPs(pid: number, column: string): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-o', column, '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
