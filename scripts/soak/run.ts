import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type EmbeddedServer, startEmbedded } from '../../db/embedded/server.ts';
import { ApiClient } from '../../gateway/cli/api-client.ts';
import type { Progress } from '../../gateway/cli/simulate/progress.ts';
import { shows } from '../../gateway/cli/simulate/watchers.ts';
import { systemClock } from '../../gateway/clock.ts';
import { watchEventLoop } from '../../gateway/event-loop.ts';
import { WatchClient } from '../../protocol/watch/client.ts';
import type { Course } from './course.ts';
import { FlushAudit } from './flush-audit.ts';
import { GatewayProcess, sumOf } from './gateway-process.ts';
import { GoFleet } from './go-fleet.ts';
import { type GatewayLife, type Outage, type SoakFindings, stallFigures } from './judge.ts';
import { type MemorySample, memoryFigures } from './memory.ts';
import { missingValues, readStored } from './stored.ts';

/** How long everything may take to be back after a restart: the longest pause of Coder's agents is 10 s. */
const RETURN_TIMEOUT_MS = 60_000;
const MEMORY_INTERVAL_MS = 2_000;
/** How long the last values may take to be stored and shown. */
const QUIET_TIMEOUT_MS = 20_000;
const POLL_MS = 200;

export interface SoakReport extends SoakFindings {
  course: Course;
  answerMs: Record<string, Record<string, number>>;
  load: { start: number; end: number };
}

/** One soak: PostgreSQL, a served gateway, Go agents and watchers, and what becomes of them. */
export class Soak {
  readonly #course: Course;
  readonly #directory: string;
  readonly #progress: Progress;
  readonly #adminToken = randomBytes(24).toString('base64url');
  #database: EmbeddedServer | null = null;
  #gateway: GatewayProcess | null = null;
  #fleet: GoFleet | null = null;
  #audit: FlushAudit | null = null;
  #watchers: WatchClient[] = [];
  readonly #lives: GatewayLife[] = [];
  readonly #lost: string[] = [];
  #memory: MemorySample[] = [];
  #lifeBeganAtMs = 0;
  #standstillSeconds = 0;
  #phase = 'starting';
  #begunAtMs = 0;

  /** `directory` is ours, and one that the account of PostgreSQL can enter. */
  constructor(course: Course, options: { directory: string; progress: Progress }) {
    this.#course = course;
    this.#directory = options.directory;
    this.#progress = options.progress;
  }

  async run(): Promise<SoakReport> {
    const load = { start: loadavg()[0] ?? 0, end: 0 };
    watchEventLoop(systemClock, (seconds) => {
      this.#standstillSeconds = Math.max(this.#standstillSeconds, seconds);
    });
    this.#database = await this.#startDatabase();
    await this.#startGateway('127.0.0.1:0');
    const audit = new FlushAudit(this.#database.url);
    this.#audit = audit;
    await audit.install();
    await audit.listen();
    const fleet = await this.#startFleet();
    this.#startWatchers();

    const timer = setInterval(() => void this.#look(), MEMORY_INTERVAL_MS);
    try {
      this.#begunAtMs = Date.now();
      this.#phase = 'running';
      await this.#until(this.#course.gatewayRestartAtMs);
      const gatewayRestart = await this.#restartGateway(fleet);
      await this.#until(this.#course.databaseRestartAtMs);
      const databaseRestart = await this.#restartDatabase(fleet, audit);
      await this.#until(this.#course.durationMs);

      this.#phase = 'stopping';
      const { agents, answerMs } = await fleet.stop();
      const watchersExact = await this.#watchersExact(fleet.ids);
      await this.#endGateway();
      this.#lost.push(...missingValues(agents, await readStored(this.#url), 'at the end'));
      load.end = loadavg()[0] ?? 0;
      return {
        course: this.#course,
        agents,
        events: fleet.events,
        gatewayRestart,
        databaseRestart,
        lives: this.#lives,
        flushIntervalMs: this.#course.flushIntervalMs,
        flushes: await audit.figures(),
        lost: this.#lost,
        watchers: this.#watchers.length,
        watchersExact,
        answerMs,
        load,
      };
    } finally {
      clearInterval(timer);
    }
  }

  /** Ends whatever still runs; idempotent. */
  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.stop();
    this.#fleet?.kill();
    this.#gateway?.kill();
    await this.#gateway?.ended;
    await this.#audit?.close();
    await this.#database?.stop();
  }

  get #url(): string {
    return this.#database?.url ?? '';
  }

  #startDatabase(): Promise<EmbeddedServer> {
    return startEmbedded({ dataDir: join(this.#directory, 'database'), explicitDataDir: true, log: () => {} });
  }

  async #startGateway(listen: string): Promise<void> {
    this.#memory = [];
    this.#standstillSeconds = 0;
    this.#gateway = await GatewayProcess.start({
      databaseUrl: this.#url,
      adminToken: this.#adminToken,
      dataDir: join(this.#directory, 'gateway'),
      flushIntervalMs: this.#course.flushIntervalMs,
      listen,
    });
    this.#lifeBeganAtMs = Date.now();
  }

  async #startFleet(): Promise<GoFleet> {
    const { url = '' } = this.#gateway ?? {};
    const client = new ApiClient({ url, token: this.#adminToken, dataDir: this.#directory });
    const { agents } = this.#course;
    this.#progress.note(`PostgreSQL and the gateway run; ${agents} Go agents connect.`);
    const fleet = await GoFleet.create({ client, count: agents, directory: this.#directory });
    this.#fleet = fleet;
    await fleet.connected(agents, RETURN_TIMEOUT_MS);
    return fleet;
  }

  #startWatchers(): void {
    const url = `${(this.#gateway?.url ?? '').replace(/^http/, 'ws')}/api/v2/watch`;
    const headers = { authorization: `Bearer ${this.#adminToken}` };
    this.#watchers = Array.from(
      { length: this.#course.watchers },
      () =>
        new WatchClient({
          connect: () => new WebSocket(url, { headers, perMessageDeflate: false }) as never,
          subscription: { agents: 'all' },
        }),
    );
    for (const watcher of this.#watchers) watcher.start();
  }

  /** SIGTERM under load, then the next life at the same address. */
  async #restartGateway(fleet: GoFleet): Promise<Outage> {
    this.#phase = 'gateway restarts';
    this.#progress.note('SIGTERM to the gateway.');
    const { host } = new URL(this.#gateway?.url ?? '');
    const fromMs = Date.now();
    await this.#endGateway();
    // What was acknowledged is in the database before the next life can write anything.
    this.#lost.push(...missingValues(await fleet.results(), await readStored(this.#url), 'behind SIGTERM'));
    await this.#startGateway(host);
    await fleet.connected(2 * this.#course.agents, RETURN_TIMEOUT_MS);
    const toMs = Date.now();
    this.#phase = 'running';
    this.#progress.note(`The gateway is back and so are all agents, ${seconds(toMs - fromMs)} behind SIGTERM.`);
    return { fromMs, toMs };
  }

  /** PostgreSQL stops, as at an update, for so long that a flush falls into it, and comes back at the same address. */
  async #restartDatabase(fleet: GoFleet, audit: FlushAudit): Promise<Outage> {
    this.#phase = 'database restarts';
    this.#progress.note('PostgreSQL stops.');
    const fromMs = Date.now();
    const acknowledged = await fleet.results();
    await this.#database?.stop();
    await delay(this.#course.flushIntervalMs);
    this.#database = await this.#startDatabase();
    await audit.listen();
    this.#lost.push(...missingValues(acknowledged, await readStored(this.#url), 'behind the restart of PostgreSQL'));
    const toMs = Date.now();
    this.#phase = 'running';
    this.#progress.note(`PostgreSQL is back after ${seconds(toMs - fromMs)}.`);
    return { fromMs, toMs };
  }

  async #endGateway(): Promise<void> {
    const gateway = this.#gateway;
    if (gateway === null) return;
    const metrics = await gateway.metrics();
    const { exit, tookMs } = await gateway.terminate();
    this.#lives.push({
      livedMs: Date.now() - this.#lifeBeganAtMs,
      exit,
      endedAfterMs: tookMs,
      memory: memoryFigures(this.#memory),
      stalls: stallFigures(metrics),
      standstillSeconds: this.#standstillSeconds,
      log: gateway.log,
      acksCommitted: sumOf(metrics, 'tidegate_acks_total', 'committed'),
      acksAccepted: sumOf(metrics, 'tidegate_acks_total', 'accepted'),
    });
  }

  /** How many watchers come to show exactly what is stored, now that nothing is reported any more. */
  async #watchersExact(ids: string[]): Promise<number> {
    const end = performance.now() + QUIET_TIMEOUT_MS;
    for (;;) {
      const stored = await readStored(this.#url, ids);
      const exact = this.#watchers.filter(({ agents }) => shows(agents, stored)).length;
      if (exact === this.#watchers.length || performance.now() > end) return exact;
      await delay(POLL_MS);
    }
  }

  async #look(): Promise<void> {
    const seconds = Math.round((Date.now() - this.#begunAtMs) / 1_000);
    const total = Math.round(this.#course.durationMs / 1_000);
    const count = (kind: string) => this.#fleet?.count(kind) ?? 0;
    this.#progress.say(
      `${seconds} of ${total} s, ${this.#phase}: ${count('connected')} connects, ${count('disconnected')} cut off, ` +
        `${count('report-failed')} reports failed`,
    );
    if (this.#phase !== 'running') return;
    // While it ends there is nothing to ask.
    const sample = await this.#gateway?.memory().catch(() => undefined);
    if (sample !== undefined && this.#phase === 'running') this.#memory.push(sample);
  }

  async #until(atMs: number): Promise<void> {
    const failed = this.#gateway?.ended.then((how) => {
      throw new Error(`the gateway ended by itself with ${how}: ${this.#gateway?.log.at(-1)?.text ?? ''}`);
    });
    const rest = new AbortController();
    try {
      const waiting = delay(Math.max(0, this.#begunAtMs + atMs - Date.now()), undefined, { signal: rest.signal });
      await Promise.race([waiting, failed]);
    } finally {
      failed?.catch(() => {});
      rest.abort();
    }
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
