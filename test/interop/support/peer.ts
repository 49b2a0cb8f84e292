/** Go peers as processes: started with a command and its flags, heard by the JSON lines that they print. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type DrpcVersion, PEERS_VARIABLE } from './versions.ts';

/** How a peer's run has ended; see `finish` in go/main.go. */
interface Ending {
  ok: boolean;
  error?: string;
  result?: any;
}

export type PeerEvent = { event: string } & Record<string, any>;

export class Peer {
  readonly events: PeerEvent[] = [];
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ending: Promise<Ending>;
  #told: (() => void) | null = null;

  constructor(version: DrpcVersion, command: string, flags: Record<string, string | number | boolean> = {}) {
    const directory = process.env[PEERS_VARIABLE];
    if (directory === undefined) throw new Error('the Go peers are not built: run the tests by "npm run test:interop"');
    const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`);
    this.#process = spawn(join(directory, version), [command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    // A peer that has ended has closed its input: what ends it is told by its last line.
    this.#process.stdin.on('error', () => {});
    this.#ending = this.#listen();
  }

  /** What the run gave. Rejects with the peer's own error. */
  async result(): Promise<any> {
    const { ok, error, result } = await this.#ending;
    if (!ok) throw new Error(`${error}${result == null ? '' : `, ${JSON.stringify(result)}`}`);
    return result;
  }

  /** Waits for the first event of a kind that `wanted` takes; rejects when the peer ends before. */
  async event(kind: string, wanted: (event: PeerEvent) => boolean = () => true): Promise<PeerEvent> {
    const over = this.#ending.then((ending) => {
      throw new Error(`the peer ended before it said "${kind}": ${ending.error ?? 'without an error'}`);
    });
    over.catch(() => {});
    for (;;) {
      const found = this.events.find((event) => event.event === kind && wanted(event));
      if (found !== undefined) return found;
      const told = new Promise<void>((resolve) => {
        this.#told = resolve;
      });
      await Promise.race([told, over]);
    }
  }

  /** Sends it a line. */
  write(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Says that it may end, by the end of its input, and waits for that. */
  async stop(): Promise<any> {
    this.#process.stdin.end();
    return this.result();
  }

  /** Ends it however it is doing. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async #listen(): Promise<Ending> {
    let ending: Ending | null = null;
    let stderr = '';
    this.#process.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-4000);
    });
    const lines = createInterface({ input: this.#process.stdout });
    const exited = new Promise<string>((resolve) => {
      this.#process.once('error', (error) => resolve(error.message));
      this.#process.once('close', (code, signal) => resolve(`exit ${code ?? signal}`));
    });
    lines.on('line', (line) => {
      const value = JSON.parse(line);
      if ('ok' in value) ending = value;
      else this.events.push(value);
      this.#told?.();
    });
    const how = await exited;
    return ending ?? { ok: false, error: `the peer said nothing at its end (${how}): ${stderr}` };
  }
}

/** Runs a peer to its end and gives its result. */
export async function runPeer(
  version: DrpcVersion,
  command: string,
  flags: Record<string, string | number | boolean>,
): Promise<any> {
  const peer = new Peer(version, command, flags);
  try {
    return await peer.result();
  } finally {
    peer.kill();
  }
}
