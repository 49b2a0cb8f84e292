import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlushValue } from '../../../db/types.ts';
import type { OwnFlush } from '../../../gateway/watch/feed.ts';
import { KeyFilter } from '../../../gateway/watch/key-filter.ts';
import type { WatchSettings } from '../../../gateway/watch/settings.ts';
import { Subscription, specOf } from '../../../gateway/watch/subscription.ts';
import type { WatchSubscription } from '../../../protocol/watch/messages.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import {
  agentIdOf,
  describeKey,
  FakeDatabase,
  revisionOf,
  run,
  TestGateway,
  TestWatcher,
} from '../../support/watch-rig.ts';

/** The last of them is created on the way. */
const AGENTS = 6;
const KEYS = ['cpu', 'disk', 'branch'];
const REGIONS = ['eu', 'us'];

/** Small, so that a few agents need several chunks and a few messages make a socket slow. */
const settings: Partial<WatchSettings> = {
  messageChars: 200,
  socketBufferBytes: 900,
  socketRefillBytes: 500,
  turnMs: 0,
  stateLingerMs: 2_000,
};

const subscriptions: WatchSubscription[] = [
  { agents: 'all' },
  { agents: 'all', keys: ['cpu', 'branch'] },
  { agents: 'all', labels: { region: 'eu' } },
  { agents: [1, 2, 3].map(agentIdOf), labels: { region: 'us' }, keys: ['disk'] },
];

const number = (max: number) => fc.nat({ max });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      gateway: number(1),
      agent: number(AGENTS),
      text: number(2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('begin' as const), gateway: number(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('commit' as const), gateway: number(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('learn' as const), gateway: number(1) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: number(250) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), ms: number(300) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('relabel' as const), agent: number(AGENTS), region: number(1) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), agent: number(AGENTS) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('connection' as const),
      gateway: number(1),
      agent: number(AGENTS),
      up: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('slow' as const), watcher: number(4) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drain' as const), watcher: number(4), most: number(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('reconnect' as const), watcher: number(4), gateway: number(1) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), watcher: number(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('rewatch' as const), watcher: number(4), subscription: number(3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), gateway: number(1) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Two gateways on one database, agents that wander between them, and watchers that come, go and dawdle. */
class World {
  readonly clock = new FakeClock();
  readonly database = new FakeDatabase();
  readonly gateways: TestGateway[];
  readonly #created = new Set<number>();
  #runs = 0;
  readonly watchers: TestWatcher[];
  readonly #writing: ({ xid: bigint; flush: OwnFlush | null } | null)[] = [null, null];
  readonly #lastRevision = new Map<object, bigint>();
  #atUs = 1_767_607_200_000_000;
  #connection = 0;

  constructor(liveIntervalMs: number) {
    settings.liveIntervalMs = liveIntervalMs;
    this.gateways = [this.#gateway(), this.#gateway()];
    for (let agent = 1; agent < AGENTS; agent += 1) this.#create(agent);
    const wanted = [...subscriptions, { agents: 'all' } as WatchSubscription];
    this.watchers = wanted.map((subscription) => new TestWatcher(subscription, (w, c) => this.#checkCursor(w, c)));
    for (const [index, watcher] of this.watchers.entries()) watcher.connect(this.#at(index % 2));
  }

  async perform(s: Step): Promise<void> {
    switch (s.do) {
      case 'report':
        return this.#report(s.gateway, s.agent, s.text);
      case 'begin':
        return this.#begin(s.gateway);
      case 'commit':
        return this.#commit(s.gateway);
      case 'learn':
        return this.#learn(s.gateway);
      case 'pass':
        return this.clock.run(s.ms);
      case 'turn':
        return settled();
      case 'hold':
        this.database.held ??= [];
        return;
      case 'release':
        return this.#release();
      case 'fail':
        this.database.failReads = true;
        await this.clock.run(s.ms);
        this.database.failReads = false;
        return;
      case 'relabel':
        if (this.#exists(s.agent)) this.database.putAgent(agentIdOf(s.agent), this.#row(s.agent, s.region));
        else if (s.agent > 0 && !this.#created.has(s.agent)) this.#create(s.agent);
        return;
      case 'delete':
        // One agent stays, so that there is always something to see.
        if (s.agent > 1 && this.#exists(s.agent)) this.database.deleteAgent(agentIdOf(s.agent));
        return;
      case 'connection':
        this.#connection += 1;
        return this.gateways[s.gateway]?.change({
          agentId: agentIdOf(s.agent),
          connection: { number: this.#connection, connected: s.up, atUs: this.#atUs },
        });
      case 'slow':
        this.#watcher(s.watcher).socket.slow = true;
        return;
      case 'drain':
        return this.#watcher(s.watcher).socket.drain(s.most);
      case 'reconnect':
        this.#watcher(s.watcher).connect(this.#at(s.gateway));
        return;
      case 'leave':
        return this.#watcher(s.watcher).disconnect();
      case 'rewatch':
        return this.#watcher(s.watcher).watch(subscriptions[s.subscription] ?? { agents: 'all' });
      case 'purge':
        return this.#purge();
      case 'kill':
        return this.#kill(s.gateway);
    }
  }

  /** Agents report once more, everything is flushed and taken, and nothing is held back. */
  async end(): Promise<void> {
    while (this.database.held !== null && this.database.held.length > 0) this.database.release();
    this.database.held = null;
    for (const gateway of [0, 1]) this.#finish(gateway);
    for (const gateway of [0, 1]) {
      for (let agent = 1; agent <= AGENTS; agent += 1) {
        if (agent % 2 === gateway) for (const text of [0]) this.#report(gateway, agent, text);
      }
    }
    for (const watcher of this.watchers) if (watcher.socket.handle === null) watcher.connect(this.#at(0));
    for (const gateway of [0, 1, 0]) {
      this.#finish(gateway);
      this.#begin(gateway);
      this.#finish(gateway);
    }
    for (let round = 0; round < 40; round += 1) {
      for (const { hub } of this.gateways) hub.wake('poll');
      await run(this.clock, 300);
      for (const { socket } of this.watchers) {
        socket.slow = false;
        socket.drain();
      }
    }
  }

  check(): void {
    for (const gateway of this.gateways) expect(gateway.faults).toEqual([]);
    for (const watcher of this.watchers) {
      expect(shown(watcher), JSON.stringify(watcher.subscription)).toEqual(this.#expected(watcher.subscription));
      // Everything is committed, so everyone has been told the newest cursor.
      expect(revisionOf(watcher.cursor ?? '')).toBeGreaterThan(this.#newestRevision());
    }
  }

  #gateway(): TestGateway {
    this.#runs += 1;
    return new TestGateway(this.clock, { database: this.database, settings: { ...settings }, run: `run${this.#runs}` });
  }

  #at(gateway: number): TestGateway['hub'] {
    const found = this.gateways[gateway];
    if (found === undefined) throw new Error('no such gateway');
    return found.hub;
  }

  #watcher(index: number): TestWatcher {
    const watcher = this.watchers[index];
    if (watcher === undefined) throw new Error('no such watcher');
    return watcher;
  }

  #create(agent: number): void {
    this.#created.add(agent);
    this.database.putAgent(agentIdOf(agent), this.#row(agent, agent % 2));
  }

  #row(agent: number, region: number) {
    const descriptions = KEYS.slice(0, 1 + (agent % 3)).map((key) => describeKey(key, 10 + region));
    return { labels: { region: REGIONS[region] ?? '' }, descriptions };
  }

  #exists(agent: number): boolean {
    return this.database.agents.get(agentIdOf(agent))?.deleted === false;
  }

  #report(gateway: number, agent: number, text: number): void {
    this.#atUs += 1_234;
    const common = { agentId: agentIdOf(agent), collectedAtUs: this.#atUs, agentCollectedAtUs: null };
    const values: FlushValue[] = KEYS.map((key, index) => {
      const value = index === 0 ? String(this.#atUs) : `${key} ${text}`;
      return { ...common, key, value: text === 2 ? '' : value, error: text > 0 && index > 0 ? 'timed out' : '' };
    });
    this.gateways[gateway]?.report(values);
  }

  #begin(gateway: number): void {
    if (this.#writing[gateway]) return;
    this.gateways[gateway]?.takeBatch();
    this.#writing[gateway] = { xid: this.database.begin(), flush: null };
  }

  #commit(gateway: number): void {
    const writing = this.#writing[gateway];
    const part = this.gateways[gateway];
    if (!writing || writing.flush !== null || part === undefined) return;
    this.database.commit(writing.xid, (xid) => {
      writing.flush = this.database.write(xid, [...part.inFlight.values()], [...part.changesInFlight.values()]);
    });
    this.gateways[1 - gateway]?.hub.wake('notify');
  }

  #learn(gateway: number): void {
    const flush = this.#writing[gateway]?.flush;
    if (!flush) return;
    this.#writing[gateway] = null;
    this.gateways[gateway]?.committed(flush);
  }

  #finish(gateway: number): void {
    this.#commit(gateway);
    this.#learn(gateway);
  }

  #release(): void {
    this.database.release();
    if (this.database.held?.length === 0) this.database.held = null;
  }

  #purge(): void {
    for (const [id, { deleted, revision }] of this.database.agents) {
      if (!deleted) continue;
      this.database.agents.delete(id);
      if (revision >= this.database.purgedBefore) this.database.purgedBefore = revision + 1n;
    }
  }

  /** Everything that is not committed is lost, and every socket. */
  #kill(gateway: number): void {
    const writing = this.#writing[gateway];
    if (writing && writing.flush === null) this.database.commit(writing.xid, () => {});
    this.#writing[gateway] = null;
    this.#at(gateway).close();
    const next = this.#gateway();
    for (const watcher of this.watchers) {
      if (watcher.socket.closedWith !== null) watcher.connect(next.hub);
    }
    this.gateways[gateway] = next;
  }

  /** What a cursor promises: the watcher has everything below it; and on one socket it never goes back. */
  #checkCursor(watcher: TestWatcher, cursor: string): void {
    const revision = revisionOf(cursor);
    expect(revision).toBeGreaterThanOrEqual(this.#lastRevision.get(watcher.socket) ?? 0n);
    this.#lastRevision.set(watcher.socket, revision);
    const matches = matcher(watcher.subscription);
    for (const row of this.database.values.values()) {
      const agent = this.database.agents.get(row.agentId);
      if (row.revision >= revision || !agent || agent.revision >= revision || !matches(row.agentId, agent.labels))
        continue;
      if (watcher.subscription.keys && !watcher.subscription.keys.includes(row.key)) continue;
      const at = watcher.state.agents.get(row.agentId)?.values.get(row.key)?.at ?? 0;
      expect(Math.round(at * 1000)).toBeGreaterThanOrEqual(row.collectedAtUs);
    }
  }

  #newestRevision(): bigint {
    const rows = [...this.database.values.values(), ...this.database.agents.values()];
    return rows.reduce((newest, { revision }) => (revision > newest ? revision : newest), 0n);
  }

  #expected(subscription: WatchSubscription): Record<string, unknown> {
    const matches = matcher(subscription);
    const expected: Record<string, unknown> = {};
    const shows = (key: string) => subscription.keys?.includes(key) ?? true;
    for (const { id, name, labels, status, descriptions, deleted } of this.database.agents.values()) {
      if (deleted || !matches(id, labels)) continue;
      const values = [...this.database.values.values()].filter((row) => row.agentId === id && shows(row.key));
      expected[id] = {
        name,
        labels,
        status,
        keys: Object.fromEntries(descriptions.filter((d) => shows(d.key)).map((d) => [d.key, d.intervalSeconds])),
        values: Object.fromEntries(values.map((v) => [v.key, [v.value, v.error, v.collectedAtUs]])),
      };
    }
    return expected;
  }
}

function matcher(subscription: WatchSubscription): (id: string, labels: Record<string, string>) => boolean {
  const shared = new Subscription(specOf(subscription, { labels: null }), new KeyFilter('', null));
  return (id, labels) => shared.matches({ id, labels });
}

function shown(watcher: TestWatcher): Record<string, unknown> {
  const agents: Record<string, unknown> = {};
  for (const { id, name, labels, status, keys, values } of watcher.state.agents.values()) {
    agents[id] = {
      name,
      labels,
      status,
      keys: Object.fromEntries([...keys].map(([key, { interval }]) => [key, interval])),
      values: Object.fromEntries([...values].map(([key, v]) => [key, [v.value, v.error, Math.round(v.at * 1000)]])),
    };
  }
  return agents;
}

for (const liveIntervalMs of [200, 0]) {
  test(`whatever happens, every watcher ends with the database's state, live interval ${liveIntervalMs} ms`, async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const world = new World(liveIntervalMs);
        for (const one of list) await world.perform(one);
        await world.end();
        world.check();
      }),
      { numRuns: 80 },
    );
  });
}
