import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSecondsOf, residentBytesOf } from './proc.ts';

/** For a program of Node's that is to be asked by {@link Program.probe}. */
export const PROBE_FLAGS = ['--import', new URL('probe.mjs', import.meta.url).href];
const START_TIMEOUT_MS = 30_000;
/** For the system to get back what a collection has freed. */
const COLLECT_MS = 2_000;
/** After SIGTERM; then SIGKILL. */
const END_TIMEOUT_MS = 20_000;
/** Under this number a script says that it can be asked. */
export const READY = 0;

export interface ProgramOptions {
  /** For messages. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Node's program: the probe is loaded into it, and its IPC channel is there. */
  node?: boolean;
}

export interface Memory {
  residentBytes: number;
  /**
   * Without the young generation of Node's engine, room for new garbage that a process has once, between 1 and 32 MB as the
   * engine sees fit at the time. In one process with 1, 10, 17, 23 and 29 MB of it, the rest stayed within 1.3 MB.
   */
  keptBytes: number;
}

/** What comes over a Node program's IPC channel. */
interface Answer {
  /** The number of what was asked; {@link READY} once a script can be asked. */
  id: number;
  result?: unknown;
  error?: string;
}

/** A process of its own, measured from outside and, where it is Node's, from inside. */
export class Program {
  readonly name: string;
  readonly child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #ready: Promise<unknown>;
  /** The end of what it has printed. */
  #said = '';
  #asked = READY;

  constructor({ name, command, args, env, node = false }: ProgramOptions) {
    this.name = name;
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe', ...(node ? (['ipc'] as const) : [])],
      env: { ...process.env, ...env },
    });
    const keep = (chunk: Buffer) => {
      this.#said = (this.#said + chunk).slice(-4_000);
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.#ready = new Promise((resolve, reject) => this.#waiting.set(READY, { resolve, reject }));
    // Only who asks wants to know.
    this.#ready.catch(() => {});
    this.child.on('message', (message: Answer) => this.#answered(message));
    this.child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(this.#failure(`ended with ${code ?? signal}`));
      this.#waiting.clear();
    });
  }

  /** The end of what it has printed: logs, complaints. */
  get said(): string {
    return this.#said;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Processor time used so far, in seconds. */
  async cpuSeconds(): Promise<number> {
    if (!this.#isProbed) return cpuSecondsOf(this.pid);
    const { user, system } = await this.probe<NodeJS.CpuUsage>('cpu');
    return (user + system) / 1e6;
  }

  /** Memory once garbage has been collected: by the probe, in a program of Go's at SIGUSR1. */
  async memory(): Promise<Memory> {
    if (this.#isProbed) await this.probe('collect');
    else this.child.kill('SIGUSR1');
    await pause(COLLECT_MS);
    const youngBytes = this.#isProbed ? await this.probe<number>('youngBytes') : 0;
    const residentBytes = residentBytesOf(this.pid);
    return { residentBytes, keptBytes: residentBytes - youngBytes };
  }

  get #isProbed(): boolean {
    return this.child.channel !== undefined && this.child.channel !== null;
  }

  /** What the probe in the process says. */
  probe<T>(order: 'cpu' | 'collect' | 'youngBytes' | 'watchStalls' | 'stalls'): Promise<T> {
    return this.#send({ probe: order });
  }

  /** Calls a method of a script that {@link answer}s. */
  async ask<T>(method: string, params: unknown = null): Promise<T> {
    await this.#ready;
    return this.#send({ method, params });
  }

  /** The first line that the program prints. */
  firstLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.child.stdout === null) throw new Error(`${this.name} has no output`);
      const timer = setTimeout(() => reject(this.#failure('did not start in time')), START_TIMEOUT_MS);
      createInterface(this.child.stdout).once('line', (line) => {
        clearTimeout(timer);
        resolve(line);
      });
      this.child.once('exit', (code) => {
        clearTimeout(timer);
        reject(this.#failure(`ended with ${code} at its start`));
      });
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), END_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  #send<T>(message: object): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.child.send({ id, ...message }, (error) => {
        if (error !== null && this.#waiting.delete(id)) reject(this.#failure(error.message));
      });
    });
  }

  #answered({ id, result, error }: Answer): void {
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error !== undefined) waiter?.reject(new Error(`${this.name}: ${error}`));
    else waiter?.resolve(result);
  }

  #failure(what: string): Error {
    return new Error(`${this.name} ${what}${this.#said === '' ? '' : `:\n${this.#said.trim()}`}`);
  }
}
