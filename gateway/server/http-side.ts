import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { getAgent } from '../../db/agents.ts';
import type { FleetReader } from '../../db/metadata/fleet-reader.ts';
import type { Database } from '../../db/pool.ts';
import type { AgentEndpoint } from '../agents/endpoint.ts';
import { agentUpgrade } from '../agents/upgrade.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { FailedSignIns } from '../auth/failed-sign-ins.ts';
import type { OneTimeCodes } from '../auth/one-time-codes.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/settings.ts';
import type { EndOfTurn } from '../end-of-turn.ts';
import type { Gathering } from '../gathering/gathering.ts';
import type { Health } from '../health.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { version } from '../version.ts';
import type { WatchHub } from '../watch/hub.ts';
import { metadataStreamRoutes, metadataUpgrade } from '../watch/metadata-endpoints.ts';
import { MetadataFeeds } from '../watch/metadata-feed.ts';
import { watchUpgrade } from '../watch/upgrade.ts';
import type { WatcherTokens } from '../watch/watcher-tokens.ts';
import type { AccessRow, Route } from './access.ts';
import { createApp } from './app.ts';
import { clientReader } from './client.ts';
import { serveDashboard } from './dashboard.ts';
import { listenOn, urlOf } from './listen.ts';
import { createMetricsServer } from './metrics-server.ts';
import { Places } from './places.ts';
import { agentRoutes, type FleetEffects } from './routes/agents.ts';
import { auditRoutes } from './routes/audit.ts';
import { healthRoutes } from './routes/health.ts';
import { metadataRoutes } from './routes/metadata.ts';
import { sessionRoutes } from './routes/session.ts';
import { statsRoutes } from './routes/stats.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { readTls, TlsError, type TlsPair } from './tls.ts';
import { type UpgradeRoute, Upgrader } from './upgrade.ts';
import { UpgradeQueue } from './upgrade-queue.ts';

/**
 * Connections that may wait to be accepted; the system's own limit (`somaxconn`, 4,096 on Linux) may be lower. Node's 511 are
 * too few for a fleet that comes back at once: the system drops what is beyond, and whoever was dropped tries again after
 * one second, three and seven.
 */
const ACCEPT_BACKLOG = 4_096;

export interface HttpSideOptions {
  /** The gateway's id. */
  id: string;
  clock: Clock;
  endOfTurn: EndOfTurn;
  gathering: Pick<Gathering, 'asked'>;
  config: Config;
  /** Null for plain HTTP. */
  tls: TlsPair | null;
  db: Database;
  reader: FleetReader;
  hub: WatchHub;
  endpoint: AgentEndpoint;
  authenticator: Authenticator;
  watcherTokens: WatcherTokens;
  codes: OneTimeCodes;
  health: Health;
  effects: FleetEffects;
  metrics: Metrics;
  /** Microseconds on the collection clock. */
  nowUs(): number;
  log: Log;
}

/** Everything that is reached over HTTP: the routes, the sockets, the page, and the metrics on their own listener. */
export class HttpSide {
  readonly #options: HttpSideOptions;
  readonly #feeds: MetadataFeeds;
  readonly #places: Places;
  readonly #app: FastifyInstance;
  readonly #upgrader: Upgrader;
  readonly #metricsServer: Server;
  readonly #failedSignIns: FailedSignIns;
  readonly #access: AccessRow[] = [];
  readonly #startedAtMs: number;
  #adminTokenId: string | null = null;

  constructor(options: HttpSideOptions) {
    const { clock, config, db, hub, metrics, nowUs, log, authenticator } = options;
    this.#options = options;
    this.#startedAtMs = clock.now();
    this.#failedSignIns = new FailedSignIns({
      clock,
      perMinute: config.failedSignInsPerMinute,
      maxDelayMs: config.failedSignInDelayMs,
      onFailed: () => metrics.signInsFailed.inc(),
      log,
    });
    this.#feeds = new MetadataFeeds({
      clock,
      hub,
      nowUs,
      describe: async (agentId) => (await getAgent(db, agentId))?.descriptions ?? [],
    });
    this.#places = new Places({
      most: config.maxConnections,
      onFull: () => metrics.upgradesRefused.inc({ reason: 'limit' }),
    });
    const readClient = clientReader(config.trustProxy ?? []);
    const upgrades = this.#upgrades();
    for (const { url, roles } of upgrades) this.#access.push({ method: 'GET', url, socket: true, roles });
    this.#app = createApp({
      clock,
      config,
      log,
      tls: options.tls,
      readClient,
      identify: (presented) => authenticator.anyone(presented),
      onFailedSignIn: (address) => this.#failedSignIns.failed(address),
      onServed: (row) => this.#access.push(row),
      routes: this.#routes(),
      databaseTimeoutMs: config.databaseTimeoutMs,
    });
    this.#app.server.on('request', ({ socket }) => options.gathering.asked(socket));
    this.#upgrader = new Upgrader(this.#app.server, {
      queue: new UpgradeQueue({ clock, perSecond: config.upgradesPerSecond, maxWaitMs: config.upgradeQueueMs }),
      places: this.#places,
      endOfTurn: options.endOfTurn,
      messageBytes: config.messageBytes,
      log,
      readClient,
      onFailedSignIn: (address) => this.#failedSignIns.failed(address),
      onRefused: (reason) => metrics.upgradesRefused.inc({ reason }),
      routes: upgrades,
    });
    this.#metricsServer = createMetricsServer(metrics);
  }

  /** Connections that follow one agent, as Coder's clients do. */
  get followers(): number {
    return this.#feeds.size;
  }

  /**
   * Opens both listeners.
   * @throws {ListenError}
   */
  async listen(options: { adminTokenId: string | null }): Promise<{ url: string; metricsUrl: string }> {
    this.#adminTokenId = options.adminTokenId;
    await serveDashboard(this.#app);
    const { config } = this.#options;
    const address = await listenOn('listen', config.listen, async ({ host, port }) => {
      await this.#app.listen({ host, port, backlog: ACCEPT_BACKLOG });
      return this.#app.server.address() as AddressInfo;
    });
    const metricsAddress = await listenOn('metrics-listen', config.metricsListen, async ({ host, port }) => {
      await new Promise<void>((resolve, reject) => {
        this.#metricsServer.once('error', reject).listen(port, host, resolve);
      });
      return this.#metricsServer.address() as AddressInfo;
    });
    return { url: urlOf(address, { tls: this.#options.tls !== null }), metricsUrl: urlOf(metricsAddress) };
  }

  /**
   * Reads certificate and key again, and shows them to whoever connects from now on; connections that stand stay as they
   * are. False, with one line in the log, where they cannot be used and the old ones stay.
   */
  reloadTls(): boolean {
    const { config, log } = this.#options;
    try {
      const pair = readTls(config);
      if (pair === null) return true;
      this.#useTls(pair);
      log.info({ expires: pair.expires }, 'certificate and key were read again');
      return true;
    } catch (error) {
      const why = error instanceof TlsError ? error.message : String(error);
      log.error({ why }, 'certificate and key cannot be used; those from before stay in use');
      return false;
    }
  }

  /** Who may do what: every route and every socket. */
  get access(): readonly AccessRow[] {
    return this.#access;
  }

  /** From now on nobody connects any more; who is connected stays. */
  refuseUpgrades(): void {
    this.#failedSignIns.close();
    this.#upgrader.close();
  }

  async close(): Promise<void> {
    this.#feeds.close();
    this.#metricsServer.close();
    // Else a request that never comes to its end keeps the process alive.
    this.#metricsServer.closeAllConnections();
    await this.#app.close();
  }

  #useTls({ cert, key }: TlsPair): void {
    (this.#app.server as object as Partial<TlsServer>).setSecureContext?.({ cert, key });
  }

  #routes(): Route[] {
    const { id, clock, config, db, reader, authenticator, codes, health, effects, metrics, nowUs } = this.#options;
    return [
      ...healthRoutes(() => health.readiness()),
      ...agentRoutes({ db, config, effects }),
      ...tokenRoutes({ db, effects }),
      ...auditRoutes({ db }),
      ...sessionRoutes({
        db,
        authenticator,
        codes,
        effects,
        adminTokenId: () => this.#adminTokenId,
      }),
      ...metadataRoutes({ db, reader, nowUs }),
      ...metadataStreamRoutes({
        ...this.#options,
        ...{ feeds: this.#feeds, tokens: this.#options.watcherTokens, places: this.#places },
      }),
      ...statsRoutes({
        gatewayId: id,
        version,
        flushIntervalMs: config.flushIntervalMs,
        liveIntervalMs: config.liveIntervalMs,
        metrics,
        readiness: () => health.readiness(),
        nowMs: () => nowUs() / 1_000,
        uptimeMs: () => clock.now() - this.#startedAtMs,
      }),
    ];
  }

  #upgrades(): UpgradeRoute[] {
    const { authenticator, endpoint, hub, watcherTokens: tokens } = this.#options;
    return [
      agentUpgrade({ authenticator, accept: (...agent) => endpoint.accept(...agent) }),
      metadataUpgrade({ ...this.#options, feeds: this.#feeds, tokens }),
      watchUpgrade({ authenticator, hub, tokens }),
    ];
  }
}
