import { findLostAgents, type LostAgent } from '../db/agent-tokens.ts';
import {
  GATEWAY_STALE_AFTER_MS,
  type GatewayIdentity,
  judgeStaleGateways,
  registerGateway,
  renewGateway,
} from '../db/gateways.ts';
import type { Database } from '../db/pool.ts';
import type { AgentChange } from '../db/types.ts';
import type { AgentConnection } from './agents/connection.ts';
import type { AgentRegistry } from './agents/registry.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** How often this gateway says that it is alive; others count it as gone after three missed renewals. */
export const RENEW_INTERVAL_MS = 10_000;
/** How often the held agents are compared with the database: a revoked token's socket closes within 5 s. */
export const COMPARE_INTERVAL_MS = 4_000;

export interface PresenceOptions {
  clock: Clock;
  db: Database;
  gateway: GatewayIdentity;
  registry: AgentRegistry;
  /** Writes down, with the next flush, that an agent of a gateway that is gone is disconnected. */
  onChange(change: AgentChange): void;
  /** Closes people's sockets whose token is no longer in force. */
  checkWatchers(): Promise<void>;
  log: Log;
}

/**
 * What gateways know of each other: each renews its row, judges those that do not, and lets go of agents that have been
 * deleted, revoked or taken over by another.
 */
export class Presence {
  readonly #options: PresenceOptions;
  /** Since when this gateway has renewed without a gap; null before the first renewal. */
  #steadySince: number | null = null;
  #cancelRenew = () => {};
  #cancelCompare = () => {};
  #stopped = false;
  #comparing: Promise<void> | null = null;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Writes this gateway's row and begins to look after it. */
  async start(): Promise<void> {
    await registerGateway(this.#options.db, this.#options.gateway);
    this.#steadySince = this.#options.clock.now();
    this.#armRenew();
    this.#armCompare();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRenew();
    this.#cancelCompare();
  }

  /** Compares at once; for what another gateway has announced. Calls that come while one runs share the next. */
  async compareNow(): Promise<void> {
    if (this.#comparing !== null) await this.#comparing;
    this.#comparing ??= this.#compare().finally(() => {
      this.#comparing = null;
    });
    await this.#comparing;
  }

  #armRenew(): void {
    this.#cancelRenew = this.#options.clock.after(RENEW_INTERVAL_MS, () => {
      void this.#renew().finally(() => {
        if (!this.#stopped) this.#armRenew();
      });
    });
  }

  #armCompare(): void {
    this.#cancelCompare = this.#options.clock.after(COMPARE_INTERVAL_MS, () => {
      void this.compareNow().finally(() => {
        if (!this.#stopped) this.#armCompare();
      });
    });
  }

  async #renew(): Promise<void> {
    const { clock, db, gateway, registry, onChange, log } = this.#options;
    try {
      const { ageMs } = await renewGateway(db, gateway);
      if (ageMs === null || ageMs > GATEWAY_STALE_AFTER_MS) {
        this.#steadySince = clock.now();
        // Others may have counted this gateway's agents as gone meanwhile.
        registry.tellAll();
        return;
      }
      if (this.#steadySince === null || clock.now() - this.#steadySince < GATEWAY_STALE_AFTER_MS) return;
      for (const change of await judgeStaleGateways(db, gateway.id)) onChange(change);
    } catch (error) {
      log.debug({ err: error }, "this gateway's row could not be renewed");
    }
  }

  async #compare(): Promise<void> {
    const { db, registry, log, checkWatchers } = this.#options;
    try {
      await checkWatchers();
      const held = [...registry.connections()];
      const lost = await findLostAgents(
        db,
        held.map((connection) => ({
          agentId: connection.identity.agentId,
          connectionNumber: connection.number,
          tokenHash: connection.identity.tokenHash,
          manifestNumber: connection.identity.manifestNumber,
        })),
      );
      const reasons = new Map(lost.map((one) => [`${one.agentId}/${one.connectionNumber}`, one.reason]));
      if (reasons.size === 0) return;
      for (const connection of held) {
        const reason = reasons.get(`${connection.identity.agentId}/${connection.number}`);
        if (reason !== undefined) letGo(registry, connection, reason);
      }
    } catch (error) {
      // With the database away nothing new can be known; the next comparison covers it.
      log.debug({ err: error }, 'the held agents could not be compared with the database');
    }
  }
}

/** What becomes of a connection that the database no longer stands behind. */
function letGo(registry: AgentRegistry, connection: AgentConnection, reason: LostAgent['reason']): void {
  switch (reason) {
    case 'deleted':
      registry.letGo(connection, 'deleted');
      break;
    case 'revoked':
      connection.end('revoked');
      break;
    case 'replaced':
      // A helper's connection is none of those that replace each other.
      if (connection.monitored) registry.letGo(connection, 'replaced');
      break;
    case 'described':
      if (connection.monitored) connection.end('manifest_changed');
      break;
  }
}
