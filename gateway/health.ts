import type { Batcher } from './batcher/batcher.ts';
import type { Clock } from './clock.ts';
import { DatabaseHealth } from './database-health.ts';
import { FlushHealth } from './flush-health.ts';
import type { Log } from './log.ts';
import type { Readiness } from './server/routes/health.ts';
import type { WatchHub } from './watch/hub.ts';

export interface HealthOptions {
  clock: Clock;
  /** Rejects while PostgreSQL cannot be used. */
  probe(): Promise<unknown>;
  batcher: Pick<Batcher, 'oldestChangeAtMs'>;
  flushIntervalMs: number;
  hub: Pick<WatchHub, 'setNotice' | 'wake'>;
  log: Log;
}

/** How the gateway is doing: what `/readyz` answers, and what watchers are told while something is wrong. */
export class Health {
  readonly #options: HealthOptions;
  readonly #database: DatabaseHealth;
  readonly #flushes: FlushHealth;
  #busDegraded: string | null = null;
  #draining = false;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#database = new DatabaseHealth({ ...options, onChange: (available) => this.#databaseChanged(available) });
    this.#flushes = new FlushHealth({ ...options, onChange: (behind) => this.#flushesChanged(behind) });
  }

  start(): void {
    this.#database.start();
    this.#flushes.start();
  }

  stop(): void {
    this.#database.stop();
    this.#flushes.stop();
  }

  readiness(): Readiness {
    return {
      database: this.#database.available ? 'ok' : 'unavailable',
      bus: this.#busDegraded === null ? 'ok' : 'degraded',
      draining: this.#draining,
    };
  }

  /** The gateway is about to end. */
  drain(): void {
    this.#draining = true;
    this.#options.hub.setNotice('draining', { active: true, message: 'The gateway is shutting down.' });
  }

  /** Why notifications do not arrive; null once they do. */
  busChanged(degraded: string | null): void {
    this.#busDegraded = degraded;
    const { hub, log } = this.#options;
    if (degraded === null) log.info('notifications arrive again');
    else log.warn({ why: degraded }, 'notifications do not arrive; the database is read once per flush interval');
    hub.setNotice('bus_degraded', {
      active: degraded !== null,
      message: degraded === null ? 'Notifications arrive again.' : `Notifications do not arrive: ${degraded}.`,
    });
  }

  #databaseChanged(available: boolean): void {
    const { hub, log } = this.#options;
    if (available) log.info('PostgreSQL is back');
    else log.error('PostgreSQL cannot be reached; agents stay connected and what they report waits');
    hub.setNotice('database_unavailable', {
      active: !available,
      message: available ? 'The database is back.' : 'The database cannot be reached; new values wait to be stored.',
    });
    if (available) hub.wake('local');
  }

  #flushesChanged(behind: boolean): void {
    this.#options.hub.setNotice('flush_behind', {
      active: behind,
      message: behind ? 'Values are stored later than they should be.' : 'Values are stored in time again.',
    });
  }
}
