import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../support/gateway.ts';
import { DatabaseServer } from './support/database-server.ts';
import { sqlStateOf } from './support/gateway-process.ts';
import { seededRandom } from './support/random.ts';
import { fault, type Outcome } from './support/results.ts';
import { type Rig, withRig } from './support/rig.ts';
import { DEADLOCK_LATE, RowHolder } from './support/row-locks.ts';

const group = 'PostgreSQL';

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

/** A fleet on a database of its own, a fault, and what was found afterwards. */
async function survive(
  act: (rig: Rig, url: string) => Promise<string>,
  parameters: Record<string, string> = {},
): Promise<Outcome> {
  const databaseUrl = await server.database(parameters);
  return withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
    const happened = await act(rig, databaseUrl);
    const recoveryMs = await rig.recovery();
    const { lost, cutOff } = await rig.verdict();
    return { happened, lost, cutOff, recoveryMs };
  });
}

fault('stopped for 30 s, then started', { group, mayCutOff: false, subset: true, timeoutMs: 180_000 }, () =>
  survive(async (rig) => {
    const { gateway, fleet } = rig;
    const distinctKeys = fleet.agents.length * 5;
    await server.stop('fast');
    const begun = performance.now();
    const notReady = await eventually('/readyz says what is wrong', async () => {
      const ready = await gateway.ready();
      return ready.status === 503 && ready;
    });
    expect(notReady.message).toContain('PostgreSQL cannot be reached');
    expect(notReady.checks).toMatchObject({ database: 'unavailable' });
    const sizes: number[] = [];
    while (performance.now() - begun < 30_000) {
      expect(await gateway.metric('tidegate_values_pending')).toBeLessThanOrEqual(distinctKeys);
      sizes.push(gateway.residentMiB());
      await pause(500);
    }
    const accepted = await gateway.metric('tidegate_acks_total', 'kind="accepted"');
    expect(fleet.ledger.accepted).toBeGreaterThanOrEqual(fleet.agents.length);
    expect(accepted).toBe(fleet.ledger.accepted);
    expect(fleet.connected).toBe(fleet.agents.length);
    await server.start();
    await eventually('/readyz is content', async () => (await gateway.ready()).status === 200);
    const [early = 0, late = 0] = [sizes[10], sizes.at(-1)];
    return (
      `agents stayed, ${accepted} reports answered as accepted after 10 s and stored later; at most ${distinctKeys} ` +
      `values waited, memory ${early.toFixed(0)} → ${late.toFixed(0)} MiB; \`/readyz\` said why`
    );
  }),
);

for (const [mode, name] of [
  ['fast', 'restarted (fast)'],
  ['immediate', 'restarted (immediate)'],
  ['kill', 'postmaster killed (SIGKILL) and started'],
] as const) {
  fault(name, { group, mayCutOff: false, subset: mode === 'fast', timeoutMs: 120_000 }, () =>
    survive(async () => {
      const begun = performance.now();
      await server.stop(mode);
      await server.start();
      return `away for ${seconds(performance.now() - begun)}; the flush was tried again`;
    }),
  );
}

fault('every backend terminated at random moments', { group, mayCutOff: false, subset: true, timeoutMs: 120_000 }, () =>
  survive(async ({ gateway }, url) => {
    const random = seededRandom();
    const end = performance.now() + 15_000;
    let terminated = 0;
    while (performance.now() < end) {
      await pause(random() * 1_000);
      const [row] = await server.query<{ count: string }>(
        `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'tidegate%'
           AND application_name <> 'tidegate simulate'`,
        url,
      );
      terminated += Number(row?.count);
    }
    const failures = await gateway.metric('tidegate_flush_failures_total');
    return `${terminated} backends ended in 15 s, ${failures} flushes tried again`;
  }),
);

fault('the disk is full', { group, mayCutOff: false, timeoutMs: 180_000 }, async () => {
  const { FullDisk } = await import('./support/full-disk.ts');
  const disk = await FullDisk.mount(256);
  const small = await DatabaseServer.start(`${disk.directory}/data`);
  try {
    const databaseUrl = await small.database();
    return await withRig({ databaseUrl, gateway: { databaseUrl } }, async (rig) => {
      disk.fill();
      // Segments of its log that were made before would last for a while: use them up.
      const hasFailed = () => rig.gateway.log.some(({ msg }) => msg.includes('a flush failed'));
      await eventually(
        'the disk is felt',
        async () => {
          // Without anything new in it a segment is not left.
          const useUp = "SELECT pg_logical_emit_message(true, 'fault', 'x'), pg_switch_wal()";
          await small.query(useUp, databaseUrl).catch(() => {});
          return hasFailed();
        },
        60_000,
      );
      await pause(10_000);
      const crashed = !small.running;
      disk.free();
      if (!small.running) await small.start();
      const recoveryMs = await rig.recovery();
      const { lost, cutOff } = await rig.verdict();
      const what = crashed
        ? 'PostgreSQL ended itself and was started when there was room'
        : 'flushes failed until there was room';
      return { happened: `a tmpfs of 256 MiB filled to its last byte for 10 s: ${what}`, lost, cutOff, recoveryMs };
    });
  } finally {
    await small.close();
    disk.unmount();
  }
});

fault('a statement runs into statement_timeout', { group, mayCutOff: false, timeoutMs: 180_000 }, () =>
  survive(async ({ gateway }, url) => {
    await server.query(
      `CREATE FUNCTION public.stall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
       CREATE TRIGGER stall BEFORE UPDATE ON tidegate.agent_metadata FOR EACH STATEMENT EXECUTE FUNCTION public.stall()`,
      url,
    );
    const failed = await gateway.logged('a flush failed', 60_000);
    expect(sqlStateOf(failed)).toBe('57014');
    await server.query('DROP TRIGGER stall ON tidegate.agent_metadata', url);
    return 'given up by the server after 30 s (57014) and written again';
  }),
);

fault('rows locked by somebody else', { group, mayCutOff: false, subset: true, timeoutMs: 120_000 }, () =>
  survive(async ({ gateway }, url) => {
    const other = await RowHolder.open(url);
    const failed = await other.holding(async () => {
      await other.lock();
      return gateway.logged('a flush failed', 20_000);
    });
    expect(sqlStateOf(failed)).toBe('55P03');
    await other.close();
    return 'lock_timeout after 5 s (55P03) and written again';
  }),
);

fault('a deadlock that the flush loses', { group, mayCutOff: false, subset: true, timeoutMs: 120_000 }, () =>
  survive(async ({ gateway }, url) => {
    const other = await RowHolder.open(url);
    await other.holding(async () => {
      await other.lockLast();
      await other.flushesWait(1);
      await other.lock();
    });
    await other.close();
    const failed = await gateway.logged('a flush failed');
    expect(sqlStateOf(failed)).toBe('40P01');
    return 'the flush was the victim (40P01) and was written again';
  }, DEADLOCK_LATE),
);

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
