import { batch, signal } from '@preact/signals';
import { noAgents, type StateCounts } from '../../../protocol/watch/agent-state.ts';
import { WatchClient, type WatchConnection } from '../../../protocol/watch/client.ts';
import type { ServerMessage } from '../../../protocol/watch/messages.ts';
import type { WatchChange, WatchedAgent } from '../../../protocol/watch/state.ts';
import { ColumnCatalog } from '../model/columns.ts';
import { FLEET_POINTS, FLEET_SERIES, History } from '../model/history.ts';
import { Latencies } from '../model/latency.ts';
import { isOfPage } from '../model/problems.ts';
import { databaseAway } from './api.ts';
import { characterPx } from './character.ts';
import { Row } from './row.ts';
import { Troubles } from './troubles.ts';

export interface FleetOptions {
  connect: () => WebSocket;
  onRefused: (code: 4401 | 4403) => void;
}

/**
 * The fleet as the page shows it. Messages are merged as they come; what they changed is told to the drawing once a
 * frame, row by row, so that a frame's work grows with what changed and not with the fleet.
 */
export class Fleet {
  readonly rows = new Map<string, Row>();
  readonly columns = new ColumnCatalog(characterPx());
  readonly history = new History({ pointsPerSeries: FLEET_POINTS, maxSeries: FLEET_SERIES });
  readonly latencies = new Latencies();

  /** The first snapshot is whole. */
  readonly loaded = signal(false);
  readonly connection = signal<WatchConnection['state']>('stopped');
  readonly counts = signal<StateCounts>(noAgents());
  /** Grows when agents came, went, or changed their name or labels. */
  readonly membership = signal(0);
  /** Grows with each frame in which a value or a state changed. */
  readonly changes = signal(0);
  readonly columnKeys = signal<readonly string[]>([]);
  /** The collection clock, once a second: all ages tick together. */
  readonly nowMs = signal(Date.now());

  readonly #troubles = new Troubles({ databaseAway, nowMs: () => this.clockMs() });
  readonly problems = this.#troubles.problems;

  readonly #client: WatchClient;
  readonly #dirty = new Set<Row>();
  #membersChanged = false;
  #frame = 0;
  #ticker = 0;
  /** The collection clock minus our monotonic one, kept while the socket is lost. */
  #clockOffsetMs: number | null = null;

  constructor({ connect, onRefused }: FleetOptions) {
    this.#client = new WatchClient({
      connect: connect as () => never,
      subscription: { agents: 'all' },
      onMessage: (message) => this.#before(message),
      onChange: (change) => this.#changed(change),
      onConnection: (connection) => {
        this.#connected(connection);
        if (connection.state === 'refused') onRefused(connection.code);
      },
      onNotice: ({ code }) => this.#troubles.notice(code),
      onCommitted: () => this.#readClock(),
    });
  }

  start(): void {
    this.#client.start();
    this.#ticker ||= window.setInterval(() => this.#tick(), 1_000);
  }

  /** Closes the socket and keeps what is known; `start` resumes by cursor. */
  stop(): void {
    this.#client.stop();
    clearInterval(this.#ticker);
    this.#ticker = 0;
  }

  /** There is no agent at all; false while that is not known. */
  get empty(): boolean {
    this.membership.value;
    return this.loaded.value && this.rows.size === 0;
  }

  get flushIntervalMs(): number {
    return this.#client.flushIntervalMs;
  }

  /** The collection clock now. */
  clockMs(): number {
    return this.#clockOffsetMs === null ? Date.now() : performance.now() + this.#clockOffsetMs;
  }

  /** What the banner and the cells' reasons say of the page's own connection. */
  get pageConnected(): boolean {
    return !this.problems.value.some(isOfPage);
  }

  #readClock(): void {
    if (this.#client.connection.state === 'live') this.#clockOffsetMs = this.#client.nowMs() - performance.now();
  }

  /** An error without a value must not blank what is shown: the value before it is kept for the eye. */
  #before(message: ServerMessage): void {
    if (message.type !== 'update' && message.type !== 'snapshot') return;
    const nowMs = this.clockMs();
    for (const { id, reports } of message.agents) {
      for (const { at, values, errors } of reports ?? []) {
        // What a snapshot tells may have come long ago.
        if (values !== undefined && message.type === 'update') this.latencies.add(Math.max(0, nowMs - at));
        for (const key in errors) {
          const known = this.#client.agents.get(id)?.values.get(key)?.value;
          if (known && values?.[key] === undefined) this.rows.get(id)?.keepGood(key, known);
        }
      }
    }
  }

  #changed({ reset, agents, removed }: WatchChange): void {
    for (const id of removed) this.#drop(id);
    if (this.columns.learn(agents)) this.columnKeys.value = this.columns.keys;
    for (const agent of agents) this.#take(agent, reset ? null : this.history);
    if (reset || removed.length > 0) this.#membersChanged = true;
    if (reset || this.loaded.value) this.#draw();
  }

  #take(agent: WatchedAgent, history: History | null): void {
    let row = this.rows.get(agent.id);
    if (row === undefined) {
      row = new Row(agent);
      this.rows.set(agent.id, row);
      this.#membersChanged = true;
    }
    row.agent = agent;
    row.take(history);
    row.judge(this.clockMs(), this.flushIntervalMs, true);
    this.#dirty.add(row);
  }

  #drop(id: string): void {
    this.rows.get(id)?.release(this.history);
    this.rows.delete(id);
  }

  #connected({ state }: WatchConnection): void {
    this.connection.value = state;
    if (state === 'live') this.#readClock();
    this.#troubles.connection(state);
    if (state === 'live') {
      batch(() => {
        if (!this.loaded.value) this.#rankColumns();
        this.loaded.value = true;
        this.#tick();
        // Whoever draws the first snapshot finds it arranged and counted.
        this.#tell();
      });
    }
  }

  /** Once, when all are known: from then on a column that comes is the last. */
  #rankColumns(): void {
    this.columns.rank([...this.rows.values()].map(({ agent }) => agent));
    this.columnKeys.value = this.columns.keys;
  }

  #tick(): void {
    const nowMs = this.clockMs();
    this.#troubles.tick();
    for (const row of this.rows.values()) {
      if (row.judge(nowMs, this.flushIntervalMs, false)) this.#dirty.add(row);
    }
    this.nowMs.value = nowMs;
    if (this.#dirty.size > 0) this.#draw();
  }

  #draw(): void {
    if (document.hidden) {
      this.#tell();
      return;
    }
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#tell();
    });
  }

  #tell(): void {
    batch(() => {
      for (const row of this.#dirty) row.version.value += 1;
      this.#dirty.clear();
      this.changes.value += 1;
      if (this.#membersChanged) this.membership.value += 1;
      this.#membersChanged = false;
      this.counts.value = this.#count();
    });
  }

  #count(): StateCounts {
    const counts = noAgents();
    for (const row of this.rows.values()) counts[row.state] += 1;
    return counts;
  }
}
