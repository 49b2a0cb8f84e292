import {
  GATEWAY_STALE_AFTER_MS,
  type GatewayIdentity,
  judgeStaleGateways,
  registerGateway,
  renewGateway,
} from '../db/gateways.ts';
import type { Database } from '../db/pool.ts';
import type { AgentChange } from '../db/types.ts';
import { endUnsetTokens } from './auth/admin-token.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** How often this gateway says that it is alive; others count it as gone after three missed renewals. */
export const RENEW_INTERVAL_MS = 10_000;

export interface PresenceOptions {
  clock: Clock;
  db: Database;
  gateway: GatewayIdentity;
  /** Writes down, with the next flush, that an agent of a gateway that is gone is disconnected. */
  onChange(change: AgentChange): void;
  /** This gateway was not heard of for so long that others may have counted it as gone, with all that it holds. */
  onOverdue(): void | Promise<void>;
  log: Log;
}

/**
 * What gateways know of each other: each renews its row, and judges those that do not. What such a one has held ends: its
 * agents' connections, and the admin token that it had by its settings.
 */
export class Presence {
  readonly #options: PresenceOptions;
  /** Since when this gateway has renewed without a gap; null before the first renewal. */
  #steadySince: number | null = null;
  /** Others may have counted it as gone, and what follows from that is not done. */
  #overdue = false;
  #cancelRenew = () => {};
  #stopped = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Writes this gateway's row and begins to look after it. */
  async start(): Promise<void> {
    await registerGateway(this.#options.db, this.#options.gateway);
    this.#steadySince = this.#options.clock.now();
    this.#armRenew();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRenew();
  }

  #armRenew(): void {
    this.#cancelRenew = this.#options.clock.after(RENEW_INTERVAL_MS, () => {
      void this.#renew().finally(() => {
        if (!this.#stopped) this.#armRenew();
      });
    });
  }

  async #renew(): Promise<void> {
    const { clock, db, gateway, onChange, onOverdue, log } = this.#options;
    try {
      const { ageMs } = await renewGateway(db, gateway);
      if (ageMs === null || ageMs > GATEWAY_STALE_AFTER_MS) this.#overdue = true;
      if (this.#overdue) {
        this.#steadySince = clock.now();
        await onOverdue();
        this.#overdue = false;
        return;
      }
      if (this.#steadySince === null || clock.now() - this.#steadySince < GATEWAY_STALE_AFTER_MS) return;
      for (const change of await judgeStaleGateways(db, gateway.id)) onChange(change);
      await endUnsetTokens(db);
    } catch (error) {
      log.debug({ err: error }, "this gateway's row could not be renewed");
    }
  }
}
