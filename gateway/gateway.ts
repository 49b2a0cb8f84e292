import { removeGateway } from '../db/gateways.ts';
import { type AdminToken, settleAdminToken } from './auth/admin-token.ts';
import type { DrainResult } from './batcher/batcher.ts';
import { type AgentSide, createAgentSide } from './composition/agents.ts';
import { type Base, type BaseOptions, createBase } from './composition/base.ts';
import { createFleetEffects } from './composition/fleet-effects.ts';
import { createNeighbours, type Neighbours } from './composition/neighbours.ts';
import { createSignIn, type SignIn } from './composition/sign-in.ts';
import { createValueSide, type ValueSide } from './composition/values.ts';
import { watchEventLoop } from './event-loop.ts';
import { Health } from './health.ts';
import { Housekeeping } from './housekeeping.ts';
import type { AccessRow } from './server/access.ts';
import { HttpSide } from './server/http-side.ts';
import { readTls, type TlsPair } from './server/tls.ts';

export interface GatewayOptions extends BaseOptions {
  /** Where the admin token is kept. */
  dataDir: string;
}

/** A gateway that serves. */
export interface Gateway {
  id: string;
  /** Where it is reached from this host. */
  url: string;
  metricsUrl: string;
  /** Who may do what: every route and every socket that it serves. */
  access: readonly AccessRow[];
  adminToken: AdminToken;
  /** Signs an admin in, once; null where this gateway knows no admin token. */
  signInUrl: string | null;
  /** Reads certificate and key again; false, with one line in the log, where they cannot be used and the old ones stay. */
  reloadTls(): boolean;
  /** Answers what runs, stores everything that waits, closes every socket. */
  stop(): Promise<DrainResult>;
}

/**
 * Puts a gateway together and starts it.
 * @throws {ListenError} when an address cannot be used
 * @throws {TlsError} when certificate and key cannot be used
 */
export async function startGateway({ dataDir, ...options }: GatewayOptions): Promise<Gateway> {
  const parts = compose(options, readTls(options.config));
  try {
    return await start(parts, dataDir);
  } catch (error) {
    await leave(parts);
    throw error;
  }
}

interface Parts {
  base: Base;
  values: ValueSide;
  agents: AgentSide;
  signIn: SignIn;
  health: Health;
  neighbours: Neighbours;
  housekeeping: Housekeeping;
  http: HttpSide;
  stopLoopWatch: () => void;
}

/**
 * The one place where the parts meet: agents' sockets lead through the intake to the batcher and to the watch hub, the
 * batcher's flushes to the database, the bus back to the hub.
 */
function compose(options: BaseOptions, tls: TlsPair | null): Parts {
  const base = createBase(options);
  const { clock, config, gathering, metrics } = base;
  const values = createValueSide(base, (revision) => neighbours.busLink.bus.flushed(revision));
  const { batcher, hub, cursorWatch } = values;
  const agents = createAgentSide(base, values);
  const signIn = createSignIn(base);
  const health = new Health({ ...base, batcher, hub, flushIntervalMs: config.flushIntervalMs });
  const neighbours: Neighbours = createNeighbours(base, { values, agents, signIn, health });
  const housekeeping = new Housekeeping({ ...base, cursorWatch, auditRetentionMs: config.auditRetentionMs });
  const effects = createFleetEffects({ values, agents, signIn, neighbours });
  const http = new HttpSide({ ...base, ...signIn, tls, hub, endpoint: agents.endpoint, health, effects });
  metrics.watch({
    agentsConnected: () => agents.registry.size,
    watchersConnected: () => hub.watcherCount + http.followers,
    valuesPending: () => batcher.pendingValues,
    cursorAgeSeconds: () => cursorWatch.ageMs / 1_000,
  });
  const stopLoopWatch = watchEventLoop(
    clock,
    (seconds) => metrics.eventLoopStall.observe(seconds),
    (sinceMs) => gathering.pausedMsSince(sinceMs),
  );
  return { base, values, agents, signIn, health, neighbours, housekeeping, http, stopLoopWatch };
}

/** The clock before whoever asks it, the row of this gateway before its agents; what looks after all of it comes last. */
async function start(parts: Parts, dataDir: string): Promise<Gateway> {
  const { base, signIn, health, neighbours, housekeeping, http } = parts;
  const { id, config, db, collectionClock } = base;
  await collectionClock.start();
  await neighbours.presence.start();
  const adminToken = await settleAdminToken(db, { configured: config.adminToken, dataDir });
  const { url, metricsUrl } = await http.listen({ adminTokenId: adminToken.id });
  neighbours.comparison.start();
  neighbours.busLink.start();
  health.start();
  housekeeping.start();
  let stopped: Promise<DrainResult> | null = null;
  return {
    ...{ id, url, metricsUrl, access: http.access, adminToken },
    signInUrl: adminToken.id === null ? null : `${url}/#code=${signIn.codes.issue()}`,
    reloadTls: () => http.reloadTls(),
    stop: () => {
      stopped ??= stop(parts);
      return stopped;
    },
  };
}

/** Nobody new, and no new calls; the sockets of those who are here stay until what agents have said is stored. */
async function stop(parts: Parts): Promise<DrainResult> {
  const { base, values, agents, health, http } = parts;
  health.drain();
  http.refuseUpgrades();
  agents.endpoint.stopCalls();
  agents.registry.tellAllGone();
  const drained = await values.batcher.drain(base.config.shutdownTimeoutMs);
  await agents.endpoint.close();
  values.hub.close();
  await leave(parts);
  return drained;
}

/** The other gateways need not find out; then everything that is open is closed, the database last. */
async function leave({ base, values, health, neighbours, housekeeping, http, stopLoopWatch }: Parts): Promise<void> {
  const { id, db, collectionClock } = base;
  const { presence, comparison, busLink } = neighbours;
  await removeGateway(db, id).catch(() => {});
  for (const part of [presence, comparison, health, housekeeping, collectionClock]) part.stop();
  stopLoopWatch();
  await http.close();
  await Promise.all([busLink.close(), values.writer.close()]);
  await db.close();
}
