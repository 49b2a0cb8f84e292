import { expect } from 'vitest';
import type { AgentChange, AgentRow, FleetRead, FlushValue, MetadataDescription, ValueRow } from '../../db/types.ts';
import type { OwnFlush } from '../../gateway/watch/feed.ts';
import { WatchHub, type WatchHubOptions } from '../../gateway/watch/hub.ts';
import type { WatchSettings } from '../../gateway/watch/settings.ts';
import type { WatchAccess, WatchChannel, WatcherHandle } from '../../gateway/watch/watcher.ts';
import type { ServerMessage, WatchSubscription } from '../../protocol/watch/messages.ts';
import { WatchState } from '../../protocol/watch/state.ts';
import { type FakeClock, settled } from './fake-clock.ts';
import { payloadOf } from './frame-payload.ts';

/** Ids that look like the real ones and say their number. */
export function agentIdOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function describeKey(key: string, intervalSeconds = 10): MetadataDescription {
  return { key, displayName: key.toUpperCase(), script: `echo ${key}`, intervalSeconds, timeoutSeconds: 1 };
}

/**
 * The tables as the contract of the reads describes them, in memory: transaction ids, commits that become visible in
 * another order than they began, tombstones. What the reads of the real database do is shown by its own tests.
 */
export class FakeDatabase {
  readonly agents = new Map<string, AgentRow>();
  readonly values = new Map<string, ValueRow>();
  readonly #open = new Set<bigint>();
  readonly #connections = new Map<string, number>();
  #nextXid = 700n;
  #maxRevision = 0n;
  purgedBefore = 0n;
  history = 'h1';
  /** Reads wait for {@link release} while this is set. */
  held: (() => void)[] | null = null;
  failReads = false;
  readonly reads: { since: bigint | null }[] = [];

  begin(): bigint {
    this.#nextXid += 1n;
    this.#open.add(this.#nextXid);
    return this.#nextXid;
  }

  commit(xid: bigint, write: (xid: bigint) => void): void {
    write(xid);
    this.#open.delete(xid);
    if (xid > this.#maxRevision) this.#maxRevision = xid;
  }

  transaction(write: (xid: bigint) => void): bigint {
    const xid = this.begin();
    this.commit(xid, write);
    return xid;
  }

  putAgent(id: string, change: Partial<AgentRow>): bigint {
    return this.transaction((revision) => {
      const { agents } = this;
      const fresh = { name: `agent-${Number(id.slice(-12))}`, labels: {}, descriptions: [] };
      const row: AgentRow = { id, ...fresh, status: 'never', lastConnectedAtUs: null, revision, deleted: false };
      agents.set(id, { ...row, ...agents.get(id), ...change, revision });
    });
  }

  deleteAgent(id: string): void {
    this.transaction((revision) => {
      const row = this.agents.get(id);
      if (row === undefined) return;
      this.agents.set(id, { ...row, deleted: true, revision });
      for (const [name, value] of this.values) if (value.agentId === id) this.values.delete(name);
    });
  }

  /** What the database does with a flush inside its transaction. */
  write(xid: bigint, values: readonly FlushValue[], agents: readonly AgentChange[] = []): OwnFlush {
    const flush = { revision: xid, values, agents, superseded: [] as FlushValue[], deleted: [] as FlushValue[] };
    for (const value of values) {
      const { agentId, key, error, collectedAtUs } = value;
      const name = `${agentId}/${key}`;
      const row = this.agents.get(agentId);
      if (row === undefined || row.deleted) flush.deleted.push(value);
      else if ((this.values.get(name)?.collectedAtUs ?? 0) > collectedAtUs) flush.superseded.push(value);
      else this.values.set(name, { agentId, key, value: value.value, error, collectedAtUs, revision: xid });
    }
    for (const { agentId, connection } of agents) {
      const row = this.agents.get(agentId);
      if (row === undefined || row.deleted || connection === undefined) continue;
      if (connection.number < (this.#connections.get(agentId) ?? 0)) continue;
      this.#connections.set(agentId, connection.number);
      const status = connection.connected ? 'connected' : 'disconnected';
      this.agents.set(agentId, { ...row, status, revision: xid });
    }
    return { ...flush, rejected: [] };
  }

  readAll(): Promise<FleetRead> {
    return this.#read(null, []);
  }

  readSince(cursor: bigint, { ownRevisions }: { ownRevisions: readonly bigint[] }): Promise<FleetRead> {
    return this.#read(cursor, ownRevisions);
  }

  /** Answers the oldest read that is held. */
  release(): void {
    this.held?.shift()?.();
  }

  async #read(since: bigint | null, own: readonly bigint[]): Promise<FleetRead> {
    this.reads.push({ since });
    if (this.failReads) throw new Error('the database is away');
    // The snapshot is the one of the beginning, however late the answer comes.
    const isNew = ({ revision }: { revision: bigint }) => since === null || revision >= since;
    const xmin = [...this.#open].reduce((least, xid) => (xid < least ? xid : least), this.#nextXid + 1n);
    const cursor = xmin < this.#maxRevision + 1n ? xmin : this.#maxRevision + 1n;
    const agents = [...this.agents.values()].filter(isNew);
    const values = [...this.values.values()].filter((row) => isNew(row) && !own.includes(row.revision));
    const { purgedBefore, history } = this;
    const read = { agents, values, cursor, xmin, maxRevision: this.#maxRevision, purgedBefore, history };
    const { held } = this;
    if (held !== null) await new Promise<void>((resolve) => held.push(resolve));
    return read;
  }
}

/** A socket that a test can make slow; what it takes is merged by the client's own code. */
export class FakeSocket implements WatchChannel {
  readonly messages: ServerMessage[] = [];
  readonly frames: Buffer[] = [];
  readonly #waiting: Buffer[] = [];
  readonly #take: (message: ServerMessage) => void;
  slow = false;
  handle: WatcherHandle | null = null;
  progressMark = 0;
  bufferedBytes = 0;
  mostBuffered = 0;
  closedWith: number | null = null;
  destroyed = false;

  constructor(take: (message: ServerMessage) => void = () => {}) {
    this.#take = take;
  }

  sendFrame(frame: Buffer): void {
    this.frames.push(frame);
    if (!this.slow && this.#waiting.length === 0) {
      this.#receive(frame);
      return;
    }
    this.#waiting.push(frame);
    this.bufferedBytes += frame.length;
    this.mostBuffered = Math.max(this.mostBuffered, this.bufferedBytes);
  }

  /** Lets so many of the waiting messages leave. */
  drain(most = Number.POSITIVE_INFINITY): void {
    for (let left = most; left > 0; left -= 1) {
      const frame = this.#waiting.shift();
      if (frame === undefined) break;
      this.bufferedBytes -= frame.length;
      this.progressMark += frame.length;
      this.#receive(frame);
      this.handle?.drained();
    }
  }

  close(code: number): void {
    this.closedWith = code;
  }

  destroy(): void {
    this.destroyed = true;
  }

  #receive(frame: Buffer): void {
    const parsed = JSON.parse(String(payloadOf(frame))) as ServerMessage;
    this.messages.push(parsed);
    this.#take(parsed);
  }
}

/** A watcher who keeps its state over lost sockets, as the real client does. */
export class TestWatcher {
  readonly state = new WatchState();
  subscription: WatchSubscription;
  cursor: string | undefined;
  socket = new FakeSocket();
  readonly #onCursor: (watcher: TestWatcher, cursor: string) => void;
  #synchronized = false;

  constructor(subscription: WatchSubscription, onCursor: (watcher: TestWatcher, cursor: string) => void = () => {}) {
    this.subscription = subscription;
    this.#onCursor = onCursor;
  }

  connect(hub: WatchHub, access: WatchAccess = { labels: null }): this {
    this.disconnect();
    this.socket = new FakeSocket((message) => this.#take(message));
    this.socket.handle = hub.attach(this.socket, access);
    this.watch(this.subscription, this.cursor);
    return this;
  }

  watch(subscription: WatchSubscription, since?: string): void {
    this.subscription = subscription;
    this.cursor = since;
    this.#synchronized = false;
    const request = { type: 'watch', ...subscription, ...(since !== undefined && { since }) };
    this.socket.handle?.receive(JSON.stringify(request));
  }

  disconnect(): void {
    this.socket.handle?.closed();
    this.socket.handle = null;
    this.state.interrupt();
  }

  /** Messages of one kind, in the order in which they came. */
  got<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.socket.messages.filter((m): m is Extract<ServerMessage, { type: T }> => m.type === type);
  }

  #take(message: ServerMessage): void {
    if (message.type === 'snapshot') {
      this.state.applySnapshot(message);
      if (message.last) this.#synchronized = true;
    } else if (message.type === 'update') {
      expect(this.#synchronized || this.socket.messages.some((m) => m.type === 'snapshot')).toBe(true);
      this.state.applyUpdate(message);
    } else if (message.type === 'removed') this.state.applyRemoved(message);
    if ('cursor' in message && message.cursor !== undefined && this.#synchronized) {
      this.cursor = message.cursor;
      this.#onCursor(this, message.cursor);
    }
  }
}

/** The transaction id in a cursor: tests of the hub may look into what clients may not. */
export function revisionOf(cursor: string): bigint {
  return BigInt(cursor.split('-')[0] ?? '');
}

/** One gateway: a hub, and a batch of its own. */
export class TestGateway {
  readonly hub: WatchHub;
  pending = new Map<string, FlushValue>();
  inFlight = new Map<string, FlushValue>();
  changes = new Map<string, AgentChange>();
  changesInFlight = new Map<string, AgentChange>();
  readonly faults: unknown[] = [];

  constructor(
    clock: FakeClock,
    options: { database: FakeDatabase; settings?: Partial<WatchSettings>; run?: string } & Partial<WatchHubOptions>,
  ) {
    const { database, ...overrides } = options;
    this.hub = new WatchHub({
      clock,
      collectionClock: { nowUs: () => 1_767_607_200_000_000 + Math.floor(clock.now() * 1000) },
      reader: database,
      pending: {
        forEachPending: (visit) => {
          for (const value of this.inFlight.values()) visit(value);
          for (const value of this.pending.values()) visit(value);
        },
        forEachPendingChange: (visit) => {
          for (const change of this.changesInFlight.values()) visit(change);
          for (const change of this.changes.values()) visit(change);
        },
      },
      random: () => 0.5,
      observer: { onFault: (error) => this.faults.push(error) },
      ...overrides,
    });
  }

  report(values: FlushValue[]): void {
    for (const value of values) this.pending.set(`${value.agentId}/${value.key}`, value);
    this.hub.acceptLive(values);
  }

  change(change: AgentChange): void {
    this.changes.set(change.agentId, change);
    this.hub.changeLive(change);
  }

  takeBatch(): void {
    this.inFlight = this.pending;
    this.changesInFlight = this.changes;
    this.pending = new Map();
    this.changes = new Map();
  }

  committed(flush: OwnFlush): void {
    this.inFlight = new Map();
    this.changesInFlight = new Map();
    this.hub.flushed(flush);
  }

  /** A whole flush at once. */
  flush(database: FakeDatabase): bigint {
    this.takeBatch();
    const xid = database.begin();
    let flush: OwnFlush | null = null;
    database.commit(xid, () => {
      flush = database.write(xid, [...this.inFlight.values()], [...this.changesInFlight.values()]);
    });
    if (flush !== null) this.committed(flush);
    return xid;
  }
}

/** Lets everything come to rest that needs no more time than `ms`. */
export async function run(clock: FakeClock, ms: number): Promise<void> {
  await clock.run(ms);
  for (let turn = 0; turn < 20; turn += 1) await settled();
}
