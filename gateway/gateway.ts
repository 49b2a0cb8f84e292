import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { readDatabaseClock, removeGateway } from '../db/gateways.ts';
import { FleetReader } from '../db/metadata/fleet-reader.ts';
import { FlushWriter } from '../db/metadata/flush-writer.ts';
import { Pool } from '../db/pool.ts';
import type { AgentChange } from '../db/types.ts';
import { AgentEndpoint } from './agents/endpoint.ts';
import { Intake } from './agents/intake.ts';
import { AgentRegistry } from './agents/registry.ts';
import { type AdminToken, restoreConfiguredToken, settleAdminToken } from './auth/admin-token.ts';
import { Authenticator } from './auth/authenticator.ts';
import { agentLookup, personLookup, sessionLookup } from './auth/lookups.ts';
import { OneTimeCodes } from './auth/one-time-codes.ts';
import { hashToken } from './auth/token.ts';
import { Batcher, type DrainResult } from './batcher/batcher.ts';
import { BusLink } from './bus-link.ts';
import { systemClock } from './clock.ts';
import { CollectionClock } from './collection-clock.ts';
import { Comparison } from './comparison.ts';
import type { Config } from './config/settings.ts';
import { watchEventLoop } from './event-loop.ts';
import { Health } from './health.ts';
import { Housekeeping } from './housekeeping.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { batcherObserver, watchObserver } from './observers.ts';
import { Presence } from './presence.ts';
import type { AccessRow } from './server/access.ts';
import { HttpSide } from './server/http-side.ts';
import type { FleetEffects } from './server/routes/agents.ts';
import { readTls, TlsError } from './server/tls.ts';
import { CursorWatch } from './watch/cursor-watch.ts';
import { WatchHub } from './watch/hub.ts';
import { WatcherTokens } from './watch/watcher-tokens.ts';

export interface GatewayOptions {
  config: Config;
  /** A PostgreSQL whose schema is up to date. */
  databaseUrl: string;
  /** Where the admin token is kept. */
  dataDir: string;
  log: Log;
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
 * Puts a gateway together and starts it. This is the one place where the parts meet: agents' sockets lead through the
 * intake to the batcher and to the watch hub, the batcher's flushes to the database, the bus back to the hub.
 * @throws {ListenError} when an address cannot be used
 * @throws {TlsError} when certificate and key cannot be used
 */
export async function startGateway({ config, databaseUrl, dataDir, log }: GatewayOptions): Promise<Gateway> {
  const tls = readTls(config);
  const clock = systemClock;
  const id = randomBytes(6).toString('hex');
  const metrics = createMetrics();

  // The database: a pool for questions, a connection for flushes; one that listens belongs to the bus.
  const db = new Pool({
    url: databaseUrl,
    applicationName: `tidegate ${id}`,
    queryTimeoutMs: config.databaseTimeoutMs,
    waitTimeoutMs: config.databaseTimeoutMs,
  });
  const writer = new FlushWriter({ url: databaseUrl, gatewayId: id, limits: config });
  const reader = new FleetReader(db);
  const probe = () => readDatabaseClock(db);
  const collectionClock = new CollectionClock({ clock, probe });
  const nowUs = () => collectionClock.nowUs();

  // Values: intake → batcher → database, and intake → hub → watchers.
  const cursorWatch = new CursorWatch(clock);
  const batcher: Batcher = new Batcher({
    clock,
    random: Math.random,
    write: (batch, signal) => writer.write(batch, signal),
    settings: config,
    observer: batcherObserver({
      metrics,
      log,
      onFlushed: (flush) => {
        hub.flushed(flush);
        busLink.bus.flushed(flush.revision);
      },
    }),
  });
  const hub: WatchHub = new WatchHub({
    clock,
    collectionClock,
    reader,
    pending: batcher,
    settings: { liveIntervalMs: config.liveIntervalMs, flushIntervalMs: config.flushIntervalMs },
    observer: watchObserver({ metrics, log, cursorWatch }),
  });
  const change = (agentChange: AgentChange) => {
    batcher.changeAgent(agentChange);
    hub.changeLive(agentChange);
  };

  // Agents: socket → session → calls → intake.
  const registry = new AgentRegistry({
    nowUs,
    onChange: change,
    onEnded: (reason) => metrics.connectionsEnded.inc({ reason }),
    onReplaced: (connection) => {
      metrics.connectionsReplaced.inc();
      log.info({ agent: connection.identity.agentId }, 'a newer connection replaced an older one of the same agent');
    },
  });
  const intake = new Intake({ clock, batcher, live: hub, config, metrics, log });
  const endpoint = new AgentEndpoint({
    clock,
    collectionClock,
    config,
    registry,
    effects: {
      report: (request, connection) => intake.report(request, connection),
      keep: (agentChange) => intake.keep(agentChange),
      note: change,
      metrics,
    },
    metrics,
    log,
  });

  // Other gateways, and how this one is doing.
  const authenticator = new Authenticator({
    clock,
    findAgents: agentLookup(db),
    findPeople: personLookup(db),
    findSessions: sessionLookup(db),
  });
  const watcherTokens = new WatcherTokens(authenticator, clock);
  const health = new Health({ clock, probe, batcher, flushIntervalMs: config.flushIntervalMs, hub, log });
  const presence = new Presence({
    clock,
    db,
    gateway: {
      ...{ id, host: hostname(), pid: process.pid },
      ...(config.adminToken !== undefined && { configuredTokenHash: hashToken(config.adminToken) }),
    },
    onChange: change,
    onOverdue: async () => {
      registry.tellAll();
      if (config.adminToken !== undefined) await restoreConfiguredToken(db, config.adminToken);
    },
    log,
  });
  const comparison = new Comparison({
    clock,
    db,
    registry,
    forgetTokens: () => authenticator.forgetAll(),
    checkWatchers: () => watcherTokens.check(),
    log,
  });
  const busLink: BusLink = new BusLink({
    clock,
    db,
    listenUrl: config.listenUrl ?? databaseUrl,
    gatewayId: id,
    mode: config.bus,
    pollIntervalMs: config.flushIntervalMs,
    log,
    onWake: (source, own) => {
      metrics.busWakeups.inc({ source });
      // Nobody waits for what came from here: that read may wait for the wake-ups that follow.
      hub.wake(own ? 'local' : source);
    },
    onReread: () => {
      authenticator.forgetAll();
      void comparison.now();
      hub.wake('notify');
    },
    onLag: (seconds) => metrics.busLag.observe(seconds),
    onHealth: (degraded) => health.busChanged(degraded),
  });
  const housekeeping = new Housekeeping({ clock, db, cursorWatch, auditRetentionMs: config.auditRetentionMs, log });

  // HTTP.
  const codes = new OneTimeCodes(clock);
  const effects = fleetEffects({ batcher, hub, registry, authenticator, comparison, bus: busLink.bus });
  const http = new HttpSide({
    id,
    clock,
    config,
    tls,
    db,
    reader,
    hub,
    endpoint,
    authenticator,
    watcherTokens,
    codes,
    health,
    effects,
    metrics,
    nowUs,
    log,
  });
  metrics.watch({
    agentsConnected: () => registry.size,
    watchersConnected: () => hub.watcherCount + http.followers,
    valuesPending: () => batcher.pendingValues,
    cursorAgeSeconds: () => cursorWatch.ageMs / 1_000,
  });

  const stopLoopWatch = watchEventLoop(clock, (seconds) => metrics.eventLoopStall.observe(seconds));
  const closeParts = async () => {
    for (const part of [presence, comparison, health, housekeeping, collectionClock]) part.stop();
    stopLoopWatch();
    await http.close();
    await Promise.all([busLink.close(), writer.close()]);
    await db.close();
  };

  try {
    await collectionClock.start();
    await presence.start();
    const adminToken = await settleAdminToken(db, { configured: config.adminToken, dataDir });
    const { url, metricsUrl } = await http.listen({ adminTokenId: adminToken.id });
    comparison.start();
    busLink.start();
    health.start();
    housekeeping.start();
    return {
      id,
      url,
      metricsUrl,
      access: http.access,
      adminToken,
      signInUrl: adminToken.id === null ? null : `${url}/#code=${codes.issue()}`,
      reloadTls: () => reloadTls(http, config, log),
      stop: once(async () => {
        health.drain();
        http.refuseUpgrades();
        endpoint.stopCalls();
        registry.tellAllGone();
        const drained = await batcher.drain(config.shutdownTimeoutMs);
        await endpoint.close();
        hub.close();
        await removeGateway(db, id).catch(() => {});
        await closeParts();
        return drained;
      }),
    };
  } catch (error) {
    await removeGateway(db, id).catch(() => {});
    await closeParts();
    throw error;
  }
}

function reloadTls(http: HttpSide, config: Config, log: Log): boolean {
  try {
    const pair = readTls(config);
    if (pair === null) return true;
    http.useTls(pair);
    log.info({ expires: pair.expires }, 'certificate and key were read again');
    return true;
  } catch (error) {
    const why = error instanceof TlsError ? error.message : String(error);
    log.error({ why }, 'certificate and key cannot be used; those from before stay in use');
    return false;
  }
}

/** What changes by HTTP set off. */
function fleetEffects(parts: {
  batcher: Batcher;
  hub: WatchHub;
  registry: AgentRegistry;
  authenticator: Authenticator;
  comparison: Comparison;
  bus: BusLink['bus'];
}): FleetEffects {
  const { batcher, hub, registry, authenticator, comparison, bus } = parts;
  const compareEverywhere = () => {
    void comparison.now();
    bus.announceReread();
  };
  return {
    changed: () => {
      batcher.touch();
      hub.wake('local');
    },
    described: compareEverywhere,
    relabelled: () => bus.announceReread(),
    deleted: (agentId) => {
      batcher.forgetAgent(agentId);
      registry.letGoOf(agentId);
    },
    revoked: () => {
      authenticator.forgetAll();
      compareEverywhere();
    },
  };
}

/** Runs `task` at its first call and gives every later one the same result. */
function once<T>(task: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= task();
    return result;
  };
}
