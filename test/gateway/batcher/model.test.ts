import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlushBatch, FlushResult, FlushValue } from '../../../db/types.ts';
import { settled } from '../../support/fake-clock.ts';
import { type Harness, harness, type OpenWrite, value } from './harness.ts';

const AGENTS = ['a', 'b', 'c'];
const KEYS = ['cpu', 'disk'];
const INTERVAL_MS = 5_000;
const ACK_TIMEOUT_MS = 10_000;

type Command =
  | { do: 'add'; agent: number; keys: number[]; at: number; wait: boolean }
  | { do: 'change'; agent: number; number: number; at: number }
  | { do: 'touch' }
  | { do: 'delete'; agent: number }
  | { do: 'run'; ms: number }
  | { do: 'commit' }
  | { do: 'fail' };

const agent = fc.nat({ max: AGENTS.length - 1 });
const small = fc.nat({ max: 4 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      agent,
      keys: fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 3 }),
      at: small,
      wait: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), agent, number: small, at: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('touch' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), agent }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      ms: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 12_000 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
);

/** Later arrivals have larger numbers; they stand in the value's text. */
const arrival = (held: FlushValue) => Number(held.value);
const isNewer = (a: FlushValue, b: FlushValue) =>
  a.collectedAtUs !== b.collectedAtUs ? a.collectedAtUs > b.collectedAtUs : arrival(a) >= arrival(b);
const id = (held: FlushValue) => `${held.agentId}/${held.key}`;

/** What the database does with a batch: a stored value goes only before one that is not older. */
class Store {
  readonly values = new Map<string, FlushValue>();
  readonly connections = new Map<string, number>();
  readonly deleted = new Set<string>();
  commits = 0;

  commit(batch: FlushBatch): FlushResult {
    this.commits += 1;
    const result: FlushResult = {
      revision: BigInt(this.commits),
      written: 0,
      superseded: [],
      deleted: [],
      rejected: [],
    };
    for (const next of batch.values) this.#write(next, result);
    for (const { agentId, connection } of batch.agents) {
      if (connection === undefined || this.deleted.has(agentId)) continue;
      this.connections.set(agentId, Math.max(connection.number, this.connections.get(agentId) ?? -1));
    }
    return result;
  }

  #write(next: FlushValue, result: FlushResult): void {
    const stored = this.values.get(id(next));
    if (this.deleted.has(next.agentId)) result.deleted.push(next);
    else if (stored !== undefined && stored.collectedAtUs > next.collectedAtUs) result.superseded.push(next);
    else {
      this.values.set(id(next), next);
      result.written += 1;
    }
  }

  delete(agentId: string): void {
    this.deleted.add(agentId);
    for (const key of KEYS) this.values.delete(`${agentId}/${key}`);
    this.connections.delete(agentId);
  }
}

interface Waiting {
  values: FlushValue[];
  agentId: string;
  addedAtMs: number;
  settledAs: string[];
}

/** Runs commands against a batcher and beside it keeps the naive model: everything that was ever said. */
class Run {
  readonly h: Harness = harness({ settings: { flushIntervalMs: INTERVAL_MS, ackTimeoutMs: ACK_TIMEOUT_MS } });
  readonly store = new Store();
  readonly newest = new Map<string, FlushValue>();
  readonly numbers = new Map<string, number>();
  readonly waiting: Waiting[] = [];
  readonly regularStarts: number[] = [];
  readonly startMs = this.h.clock.now();
  #arrivals = 0;

  async step(next: Command): Promise<void> {
    const { h } = this;
    if (next.do === 'add') this.add(next);
    else if (next.do === 'change') this.change(next.agent, next.number, next.at);
    else if (next.do === 'touch') h.batcher.touch();
    else if (next.do === 'delete') this.delete(AGENTS[next.agent] ?? '');
    else if (next.do === 'run') await h.clock.run(next.ms);
    else if (h.open[0] !== undefined) this.decide(h.open[0], next.do);
    await settled();
    expect(h.open.length, 'one flush at a time').toBeLessThanOrEqual(1);
  }

  add({ agent, keys, at, wait }: { agent: number; keys: number[]; at: number; wait: boolean }): void {
    const agentId = AGENTS[agent] ?? '';
    const values = keys.map((key) => value(agentId, KEYS[key] ?? '', this.nextArrival(), at));
    for (const said of values) {
      const known = this.newest.get(id(said));
      if (known === undefined || isNewer(said, known)) this.newest.set(id(said), said);
    }
    if (!wait) return void this.h.batcher.add({ agentId, values });
    const waiting: Waiting = { values, agentId, addedAtMs: this.h.clock.now(), settledAs: [] };
    this.waiting.push(waiting);
    this.h.batcher.add({ agentId, values }, (kind) => {
      waiting.settledAs.push(kind);
      this.checkSettled(waiting, kind);
    });
  }

  nextArrival(): string {
    this.#arrivals += 1;
    return `${this.#arrivals}`;
  }

  checkSettled({ values, agentId, addedAtMs }: Waiting, kind: string): void {
    const gone = this.store.deleted.has(agentId);
    if (kind === 'dropped') {
      expect(gone, 'dropped though its agent lives').toBe(true);
      return;
    }
    if (kind === 'accepted') {
      expect(this.h.clock.now() - addedAtMs >= ACK_TIMEOUT_MS, 'accepted too early').toBe(true);
      return;
    }
    for (const said of values) {
      const stored = this.store.values.get(id(said));
      expect(
        gone || (stored !== undefined && isNewer(stored, newestOf(values, said))),
        'committed but not stored',
      ).toBe(true);
    }
  }

  change(agent: number, number: number, atUs: number): void {
    const agentId = AGENTS[agent] ?? '';
    this.numbers.set(agentId, Math.max(number, this.numbers.get(agentId) ?? -1));
    this.h.batcher.changeAgent({ agentId, connection: { number, connected: true, atUs } });
  }

  delete(agentId: string): void {
    this.store.delete(agentId);
    this.h.batcher.forgetAgent(agentId);
  }

  decide(write: OpenWrite, how: 'commit' | 'fail'): void {
    checkOrder(write.batch);
    if (how === 'fail') write.fail();
    else write.commit(this.store.commit(write.batch));
  }

  async finish(): Promise<void> {
    const { h } = this;
    const draining = h.batcher.drain(1_000_000);
    let decisions = 0;
    let done = false;
    void draining.then(() => {
      done = true;
    });
    for (let turns = 0; !done && turns < 100; turns += 1) {
      await h.clock.run(200);
      const write = h.open[0];
      if (write === undefined) continue;
      decisions += 1;
      this.decide(write, decisions <= 2 ? 'fail' : 'commit');
      await settled();
    }
    expect(await draining).toEqual({ drained: true, left: { values: 0, changes: 0 } });
  }

  check(): void {
    const { h, store } = this;
    const alive = [...this.newest].filter(([, said]) => !store.deleted.has(said.agentId));
    expect(new Map([...store.values].sort())).toEqual(new Map(alive.sort()));
    const numbers = [...this.numbers].filter(([agentId]) => !store.deleted.has(agentId));
    expect(new Map([...store.connections].sort())).toEqual(new Map(numbers.sort()));
    expect(h.flushed.length).toBe(store.commits);
    for (const { settledAs } of this.waiting) expect(settledAs, 'settled once').toHaveLength(1);
    this.checkBound();
    expect(h.faults).toEqual([]);
    expect(h.clock.timers, 'timers left behind').toBe(0);
    expect(h.batcher.pendingValues).toBe(0);
    expect(h.batcher.pendingBytes).toBe(0);
    expect(h.batcher.add({ agentId: 'a', values: [value('a', 'cpu', '0')] })).toBe(false);
  }

  checkBound(): void {
    const regular = this.h.flushed.filter(({ reason }) => reason !== 'shutdown');
    const runMs = (regular.at(-1)?.startedAtMs ?? this.startMs) - this.startMs;
    expect(regular.length).toBeLessThanOrEqual(Math.floor(runMs / INTERVAL_MS) + 1);
    for (const { reason } of regular) expect(['interval', 'idle']).toContain(reason);
  }
}

/** A report that says a key twice promises the newer one. */
function newestOf(values: FlushValue[], said: FlushValue): FlushValue {
  return values.filter(({ key }) => key === said.key).reduce((a, b) => (isNewer(b, a) ? b : a));
}

function checkOrder(batch: FlushBatch): void {
  const values = batch.values.map((held) => id(held));
  expect(values).toEqual([...new Set(values)].sort());
  const agents = batch.agents.map(({ agentId }) => agentId);
  expect(agents).toEqual([...new Set(agents)].sort());
}

describe('batcher against a naive model', () => {
  it('ends with the newest value of every key, one notification a flush, each report settled once', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    console.log(`batcher model: SEED=${seed}`);
    const property = fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
      const run = new Run();
      for (const next of commands) await run.step(next);
      await run.finish();
      run.check();
    });
    await fc.assert(property, { seed, numRuns: 400 });
  });
});
