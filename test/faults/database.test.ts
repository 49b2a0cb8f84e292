import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../support/gateway.ts';
import { DatabaseServer } from './support/database-server.ts';
import { type GatewayProcess, sqlStateOf } from './support/gateway-process.ts';
import { printedRandom } from './support/random.ts';
import { fault, type Outcome } from './support/results.ts';
import { type Rig, type RigOptions, withRig } from './support/rig.ts';
import { DEADLOCK_LATE, often, RowHolder } from './support/row-locks.ts';

const group = 'PostgreSQL';

let server: DatabaseServer;

beforeAll(async () => {
  server = await DatabaseServer.start();
});
afterAll(() => server.close());

interface SurviveOptions extends Pick<RigOptions, 'keys' | 'intervalMs' | 'padding' | 'watchers'> {
  /** PostgreSQL's own, for the database. */
  parameters?: Record<string, string>;
}

/** A fleet on a database of its own, a fault, and what was found afterwards. */
async function survive(
  act: (rig: Rig, url: string) => Promise<string>,
  { parameters, ...load }: SurviveOptions = {},
): Promise<Outcome> {
  const databaseUrl = await server.database(parameters);
  return withRig({ databaseUrl, gateway: { databaseUrl }, ...load }, async (rig) => {
    const happened = await act(rig, databaseUrl);
    const recoveryMs = await rig.recovery();
    const { lost, cutOff } = await rig.verdict();
    const retries = await rig.gateway.metric('tidegate_flush_failures_total');
    expect(retries, 'flushes that the fault has hit').toBeGreaterThan(0);
    return {
      happened: `${happened}; ${counted(retries, 'attempt')} to flush failed, then all was written`,
      lost,
      cutOff,
      recoveryMs,
    };
  });
}

/** Does something to the server while a flush is in the middle of its transaction. */
async function inMidFlush(url: string, act: () => Promise<void>): Promise<void> {
  const holder = await RowHolder.open(url);
  try {
    await holder.holding(async () => {
      await holder.lock();
      await holder.flushesWait(1);
      await act();
    });
  } finally {
    await holder.close();
  }
}

/** A fleet whose values are so large that keeping more than one of each key, or what a failed flush held, would show. */
const large = { keys: 40, intervalMs: 2_000, padding: 'x'.repeat(1_900), watchers: 2 };
/** What a heap may waver by. */
const WAVER_MIB = 30;

fault('stopped for 30 s, then started', { group, mayCutOff: false, subset: true, timeoutMs: 180_000 }, () =>
  survive(async (rig) => {
    const { gateway, fleet } = rig;
    const distinctKeys = fleet.agents.length * large.keys;
    const stateMiB = (distinctKeys * large.padding.length) / 2 ** 20;
    // What the same load takes while the database is there.
    const usualMiB = await largestMiB(gateway, 8_000);
    await server.stop('fast');
    const begun = performance.now();
    const notReady = await eventually('/readyz says what is wrong', async () => {
      const ready = await gateway.ready();
      return ready.status === 503 && ready;
    });
    expect(notReady.message).toContain('PostgreSQL cannot be reached');
    expect(notReady.checks).toMatchObject({ database: 'unavailable' });
    let waiting = 0;
    const outageMiB = await largestMiB(gateway, 30_000 - (performance.now() - begun), async () => {
      waiting = Math.max(waiting, await gateway.metric('tidegate_values_pending'));
    });
    // The newest of each, and what a flush that is being tried holds of it.
    expect(waiting).toBeLessThanOrEqual(2 * distinctKeys);
    expect(outageMiB - usualMiB).toBeLessThan(2 * stateMiB + WAVER_MIB);
    expect(fleet.connected).toBe(fleet.agents.length);
    expect(fleet.ledger.accepted).toBeGreaterThanOrEqual(fleet.agents.length);
    const accepted = await eventually('the gateway counts the accepted answers that agents have had', async () => {
      const count = await gateway.metric('tidegate_acks_total', 'kind="accepted"');
      return count === fleet.ledger.accepted && count;
    });
    await server.start();
    await eventually('/readyz is content', async () => (await gateway.ready()).status === 200);
    return (
      `agents stayed, ${accepted} reports answered as accepted after 10 s and stored later; at most ${waiting} values of ` +
      `${distinctKeys} keys (${stateMiB.toFixed(1)} MiB) waited, memory ${usualMiB.toFixed(0)} → ${outageMiB.toFixed(0)} MiB; ` +
      '`/readyz` said why'
    );
  }, large),
);

/** The most memory that a gateway was seen to have within a time, looked at twice a second. */
async function largestMiB(gateway: GatewayProcess, ms: number, look = async () => {}): Promise<number> {
  let largest = 0;
  for (const end = performance.now() + ms; performance.now() < end; await pause(500)) {
    await look();
    largest = Math.max(largest, gateway.residentMiB());
  }
  return largest;
}

for (const [mode, name] of [
  ['fast', 'restarted (fast)'],
  ['immediate', 'restarted (immediate)'],
  ['kill', 'postmaster killed (SIGKILL) and started'],
] as const) {
  fault(name, { group, mayCutOff: false, subset: mode === 'fast', timeoutMs: 120_000 }, () =>
    survive(async (_rig, url) => {
      const begun = performance.now();
      await inMidFlush(url, () => server.stop(mode));
      await server.start();
      return `away for ${seconds(performance.now() - begun)}, from the middle of a flush on`;
    }),
  );
}

const MID_FLUSH_TIMES = 5;

fault('every backend terminated at random moments', { group, mayCutOff: false, subset: true, timeoutMs: 120_000 }, () =>
  survive(async (_rig, url) => {
    const random = printedRandom();
    let terminated = 0;
    const terminate = async () => {
      const [row] = await server.query<{ count: string }>(
        `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'tidegate%'
           AND application_name <> 'tidegate simulate'`,
        url,
      );
      terminated += Number(row?.count);
    };
    for (const end = performance.now() + 12_000; performance.now() < end; ) {
      await pause(random() * 1_000);
      await terminate();
    }
    // A flush is so short that hardly one of those moments was in it.
    for (let time = 0; time < MID_FLUSH_TIMES; time += 1) await inMidFlush(url, terminate);
    return `${terminated} backends ended, at any moment for 12 s and ${MID_FLUSH_TIMES} times in the middle of a flush`;
  }),
);

fault('the disk is full', { group, mayCutOff: false, together: true, timeoutMs: 180_000 }, async () => {
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
      disk.free();
      const starts = await backAgain(small);
      const recoveryMs = await rig.recovery();
      const { lost, cutOff } = await rig.verdict();
      const retries = await rig.gateway.metric('tidegate_flush_failures_total');
      const what = starts > 0 ? 'PostgreSQL ended itself and was started when there was room' : 'PostgreSQL lived on';
      const happened = `a tmpfs of 256 MiB filled to its last byte for 10 s: ${what}; ${counted(retries, 'attempt')} to flush failed`;
      return { happened, lost, cutOff, recoveryMs };
    });
  } finally {
    await small.close();
    disk.unmount();
  }
});

/** Waits until a server answers, and starts it where it ends itself, as an operator would. */
async function backAgain(small: DatabaseServer): Promise<number> {
  let starts = 0;
  await eventually(
    'PostgreSQL answers again',
    async () => {
      if (!small.running) {
        starts += 1;
        await small.start();
      }
      return small.query('SELECT 1').catch(() => null);
    },
    60_000,
  );
  return starts;
}

fault('a statement runs into statement_timeout', { group, mayCutOff: false, together: true, timeoutMs: 180_000 }, () =>
  survive(async ({ gateway }, url) => {
    // The first statement that it meets stands still, none after it: what a sequence has given out, no rollback takes back.
    await server.query(
      `CREATE SEQUENCE public.stalls;
       CREATE FUNCTION public.stall() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN IF nextval('public.stalls') = 1 THEN PERFORM pg_sleep(60); END IF; RETURN NULL; END $$;
       CREATE TRIGGER stall BEFORE UPDATE ON tidegate.agent_metadata FOR EACH STATEMENT EXECUTE FUNCTION public.stall()`,
      url,
    );
    const begun = performance.now();
    const failed = await gateway.logged('a flush failed', 60_000);
    expect(sqlStateOf(failed)).toBe('57014');
    return `given up by the server after ${seconds(performance.now() - begun)} (57014)`;
  }),
);

fault(
  'rows locked by somebody else',
  { group, mayCutOff: false, subset: true, together: true, timeoutMs: 120_000 },
  () =>
    survive(async ({ gateway }, url) => {
      const other = await RowHolder.open(url);
      const failed = await other.holding(async () => {
        await other.lock();
        return gateway.logged('a flush failed', 20_000);
      });
      expect(sqlStateOf(failed)).toBe('55P03');
      await other.close();
      return 'lock_timeout after 5 s (55P03)';
    }),
);

fault(
  'a deadlock that the flush loses',
  { group, mayCutOff: false, subset: true, together: true, timeoutMs: 120_000 },
  () =>
    survive(
      async ({ gateway }, url) => {
        const other = await RowHolder.open(url);
        const failed = (state: string) => gateway.log.filter((line) => sqlStateOf(line) === state).length;
        await often('40P01', 1, failed, () =>
          other.holding(async () => {
            await other.lockLast();
            await other.flushesWait(1);
            await other.lock();
          }),
        );
        await other.close();
        return 'the flush was the victim (40P01)';
      },
      { parameters: DEADLOCK_LATE },
    ),
);

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
