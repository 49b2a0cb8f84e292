import { encodeSinceRevision, encodeWhole } from './encode.ts';
import type { AgentState, Subscription } from './subscription.ts';
import type { Transmission } from './watcher.ts';

export interface SnapshotOptions {
  subscription: Subscription;
  /** The state's sequence number at the start: what changes later is sent behind the snapshot. */
  seq: number;
  /** Everything below it is in the state. */
  cursor: bigint;
  /** The cursor that the watcher came back with, or null for everything. */
  sinceRevision: bigint | null;
  /**
   * The cursor is another gateway's, or an earlier run's: that one may have shown states of connections that died with
   * it before they were written, so every agent's state is said again.
   */
  allStatuses: boolean;
  messageChars: number;
}

/**
 * A subscription's state in chunks, made as they are asked for. While chunks are kept, those who join at about the same
 * time share them; afterwards a chunk is made again, from the state as it is then: newer values than the chunk's first
 * readers got, which everyone gets again behind the snapshot.
 */
export class SharedSnapshot {
  readonly options: SnapshotOptions;
  readonly #agents: readonly AgentState[];
  /** Index of each chunk's first agent, as far as chunks have been made. */
  readonly #starts = [0];
  #chunks: Map<number, string> | null = new Map();

  constructor(options: SnapshotOptions) {
    this.options = options;
    this.#agents = [...options.subscription.members.keys()];
  }

  /** The state's sequence number at its start. */
  get seq(): number {
    return this.options.seq;
  }

  /** From now on chunks are not kept. */
  forget(): void {
    this.#chunks = null;
  }

  /** The agents of one chunk as JSON, and whether it is the last. Chunks are first asked for in order. */
  chunk(index: number): { agents: string; last: boolean } {
    const agents = this.#chunks?.get(index) ?? this.#make(index);
    return { agents, last: this.#starts[index + 1] === this.#agents.length };
  }

  #make(index: number): string {
    const knownEnd = this.#starts[index + 1];
    const parts: string[] = [];
    let chars = 0;
    let at = this.#starts[index] ?? 0;
    const end = knownEnd ?? this.#agents.length;
    while (at < end && (knownEnd !== undefined || chars < this.options.messageChars)) {
      const agent = this.#agents[at];
      const json = agent === undefined ? null : this.#encode(agent);
      at += 1;
      if (json === null) continue;
      parts.push(json);
      chars += json.length;
    }
    this.#starts[index + 1] = at;
    const agents = parts.join(',');
    this.#chunks?.set(index, agents);
    return agents;
  }

  #encode(agent: AgentState): string | null {
    const { subscription, sinceRevision, allStatuses: always } = this.options;
    // It has left since the snapshot began.
    if (!subscription.members.has(agent)) return null;
    const differences = subscription.differencesJson(agent.keySet);
    const keysJson = differences === '{}' ? null : differences;
    if (sinceRevision === null || agent.live !== null || (agent.revision ?? sinceRevision) >= sinceRevision) {
      return encodeWhole(agent, subscription.filter, keysJson);
    }
    return encodeSinceRevision(agent, subscription.filter, { sinceRevision, keysJson, always });
  }
}

/** What stands behind the chunks of one watcher's snapshot, and what only its last chunk says. */
export interface SnapshotEnd {
  /** The cursor as the watcher gets it: with the last of chunks and `removed`. */
  cursor: string;
  /** The cursor that the watcher came back with: the last chunk's, when a `removed` follows that must not be missed. */
  sinceCursor: string;
  /** Microseconds on the collection clock. */
  nowUs: () => number;
  flushIntervalMs: number;
  /** Agents that a resuming watcher may still show and that are gone. */
  removed: readonly string[];
  /** The notices that hold, asked for at the end. */
  notices: () => readonly string[];
}

/** One watcher's way through a snapshot: chunks, then who is gone, then the notices. */
export class SnapshotTransmission implements Transmission {
  readonly seq: number;
  readonly cursor: bigint;
  readonly #snapshot: SharedSnapshot;
  readonly #end: SnapshotEnd;
  #index = 0;
  /** Messages behind the last chunk, once that has been made. */
  #rest: string[] | null = null;

  constructor(snapshot: SharedSnapshot, end: SnapshotEnd) {
    this.#snapshot = snapshot;
    this.#end = end;
    this.seq = snapshot.seq;
    this.cursor = snapshot.options.cursor;
  }

  next(): string | null {
    if (this.#rest !== null) return this.#rest.shift() ?? null;
    const { agents, last } = this.#snapshot.chunk(this.#index);
    this.#index += 1;
    if (last) this.#rest = [...this.#removed(), ...this.#end.notices()];
    return this.#message(agents, last);
  }

  #message(agents: string, last: boolean): string {
    const { subscription, sinceRevision } = this.#snapshot.options;
    const { nowUs, flushIntervalMs } = this.#end;
    const resumed = sinceRevision === null ? '' : ',"resumed":true';
    const cursor = last ? `,"cursor":"${this.#chunkCursor()}"` : '';
    const clock = last ? `,"now":${nowUs() / 1000},"flush_interval_ms":${flushIntervalMs}` : '';
    const keys = subscription.commonKeysJson();
    return `{"type":"snapshot"${resumed}${cursor},"last":${last}${clock},"keys":${keys},"agents":[${agents}]}`;
  }

  #chunkCursor(): string {
    const { cursor, sinceCursor, removed } = this.#end;
    return removed.length === 0 ? cursor : sinceCursor;
  }

  #removed(): string[] {
    const { cursor, removed: agents } = this.#end;
    return agents.length === 0 ? [] : [JSON.stringify({ type: 'removed', cursor, agents })];
  }
}
