import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAgents, deleteAgent, hashToken, patchAgent, rotateToken } from '../../db/agents.ts';
import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { Database, Pool } from '../../db/pool.ts';
import type { Rows, SqlParameter } from '../../db/session.ts';
import { createAccessToken, deleteAccessToken } from '../../db/tokens.ts';
import type { AgentConnection } from '../../gateway/agents/connection.ts';
import { COMPARE_ALL_EVERY, COMPARE_INTERVAL_MS, Comparison } from '../../gateway/comparison.ts';
import { silentLog } from '../../gateway/log.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { BASE_US, never } from '../support/fleet.ts';
import { eventually } from '../support/gateway.ts';
import { databaseForFile, type TestDatabase } from '../support/postgres.ts';

const ME = { tokenId: null, name: 'me', address: '' };

let database: TestDatabase;
let pool: Pool;

databaseForFile((own) => {
  ({ database, pool } = own);
});
beforeEach(async () => {
  await database.query('TRUNCATE tidegate.agents, tidegate.access_tokens, tidegate.audit CASCADE');
});

/** A comparison over connections that the test holds, on a real database whose questions are counted. */
function setUp() {
  const clock = new FakeClock();
  const held = new Set<AgentConnection>();
  const ended: string[] = [];
  const asked: number[] = [];
  const counts = { forgotten: 0, watchersChecked: 0 };
  const state = { away: false, watchersFail: false };
  const count = (text: string, parameters: readonly SqlParameter[] = []) => {
    if (state.away) throw new Error('connection refused');
    if (text.includes('unnest')) asked.push(String(parameters[0]).split(',').length);
  };
  const counted: Database = {
    query: async <R>(text: string, parameters?: readonly SqlParameter[]): Promise<Rows<R>> => {
      count(text, parameters);
      return pool.query<R>(text, parameters);
    },
    queryWithin: async <R>(begin: string, text: string, parameters?: readonly SqlParameter[]): Promise<Rows<R>> => {
      count(text, parameters);
      return pool.queryWithin<R>(begin, text, parameters);
    },
    transaction: (body, begin) => pool.transaction(body, begin),
  };
  const comparison = new Comparison({
    clock,
    db: counted,
    registry: {
      connections: () => held.values() as IterableIterator<AgentConnection>,
      letGo: (connection, ending) => connection.end(ending),
    },
    forgetTokens: () => (counts.forgotten += 1),
    checkWatchers: async () => {
      counts.watchersChecked += 1;
      if (state.watchersFail) throw new Error('no answer');
    },
    log: silentLog,
  });
  /** A new agent, or a further connection of one. */
  const hold = async ({ number = 1, monitored = true, agentId = '', token = randomUUID() } = {}) => {
    const tokenHash = hashToken(token);
    const id = agentId || (await createAgents(pool, [{ name: token, labels: {}, metadata: [], tokenHash }]))[0]?.id;
    const connection = {
      identity: { agentId: id, tokenHash: tokenHash.toString('hex'), manifestNumber: 0 },
      monitored,
      number,
      end: (ending: string) => {
        held.delete(connection);
        ended.push(ending);
      },
    } as unknown as AgentConnection;
    held.add(connection);
    return { id: id ?? '', token };
  };
  return { clock, comparison, held, hold, ended, asked, counts, state };
}

const rotate = (id: string, overlapMs = 0) =>
  rotateToken(pool, id, { tokenHash: hashToken(randomUUID()), overlapMs }, ME);

describe('the comparison with the database', () => {
  it('lets go of what was deleted, revoked, taken over or described anew, and of nothing else', async () => {
    const { comparison, hold, ended, held } = setUp();
    const [deleted, revoked, taken, described] = [await hold(), await hold(), await hold(), await hold()];
    await hold();
    await comparison.now();
    expect(ended).toEqual([]);
    await deleteAgent(pool, deleted.id, ME);
    await comparison.now();
    await rotate(revoked.id);
    await comparison.now();
    const writer = new FlushWriter({ url: database.url, gatewayId: 'another' });
    const connection = { number: 2, connected: true, atUs: BASE_US };
    await writer.write({ values: [], agents: [{ agentId: taken.id, connection }] }, never);
    await writer.close();
    await comparison.now();
    await patchAgent(pool, described.id, { metadata: [] }, ME);
    await comparison.now();
    expect(ended).toEqual(['deleted', 'revoked', 'replaced', 'manifest_changed']);
    expect(held.size).toBe(1);
  });

  it('lets helpers stay where the agent connects anew or is described anew, and no longer than its token', async () => {
    const { comparison, hold, ended } = setUp();
    const agent = await hold({ number: 5 });
    await hold({ number: 3, monitored: false, agentId: agent.id, token: agent.token });
    await database.query('UPDATE tidegate.agents SET connection_number = 5');
    await patchAgent(pool, agent.id, { metadata: [] }, ME);
    await comparison.now();
    expect(ended).toEqual(['manifest_changed']);
    await rotate(agent.id);
    await comparison.now();
    expect(ended).toEqual(['manifest_changed', 'revoked']);
  });

  it('asks about what has changed or is new, in small parts, and about everything now and then', async () => {
    const { comparison, hold, asked } = setUp();
    const made = await Promise.all(Array.from({ length: 620 }, () => hold()));
    await comparison.now();
    expect(asked.splice(0)).toEqual([250, 250, 120]);
    await comparison.now();
    expect(asked).toEqual([]);
    await rotate(made[0]?.id ?? '', 60_000);
    await hold();
    await comparison.now();
    expect(asked.splice(0)).toEqual([2]);
    for (let look = 3; look < COMPARE_ALL_EVERY; look += 1) await comparison.now();
    expect(asked).toEqual([]);
    await comparison.now();
    expect(asked).toEqual([250, 250, 121]);
  });

  it('ends a connection when the overlap of its token is over, of which no row tells', async () => {
    const { clock, comparison, hold, ended, asked } = setUp();
    const { id } = await hold();
    await comparison.now();
    // What passes in real time meanwhile is the machine's.
    await rotate(id, 600_000);
    await comparison.now();
    asked.length = 0;
    clock.elapse(500_000);
    await comparison.now();
    expect([asked, ended]).toEqual([[], []]);
    // As the database's clock has it then.
    await database.query("UPDATE tidegate.agents SET previous_token_expires_at = now() - interval '1 second'");
    clock.elapse(100_000);
    await comparison.now();
    expect([asked, ended]).toEqual([[1], ['revoked']]);
  });

  it('has known tokens forgotten whenever one has been revoked, and only then', async () => {
    const { comparison, counts } = setUp();
    await comparison.now();
    counts.forgotten = 0;
    const { id } = await createAccessToken(pool, { role: 'viewer', name: 'v', tokenHash: hashToken('v') }, ME);
    await comparison.now();
    expect(counts.forgotten).toBe(0);
    await deleteAccessToken(pool, id, ME);
    await comparison.now();
    await comparison.now();
    expect(counts).toEqual({ forgotten: 1, watchersChecked: 4 });
  });

  it('asks about a connection once, though what it was let in by is older than the last look', async () => {
    const { comparison, hold, held, ended } = setUp();
    const agent = await hold();
    held.clear();
    await rotate(agent.id);
    await comparison.now();
    await comparison.now();
    await hold({ agentId: agent.id, token: agent.token });
    await comparison.now();
    expect(ended).toEqual(['revoked']);
  });

  it('loses nothing over an outage of the database', async () => {
    const { comparison, hold, ended, counts, state } = setUp();
    const { id } = await hold();
    await comparison.now();
    counts.forgotten = 0;
    await rotate(id);
    state.away = true;
    await comparison.now();
    expect([ended, counts.forgotten]).toEqual([[], 0]);
    state.away = false;
    // Half of a look is none: what it has not come to is looked at again.
    state.watchersFail = true;
    await comparison.now();
    expect(ended).toEqual([]);
    state.watchersFail = false;
    counts.forgotten = 0;
    await comparison.now();
    expect([ended, counts.forgotten]).toEqual([['revoked'], 1]);
  });

  it('comes by itself every three seconds until it is stopped', async () => {
    const { clock, comparison, counts } = setUp();
    comparison.start();
    for (let look = 1; look <= 3; look += 1) {
      clock.advance(COMPARE_INTERVAL_MS - 1);
      expect(counts.watchersChecked).toBe(look - 1);
      clock.advance(1);
      await eventually('it is armed again', () => clock.timers === 1);
      expect(counts.watchersChecked).toBe(look);
    }
    comparison.stop();
    expect(clock.timers).toBe(0);
    expect(COMPARE_INTERVAL_MS).toBe(3_000);
  });
});
