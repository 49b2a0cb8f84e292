import type { AcknowledgedReport, AgentEvents, AgentReport } from '../../../protocol/agent/state.ts';
import { Samples } from './samples.ts';
import { type FleetKey, roundOf } from './values.ts';

export interface LedgerOptions {
  agents: number;
  keys: FleetKey[];
  /** When the gateway answers; a reply of any other mode than `committed` promises nothing. */
  ackMode: 'committed' | 'watched' | 'accepted';
  /** A reply that took this long says only that the report was taken in. */
  ackTimeoutMs: number;
}

/** What the database holds of one key of one agent: the round of its value, -1 for none. */
export type StoredRound = (agent: number, key: string) => number;

/**
 * Values of a key whose times of sending are known: more than one, since a value that takes longer than an interval
 * arrives when a newer one has been sent, and leaving it out would leave out the slowest.
 */
const SENT_REMEMBERED = 4;

/** Keeps account of what every agent has sent and what was acknowledged, value by value. */
export class Ledger {
  readonly acknowledgement = new Samples();
  reports = 0;
  committed = 0;
  accepted = 0;
  unanswered = 0;
  reconnects = 0;

  readonly #options: LedgerOptions;
  readonly #keyIndex: Map<string, number>;
  /** By agent and key: the newest round acknowledged in each way. */
  readonly #committedRound: Int32Array;
  readonly #acceptedRound: Int32Array;
  /** By agent, key and round modulo {@link SENT_REMEMBERED}: the last rounds sent, and when. */
  readonly #sentRound: Int32Array;
  readonly #sentAtMs: Float64Array;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#keyIndex = new Map(options.keys.map((key, index) => [key.name, index]));
    const cells = options.agents * options.keys.length;
    this.#committedRound = new Int32Array(cells).fill(-1);
    this.#acceptedRound = new Int32Array(cells).fill(-1);
    this.#sentRound = new Int32Array(cells * SENT_REMEMBERED).fill(-1);
    this.#sentAtMs = new Float64Array(cells * SENT_REMEMBERED);
  }

  /** What the agent of this index tells. */
  events(agent: number): AgentEvents {
    let connected = false;
    return {
      onStateChange: ({ state }) => {
        if (state === 'connected' && connected) this.reconnects += 1;
        if (state === 'connected') connected = true;
      },
      onSent: (report) => this.#sent(agent, report),
      onAcknowledged: (report) => this.#acknowledged(agent, report),
      onUnacknowledged: () => {
        this.unanswered += 1;
      },
    };
  }

  /** Milliseconds since an agent first sent this value, or null when that is no longer known. */
  ageOf(agent: number, key: string, value: string): number | null {
    const round = roundOf(value);
    const slot = this.#slot(agent, key, round);
    if (slot === null || this.#sentRound[slot] !== round) return null;
    return performance.now() - (this.#sentAtMs[slot] ?? 0);
  }

  /** Values that were acknowledged and of which neither they nor newer ones are stored. */
  missing(stored: StoredRound): { lost: number; missingAccepted: number } {
    let lost = 0;
    let missingAccepted = 0;
    for (let agent = 0; agent < this.#options.agents; agent += 1) {
      for (const { name } of this.#options.keys) {
        const cell = this.#cell(agent, name) ?? 0;
        const round = stored(agent, name);
        if ((this.#committedRound[cell] ?? -1) > round) lost += 1;
        else if ((this.#acceptedRound[cell] ?? -1) > round) missingAccepted += 1;
      }
    }
    return { lost, missingAccepted };
  }

  #sent(agent: number, report: AgentReport): void {
    this.reports += 1;
    for (const [key, { value }] of report.values) {
      const round = roundOf(value);
      const slot = this.#slot(agent, key, round);
      // A value sent again keeps the time at which it was new.
      if (slot === null || this.#sentRound[slot] === round) continue;
      this.#sentRound[slot] = round;
      this.#sentAtMs[slot] = report.sentAtMs;
    }
  }

  #acknowledged(agent: number, { values, tookMs }: AcknowledgedReport): void {
    this.acknowledgement.add(tookMs);
    const isCommitted = this.#options.ackMode === 'committed' && tookMs < this.#options.ackTimeoutMs;
    if (isCommitted) this.committed += 1;
    else this.accepted += 1;
    const rounds = isCommitted ? this.#committedRound : this.#acceptedRound;
    for (const [key, { value }] of values) {
      const cell = this.#cell(agent, key);
      if (cell !== null) rounds[cell] = Math.max(rounds[cell] ?? -1, roundOf(value));
    }
  }

  #slot(agent: number, key: string, round: number): number | null {
    const cell = round < 0 ? null : this.#cell(agent, key);
    return cell === null ? null : cell * SENT_REMEMBERED + (round % SENT_REMEMBERED);
  }

  #cell(agent: number, key: string): number | null {
    const index = this.#keyIndex.get(key);
    return index === undefined ? null : agent * this.#options.keys.length + index;
  }
}
