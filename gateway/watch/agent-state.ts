import type { AgentId, AgentStatus, MetadataDescription } from '../../db/types.ts';
import type { Subscription } from './subscription.ts';

/** The newest value known of one key of an agent. */
export interface ValueState {
  value: string;
  error: string;
  atUs: number;
  /** The transaction that holds it, or null while it is on its way to the database. */
  revision: bigint | null;
  /** When value or error last changed, as a sequence number of the state. */
  textSeq: number;
  /** When it last changed in any way, its time included. */
  seq: number;
}

/** What agents declare; one object for all that declare the same. */
export interface KeySet {
  /** In display order; `json` is the description as it goes to watchers. */
  readonly keys: ReadonlyMap<string, { readonly json: string }>;
}

/** A state of the connection that this gateway knows before the database does. */
export interface LiveStatus {
  /** The connection's number: a smaller one has been replaced. */
  number: number;
  status: AgentStatus;
  /** How many reads had started when it was committed; the first one after that has seen it. Null before. */
  committedAtRead: number | null;
}

/** All that is known of one agent. */
export interface AgentState {
  readonly id: AgentId;
  /** False while only values are known and not the agent's row: nobody is shown it. */
  listed: boolean;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** What watchers are told. */
  status: AgentStatus;
  /** What the database says. */
  storedStatus: AgentStatus;
  live: LiveStatus | null;
  keySet: KeySet;
  /** Of the agent's row; null until it is known. */
  revision: bigint | null;
  readonly values: Map<string, ValueState>;
  nameSeq: number;
  labelsSeq: number;
  statusSeq: number;
  keysSeq: number;
  /** When anything at all last changed. */
  seq: number;
  /** The subscriptions that it belongs to. */
  readonly subscriptions: Set<Subscription>;
}

export const noKeys: KeySet = { keys: new Map() };

export function newAgentState(id: AgentId): AgentState {
  return {
    id,
    listed: false,
    name: '',
    labels: {},
    status: 'never',
    storedStatus: 'never',
    live: null,
    keySet: noKeys,
    revision: null,
    values: new Map(),
    nameSeq: 0,
    labelsSeq: 0,
    statusSeq: 0,
    keysSeq: 0,
    seq: 0,
    subscriptions: new Set(),
  };
}

/** Keeps one object per distinct description and per distinct set of them: a fleet has few. */
export class KeySets {
  readonly #descriptions = new Map<string, { readonly json: string }>();
  readonly #sets = new Map<string, KeySet>();

  of(descriptions: readonly MetadataDescription[]): KeySet {
    const canonical = JSON.stringify(descriptions.map((d) => [d.key, ...described(d)]));
    let set = this.#sets.get(canonical);
    if (set === undefined) {
      set = { keys: new Map(descriptions.map((d) => [d.key, this.#description(d)])) };
      this.#sets.set(canonical, set);
    }
    return set;
  }

  #description(d: MetadataDescription): { readonly json: string } {
    const [display_name, interval, timeout] = described(d);
    const json = JSON.stringify({ display_name, interval, timeout });
    let description = this.#descriptions.get(json);
    if (description === undefined) {
      description = { json };
      this.#descriptions.set(json, description);
    }
    return description;
  }
}

const described = (d: MetadataDescription): [string, number, number] => [
  d.displayName,
  d.intervalSeconds,
  d.timeoutSeconds,
];
