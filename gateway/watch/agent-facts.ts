import type { AgentId, AgentStatus } from '../../db/types.ts';
import { type KeySet, noKeys } from './key-sets.ts';

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

/** A state of the connection that this gateway knows before the database does. */
export interface LiveStatus {
  /** The connection's number: a smaller one has been replaced. */
  number: number;
  status: AgentStatus;
  /** How many reads had started when it was committed; the first one after that has seen it. Null before. */
  committedAtRead: number | null;
}

/** All that is known of one agent, whoever watches it. */
export class AgentFacts {
  readonly id: AgentId;
  /** False while only values are known and not the agent's row: nobody is shown it. */
  listed = false;
  name = '';
  labels: Readonly<Record<string, string>> = {};
  /** What watchers are told. */
  status: AgentStatus = 'never';
  /** What the database says. */
  storedStatus: AgentStatus = 'never';
  live: LiveStatus | null = null;
  keySet: KeySet = noKeys;
  /** Of the agent's row; null until it is known. */
  revision: bigint | null = null;
  readonly values = new Map<string, ValueState>();
  nameSeq = 0;
  labelsSeq = 0;
  statusSeq = 0;
  keysSeq = 0;
  /** When anything at all last changed. */
  seq = 0;

  constructor(id: AgentId) {
    this.id = id;
  }
}
