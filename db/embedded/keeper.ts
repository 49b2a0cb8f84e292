import { DatabaseError } from '../errors.ts';
import { adoptServer, launchServer, type RunningServer } from './launch.ts';
import type { Place } from './place.ts';
import { hasEnded } from './postmaster.ts';
import { stopServer } from './shutdown.ts';

/** How often the server's process is looked for. */
const CHECK_INTERVAL_MS = 500;

/** Between two tries to bring it back. */
const RETRY_MS = 2_000;

export interface KeeperOptions {
  place: Place;
  password: string;
  /** Directory of binaries; asked for when first needed, since an adopted server needs none. */
  native(): Promise<string>;
  server: RunningServer;
  log(message: string): void;
}

/** Brings the server back, at the port it had, when it ends without being told to: to its users that is a short outage. */
export class Keeper {
  readonly #options: KeeperOptions;
  #server: RunningServer;
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#server = options.server;
    this.#schedule(CHECK_INTERVAL_MS);
  }

  /** Stops the server for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#working;
    await stopServer(this.#options.place, this.#server);
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#check();
    }, delayMs);
    this.#timer.unref();
  }

  async #check(): Promise<void> {
    if (!hasEnded(this.#server.pid, this.#server.child)) {
      this.#schedule(CHECK_INTERVAL_MS);
      return;
    }
    const { place, password, log } = this.#options;
    log('The embedded PostgreSQL has ended unexpectedly; it is started again.');
    try {
      const found = await adoptServer(place, password);
      // Somebody else's start of it at another port is of no use to those who hold our URL.
      if (found !== null && found.port !== this.#server.port) await stopServer(place, found);
      const kept = found?.port === this.#server.port ? found : null;
      this.#server = kept ?? (await launchServer(place, await this.#options.native(), this.#server.port));
      this.#schedule(CHECK_INTERVAL_MS);
    } catch (error) {
      log(
        error instanceof DatabaseError ? error.message : `The embedded PostgreSQL cannot be started: ${String(error)}.`,
      );
      this.#schedule(RETRY_MS);
    }
  }
}
