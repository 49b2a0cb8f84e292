import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { getAgent } from '../db/agents.ts';
import { BusListener } from '../db/bus/listener.ts';
import { notifyControl } from '../db/bus/notify.ts';
import { readDatabaseClock, removeGateway } from '../db/gateways.ts';
import { FleetReader } from '../db/metadata/fleet-reader.ts';
import { FlushWriter } from '../db/metadata/flush-writer.ts';
import { Pool } from '../db/pool.ts';
import type { AgentChange } from '../db/types.ts';
import { AgentEndpoint } from './agents/endpoint.ts';
import { Intake } from './agents/intake.ts';
import { AgentRegistry, CLOSE_REPLACED } from './agents/registry.ts';
import { agentUpgrade } from './agents/upgrade.ts';
import { type AdminToken, settleAdminToken } from './auth/admin-token.ts';
import { Authenticator } from './auth/authenticator.ts';
import { agentLookup, personLookup } from './auth/lookups.ts';
import { OneTimeCodes } from './auth/one-time-codes.ts';
import { Batcher, type DrainResult } from './batcher/batcher.ts';
import { Bus } from './bus.ts';
import { systemClock } from './clock.ts';
import { CollectionClock } from './collection-clock.ts';
import type { Config } from './config/settings.ts';
import { DatabaseHealth } from './database-health.ts';
import { watchEventLoop } from './event-loop.ts';
import { FlushHealth } from './flush-health.ts';
import { Housekeeping } from './housekeeping.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { batcherObserver, watchObserver } from './observers.ts';
import { Presence } from './presence.ts';
import { createApp } from './server/app.ts';
import { serveDashboard } from './server/dashboard.ts';
import { listenOn, urlOf } from './server/listen.ts';
import { createMetricsServer } from './server/metrics-server.ts';
import { agentRoutes, type FleetEffects } from './server/routes/agents.ts';
import { healthRoutes, type Readiness } from './server/routes/health.ts';
import { metadataRoutes } from './server/routes/metadata.ts';
import { sessionRoutes } from './server/routes/session.ts';
import { statsRoutes } from './server/routes/stats.ts';
import { tokenRoutes } from './server/routes/tokens.ts';
import { Upgrader } from './server/upgrade.ts';
import { UpgradeQueue } from './server/upgrade-queue.ts';
import { version } from './version.ts';
import { CursorWatch } from './watch/cursor-watch.ts';
import { WatchHub } from './watch/hub.ts';
import { metadataStreamRoutes, metadataUpgrade } from './watch/metadata-endpoints.ts';
import { MetadataFeeds } from './watch/metadata-feed.ts';
import { watchUpgrade } from './watch/upgrade.ts';
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
  adminToken: AdminToken;
  /** Signs an admin in, once; null where this gateway knows no admin token. */
  signInUrl: string | null;
  /** Answers what runs, stores everything that waits, closes every socket. */
  stop(): Promise<DrainResult>;
}

/**
 * Puts a gateway together and starts it. This is the one place where the parts meet: agents' sockets lead through the
 * intake to the batcher and to the watch hub, the batcher's flushes to the database, the bus back to the hub.
 * @throws {ListenError} when an address cannot be used
 */
export async function startGateway({ config, databaseUrl, dataDir, log }: GatewayOptions): Promise<Gateway> {
  const clock = systemClock;
  const startedAtMs = clock.now();
  const id = randomBytes(6).toString('hex');
  const metrics = createMetrics();

  // The database: a pool for questions, a connection for flushes, one that listens.
  const db = new Pool({ url: databaseUrl, applicationName: `tidegate ${id}` });
  const reader = new FleetReader(db);
  const writer = new FlushWriter({ url: databaseUrl, gatewayId: id });
  const collectionClock = new CollectionClock({ clock, probe: () => readDatabaseClock(db) });
  await collectionClock.start();
  const adminToken = await settleAdminToken(db, { configured: config.adminToken, dataDir });

  // Values: intake → batcher → database, and intake → hub → watchers.
  const cursorWatch = new CursorWatch(clock);
  const batcher: Batcher = new Batcher({
    clock,
    random: Math.random,
    write: (batch, signal) => writer.write(batch, signal),
    settings: {
      flushIntervalMs: config.flushIntervalMs,
      ackTimeoutMs: config.ackTimeoutMs,
      batchMaxValues: config.batchMaxValues,
      batchMaxBytes: config.batchMaxBytes,
    },
    observer: batcherObserver({
      metrics,
      log,
      onFlushed: (flush) => {
        hub.flushed(flush);
        bus.flushed(flush.revision);
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

  // Agents.
  const registry = new AgentRegistry({
    nowUs: () => collectionClock.nowUs(),
    onChange: change,
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
    effects: { report: (request, connection) => intake.report(request, connection), change },
    metrics,
    log,
  });

  // Other gateways.
  const authenticator = new Authenticator({ clock, findAgents: agentLookup(db), findPeople: personLookup(db) });
  const watcherTokens = new WatcherTokens(authenticator);
  const presence = new Presence({
    clock,
    db,
    gateway: { id, host: hostname(), pid: process.pid },
    registry,
    onChange: change,
    checkWatchers: () => watcherTokens.check(),
    log,
  });
  const listener = new BusListener({
    url: config.listenUrl ?? databaseUrl,
    gatewayId: id,
    onListening: () => bus.listening(),
    onNotification: (notification) => bus.heard(notification),
    onControl: (message) => bus.heardControl(message),
    onLost: (error) => {
      log.info({ err: error }, 'the LISTEN connection was lost and is made again');
      bus.lost();
    },
  });
  const bus: Bus = new Bus({
    clock,
    gatewayId: id,
    mode: config.bus,
    pollIntervalMs: config.flushIntervalMs,
    port: {
      control: (message) => notifyControl(db, message),
      reconnect: () => listener.reconnect('notifications did not arrive'),
    },
    onWake: (source) => {
      metrics.busWakeups.inc({ source });
      hub.wake(source);
    },
    onReread: () => void presence.compareNow(),
    onLag: (seconds) => metrics.busLag.observe(seconds),
    onHealth: (degraded) => {
      if (degraded === null) log.info('notifications arrive again');
      else log.warn({ why: degraded }, 'notifications do not arrive; the database is read once per flush interval');
      hub.setNotice('bus_degraded', {
        active: degraded !== null,
        message: degraded === null ? 'Notifications arrive again.' : `Notifications do not arrive: ${degraded}.`,
      });
    },
  });

  // How the gateway itself is doing.
  let draining = false;
  const database = new DatabaseHealth({
    clock,
    probe: () => readDatabaseClock(db),
    onChange: (available) => {
      if (available) log.info('PostgreSQL is back');
      else log.error('PostgreSQL cannot be reached; agents stay connected and what they report waits');
      hub.setNotice('database_unavailable', {
        active: !available,
        message: available ? 'The database is back.' : 'The database cannot be reached; new values wait to be stored.',
      });
      if (available) hub.wake('local');
    },
  });
  const flushHealth = new FlushHealth({
    clock,
    batcher,
    flushIntervalMs: config.flushIntervalMs,
    onChange: (behind) =>
      hub.setNotice('flush_behind', {
        active: behind,
        message: behind ? 'Values are stored later than they should be.' : 'Values are stored in time again.',
      }),
  });
  const housekeeping = new Housekeeping({ clock, db, cursorWatch, log });
  const readiness = (): Readiness => ({
    database: database.available ? 'ok' : 'unavailable',
    bus: bus.degraded === null ? 'ok' : 'degraded',
    draining,
  });
  metrics.watch({
    agentsConnected: () => registry.size,
    watchersConnected: () => hub.watcherCount + feeds.size,
    valuesPending: () => batcher.pendingValues,
    cursorAgeSeconds: () => cursorWatch.ageMs / 1_000,
  });

  // HTTP.
  const codes = new OneTimeCodes(clock);
  const compareEverywhere = () => {
    void presence.compareNow();
    bus.announceReread();
  };
  const effects: FleetEffects = {
    changed: () => {
      batcher.touch();
      hub.wake('local');
    },
    described: () => compareEverywhere(),
    deleted: (agentId) => {
      batcher.forgetAgent(agentId);
      registry.get(agentId)?.end(CLOSE_REPLACED, 'the agent was deleted');
    },
    revoked: () => {
      authenticator.forgetAll();
      compareEverywhere();
    },
  };
  const feeds = new MetadataFeeds({
    clock,
    hub,
    nowUs: () => collectionClock.nowUs(),
    describe: async (agentId) => (await getAgent(db, agentId))?.descriptions ?? [],
  });
  const watchMetadata = { db, authenticator, feeds, tokens: watcherTokens };
  const app = createApp({
    log,
    identify: (token) => authenticator.anyone(token),
    routes: [
      ...healthRoutes(readiness),
      ...agentRoutes({ db, config, effects }),
      ...tokenRoutes({ db, effects }),
      ...sessionRoutes({ db, authenticator, codes, adminTokenId: () => adminToken.id }),
      ...metadataRoutes({ db, reader, nowUs: () => collectionClock.nowUs() }),
      ...metadataStreamRoutes(watchMetadata),
      ...statsRoutes({
        gatewayId: id,
        version,
        flushIntervalMs: config.flushIntervalMs,
        liveIntervalMs: config.liveIntervalMs,
        metrics,
        readiness,
        nowMs: () => collectionClock.nowUs() / 1_000,
        uptimeMs: () => clock.now() - startedAtMs,
      }),
    ],
  });
  await serveDashboard(app);
  const upgrader = new Upgrader(app.server, {
    queue: new UpgradeQueue({ clock, perSecond: config.upgradesPerSecond, maxWaitMs: config.upgradeQueueMs }),
    maxConnections: config.maxConnections,
    messageBytes: config.messageBytes,
    log,
    onRefused: (reason) => metrics.upgradesRefused.inc({ reason }),
    routes: [
      agentUpgrade({ authenticator, accept: (...agent) => endpoint.accept(...agent) }),
      metadataUpgrade(watchMetadata),
      watchUpgrade({ authenticator, hub, tokens: watcherTokens }),
    ],
  });
  const metricsServer = createMetricsServer(metrics);

  const stopLoopWatch = watchEventLoop(clock, (seconds) => metrics.eventLoopStall.observe(seconds));
  const closeParts = async () => {
    for (const part of [presence, bus, database, flushHealth, housekeeping, collectionClock]) part.stop();
    stopLoopWatch();
    await Promise.all([listener.close(), writer.close()]);
    await db.close();
  };

  try {
    const address = await listenOn('listen', config.listen, async ({ host, port }) => {
      await app.listen({ host, port });
      return app.server.address() as AddressInfo;
    });
    const metricsAddress = await listenOn('metrics-listen', config.metricsListen, async ({ host, port }) => {
      await new Promise<void>((resolve, reject) => {
        metricsServer.once('error', reject).listen(port, host, resolve);
      });
      return metricsServer.address() as AddressInfo;
    });
    await presence.start();
    if (config.bus === 'postgres') listener.start();
    bus.start();
    database.start();
    flushHealth.start();
    housekeeping.start();

    const url = urlOf(address);
    return {
      id,
      url,
      metricsUrl: urlOf(metricsAddress),
      adminToken,
      signInUrl: adminToken.id === null ? null : `${url}/#code=${codes.issue()}`,
      stop: once(async () => {
        draining = true;
        hub.setNotice('draining', { active: true, message: 'The gateway is shutting down.' });
        upgrader.close();
        endpoint.stopCalls();
        registry.tellAllGone();
        const drained = await batcher.drain(config.shutdownTimeoutMs);
        await endpoint.close();
        feeds.close();
        hub.close();
        metricsServer.close();
        await app.close();
        await removeGateway(db, id).catch(() => {});
        await closeParts();
        return drained;
      }),
    };
  } catch (error) {
    metricsServer.close();
    await app.close();
    await closeParts();
    throw error;
  }
}

/** Runs `task` at its first call and gives every later one the same result. */
function once<T>(task: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= task();
    return result;
  };
}
