import type { AgentChange, FlushValue } from '../../db/types.ts';
import { decodeReportUpTo } from '../../protocol/messages/report.ts';
import type { Batcher } from '../batcher/batcher.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../log.ts';
import type { Metrics, RefusedReason } from '../metrics.ts';
import type { Tally } from '../tally.ts';
import type { AgentConnection } from './connection.ts';
import { FaultLog } from './fault-log.ts';
import { type RepairedValue, repairValue, type ValueLimits } from './repair.ts';

/**
 * Values of one report that are looked at, for each key that an agent may have: honest agents send one. The others are
 * refused unread, or a single report of 4 MiB would keep the process for seconds.
 */
const VALUES_PER_KEY = 4;

export interface IntakeOptions {
  clock: Clock;
  batcher: Pick<Batcher, 'add' | 'changeAgent'>;
  /** The lane to this gateway's own watchers. */
  live: {
    acceptLive(values: readonly FlushValue[]): void;
    watches(agentId: string): boolean;
  };
  config: Pick<Config, 'ack' | 'keyBytes' | 'valueBytes' | 'keysPerAgent'>;
  metrics: Metrics;
  log: Log;
}

/** Where reports come in: each value is put right or refused for itself, then waits for the flush and goes to the watchers. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #limits: ValueLimits;
  readonly #faults: FaultLog;
  readonly #received: Tally;
  readonly #acks: { committed: Tally; accepted: Tally };

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#limits = { keyBytes: options.config.keyBytes, valueBytes: options.config.valueBytes };
    this.#faults = new FaultLog(options.clock, options.log);
    const { acks, valuesReceived } = options.metrics;
    this.#received = valuesReceived.of({});
    this.#acks = { committed: acks.of({ kind: 'committed' }), accepted: acks.of({ kind: 'accepted' }) };
  }

  /**
   * Takes the bytes of a BatchUpdateMetadataRequest. Resolves when the report may be answered; undefined when it may be
   * at once. Never refuses a report for what its values hold.
   * @throws when the bytes are no such message
   */
  report(request: Uint8Array, connection: AgentConnection): Promise<void> | undefined {
    const { batcher, live } = this.#options;
    const { agentId } = connection.identity;
    const values = this.#values(request, connection);
    const waits = this.#waitsForCommit(agentId);
    live.acceptLive(values);
    if (waits) {
      // Never resolves where the batcher takes no more: what is not taken is not answered either.
      return new Promise((resolve) => {
        batcher.add({ agentId, values }, (kind) => {
          if (kind !== 'dropped') this.#acks[kind].inc();
          resolve();
        });
      });
    }
    if (!batcher.add({ agentId, values })) return new Promise(() => {});
    this.#acks.accepted.inc();
    return undefined;
  }

  /**
   * Takes what is kept of an agent beside its values, with the next flush. Resolves as {@link report} does, for calls
   * whose answer says that it is kept.
   */
  keep(change: AgentChange): Promise<void> | undefined {
    const { batcher } = this.#options;
    if (this.#waitsForCommit(change.agentId)) {
      return new Promise((resolve) => batcher.changeAgent(change, () => resolve()));
    }
    return batcher.changeAgent(change) ? undefined : new Promise(() => {});
  }

  #waitsForCommit(agentId: string): boolean {
    const { config, live } = this.#options;
    return config.ack === 'committed' || (config.ack === 'watched' && !live.watches(agentId));
  }

  #values(request: Uint8Array, connection: AgentConnection): FlushValue[] {
    const { config } = this.#options;
    const { items, passedOver } = decodeReportUpTo(request, config.keysPerAgent * VALUES_PER_KEY);
    this.#received.inc(items.length + passedOver);
    if (passedOver > 0) this.#fault(connection, 'key_limit', '', passedOver);
    const { agentId } = connection.identity;
    const collectedAtUs = connection.stampUs();
    const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
    const values: FlushValue[] = [];
    for (const item of items) {
      const text = this.#allowed(repairValue(bytes, item, this.#limits), connection);
      if (text === null) continue;
      const { key, value, error } = text;
      values.push({ agentId, key, value, error, collectedAtUs, agentCollectedAtUs: item.collectedAtUs });
    }
    return values;
  }

  /** What is taken of a value, or null where it is refused. */
  #allowed(repaired: RepairedValue, connection: AgentConnection): (RepairedValue & { refused: null }) | null {
    if (repaired.refused !== null) {
      this.#fault(connection, repaired.refused, '');
      return null;
    }
    const { key } = repaired;
    for (const reason of repaired.reasons) this.#fault(connection, reason, key);
    const refusal = connection.allowance.keys.refusal(key);
    if (refusal !== null) {
      this.#fault(connection, refusal, key);
      return null;
    }
    return repaired;
  }

  #fault(connection: AgentConnection, reason: RefusedReason, key: string, count = 1): void {
    this.#options.metrics.valuesRefused.inc({ reason }, count);
    this.#faults.note(connection, reason, key);
  }
}
