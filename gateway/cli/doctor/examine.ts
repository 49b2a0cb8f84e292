import { addressOf, connect } from '../../../db/connect.ts';
import { listLiveGateways, readDatabaseClock } from '../../../db/gateways.ts';
import { findCursorPin } from '../../../db/metadata/cursor-pin.ts';
import { MIGRATIONS_DIR, readMigrations } from '../../../db/migrate.ts';
import { readServerFacts, type ServerFacts } from '../../../db/server-facts.ts';
import type { Session } from '../../../db/session.ts';
import { PINNED_AFTER_MS } from '../../watch/cursor-watch.ts';
import { checkBus } from './bus-check.ts';
import { type Examined, type Finding, failed, ok, warning } from './finding.ts';

/** The fastest of so many probes says how the clocks stand. */
const CLOCK_PROBES = 5;
/** Gateways measure the offset and live with any; above this, logs of different hosts no longer line up. */
const CLOCK_NOTE_MS = 1_000;

export interface ExamineOptions {
  url: string;
  /** Where LISTEN goes, unless it is the same. */
  listenUrl: string | undefined;
}

interface Context {
  session: Session;
  facts: ServerFacts;
  listenUrl: string;
}

/** In this order; each one only reads. */
const CHECKS: Record<string, (context: Context) => Examined | Promise<Examined>> = {
  schema: ({ facts }) => schema(facts),
  durability: ({ facts }) => durability(facts),
  bus: ({ session, listenUrl }) => checkBus(session, listenUrl),
  clock: ({ session }) => clock(session),
  gateways: ({ session, facts }) => gateways(session, facts),
  transactions: ({ session }) => transactions(session),
};

/** Looks at everything that a gateway needs of its database, and changes nothing. Never throws for what it finds. */
export async function examine({ url, listenUrl }: ExamineOptions): Promise<Finding[]> {
  let session: Session;
  try {
    session = await connect({ url, applicationName: 'tidegate doctor' });
  } catch (error) {
    const unseen = { verdict: 'unknown', finding: 'Could not be looked at.' } as const;
    const others = Object.keys(CHECKS).map((check) => ({ check, ...unseen }));
    return [{ check: 'database', ...failed((error as Error).message) }, ...others];
  }
  try {
    const facts = await readServerFacts(session);
    const context = { session, facts, listenUrl: listenUrl ?? url };
    const findings: Finding[] = [{ check: 'database', ...server(facts, addressOf(url)) }];
    for (const [check, look] of Object.entries(CHECKS)) findings.push({ check, ...(await attempt(look, context)) });
    return findings;
  } finally {
    await session.close();
  }
}

async function attempt(look: (context: Context) => Examined | Promise<Examined>, context: Context): Promise<Examined> {
  try {
    return await look(context);
  } catch (error) {
    return failed(`${(error as Error).message}.`);
  }
}

function server(facts: ServerFacts, address: string): Examined {
  const name = `PostgreSQL ${facts.version} at ${address}`;
  return facts.inRecovery ? failed(`${name} is a standby, where nothing can be written.`) : ok(`${name} answers.`);
}

async function schema({ schemaVersion }: ServerFacts): Promise<Examined> {
  const known = (await readMigrations(MIGRATIONS_DIR)).length;
  if (schemaVersion > known) return failed(`It is at version ${schemaVersion}; this release knows up to ${known}.`);
  if (schemaVersion === known) return ok(`It is at version ${schemaVersion}, as this release wants it.`);
  return warning(`It is at version ${schemaVersion}; the next start, or \`tidegate migrate\`, brings it to ${known}.`);
}

function durability(facts: ServerFacts): Examined {
  const { fsync, fullPageWrites, synchronousCommit, valuesLogged } = facts;
  if (valuesLogged === false) return failed('The table of values is unlogged: a crash of the server empties it.');
  if (fsync !== 'on') return failed('fsync is off: a crash of the host can lose what was acknowledged.');
  if (fullPageWrites !== 'on') return warning('full_page_writes is off: safe only where the file system writes whole.');
  const raised = synchronousCommit === 'off' ? ', raised to local for each flush' : '';
  return ok(`fsync is on, synchronous_commit is ${synchronousCommit}${raised}.`);
}

async function clock(session: Session): Promise<Examined> {
  let best = { tripMs: Number.POSITIVE_INFINITY, aheadMs: 0 };
  for (let probe = 0; probe < CLOCK_PROBES; probe += 1) {
    const startMs = performance.now();
    const databaseMs = (await readDatabaseClock(session)) / 1_000;
    const tripMs = performance.now() - startMs;
    if (tripMs < best.tripMs) best = { tripMs, aheadMs: databaseMs - (Date.now() - tripMs / 2) };
  }
  const ahead = `${Math.abs(best.aheadMs).toFixed(1)} ms ${best.aheadMs < 0 ? 'behind' : 'ahead of'} this host's`;
  const finding = `The database's clock is ${ahead}; a question takes ${best.tripMs.toFixed(1)} ms.`;
  if (Math.abs(best.aheadMs) < CLOCK_NOTE_MS) return ok(finding);
  return warning(`${finding} Values carry the database's time, so nothing is lost by that, but logs do not line up.`);
}

async function gateways(session: Session, facts: ServerFacts): Promise<Examined> {
  if (facts.schemaVersion === 0) return ok('None yet.');
  const live = await listLiveGateways(session);
  return ok(
    live.length === 0 ? 'None is running.' : live.map(({ id, host, pid }) => `${id} (${host}, pid ${pid})`).join(', '),
  );
}

async function transactions(session: Session): Promise<Examined> {
  const pin = await findCursorPin(session);
  if (pin === null || pin.transactionAgeMs < PINNED_AFTER_MS) return ok('No long transaction holds cursors back.');
  const who = pin.kind === 'prepared' ? `the prepared transaction ${pin.gid}` : `the session of pid ${pin.pid}`;
  const by = [pin.user, pin.applicationName, pin.state].filter(Boolean).join(', ');
  const seconds = Math.round(pin.transactionAgeMs / 1_000);
  return warning(
    `For ${seconds} s ${who} (${by}) has held cursors back: watchers that return get more than they need.`,
  );
}
