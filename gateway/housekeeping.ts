import { purgeAudit } from '../db/audit.ts';
import { findCursorPin } from '../db/metadata/cursor-pin.ts';
import type { Database } from '../db/pool.ts';
import { purgeTombstones } from '../db/purge.ts';
import type { CancelTimer, Clock } from './clock.ts';
import type { Log } from './log.ts';
import { type CursorWatch, PINNED_AFTER_MS } from './watch/cursor-watch.ts';

/** Tombstones live for 24 h; an hour more or less is nobody's loss. */
const PURGE_INTERVAL_MS = 3_600_000;
/** How often it is looked at how long the cursor has stood still. */
const PIN_CHECK_INTERVAL_MS = 5_000;
/** Who holds it back is said once it counts as pinned, and again so often while it does. */
const PIN_REPEAT_MS = 60_000;

export interface HousekeepingOptions {
  clock: Clock;
  db: Database;
  cursorWatch: CursorWatch;
  auditRetentionMs: number;
  log: Log;
}

/** What has to be done now and then: purging tombstones, and saying who holds the cursor back. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #timers = new Map<number, CancelTimer>();
  #saidWhoPinsAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#every(PURGE_INTERVAL_MS, () => this.#purge());
    this.#every(PIN_CHECK_INTERVAL_MS, () => this.#sayWhoPins());
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #every(intervalMs: number, task: () => Promise<void>): void {
    const arm = () =>
      this.#timers.set(
        intervalMs,
        this.#options.clock.after(intervalMs, () => {
          arm();
          task().catch((error) => this.#options.log.debug({ err: error }, 'housekeeping has to wait'));
        }),
      );
    arm();
  }

  async #purge(): Promise<void> {
    const { db, auditRetentionMs, log } = this.#options;
    const purged = await purgeTombstones(db);
    if (purged > 0) log.info({ purged }, 'tombstones of deleted agents were purged');
    const rows = await purgeAudit(db, auditRetentionMs);
    if (rows > 0) log.info({ rows }, 'rows of the audit trail have reached their age and were removed');
  }

  async #sayWhoPins(): Promise<void> {
    const { clock, db, cursorWatch, log } = this.#options;
    if (cursorWatch.ageMs < PINNED_AFTER_MS) return;
    if (clock.now() - this.#saidWhoPinsAtMs < PIN_REPEAT_MS) return;
    const pin = await findCursorPin(db);
    if (pin === null) return;
    this.#saidWhoPinsAtMs = clock.now();
    log.warn(
      { pin, cursorAgeMs: cursorWatch.ageMs },
      'a long transaction holds the cursor back; watchers that return get more than they need',
    );
  }
}
