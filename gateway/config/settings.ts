import { keptDefaults } from '../../db/kept.ts';
import { batcherDefaults } from '../batcher/settings.ts';
import { address, duration, flag, integer, type Kind, networks, oneOf, postgresUrl, size, text } from './kinds.ts';

/** One setting: how it is named, what it may be, what it is without being set, and why. */
export interface Setting<T> {
  /** The flag without its dashes; also the key in a settings file. The variable is TIDEGATE_ and this in capitals. */
  readonly flag: string;
  readonly kind: Kind<T>;
  /** Undefined where the setting may be absent. */
  readonly default: T | undefined;
  /** What it does, in one line for `--help`. */
  readonly description: string;
  /** Why the default is what it is. */
  readonly reason: string;
  /** Never shown; may also be given as a file's path in TIDEGATE_…_FILE. */
  readonly secret?: boolean;
  /** A further variable that is read when TIDEGATE_… is not set. */
  readonly alsoEnv?: string;
}

type Required<T> = Setting<T> & { default: T };

const required = <T>(setting: Omit<Setting<T>, 'default'> & { default: NoInfer<T> }): Required<T> => setting;
const optional = <T>(setting: Omit<Setting<T>, 'default'>): Setting<T> => ({ ...setting, default: undefined });

/** Every setting of `tidegate serve`, in the order in which help and documentation list them. */
export const settings = {
  listen: required({
    flag: 'listen',
    kind: address(),
    default: { host: '127.0.0.1', port: 7080 },
    description: 'where agents, browsers and API clients connect',
    reason: 'loopback only, until someone decides who may reach it',
  }),
  metricsListen: required({
    flag: 'metrics-listen',
    kind: address(),
    default: { host: '127.0.0.1', port: 7081 },
    description: 'where /metrics is served',
    reason: 'a listener of its own, so that metrics are never exposed with the API',
  }),
  databaseUrl: optional({
    flag: 'database-url',
    kind: postgresUrl(),
    description: 'PostgreSQL 15 or newer; without it an embedded server runs in the data directory',
    reason: 'a first start needs nothing installed',
    secret: true,
    alsoEnv: 'DATABASE_URL',
  }),
  listenUrl: optional({
    flag: 'listen-url',
    kind: postgresUrl(),
    description: 'a direct URL for LISTEN, where the database URL goes through a pooler',
    reason: 'LISTEN does not work through a pooler in transaction mode',
    secret: true,
  }),
  databaseTimeoutMs: required({
    flag: 'database-timeout',
    kind: duration({ min: 1_000, max: 30_000 }),
    default: 10_000,
    description: 'how long a request over HTTP waits for PostgreSQL before it is answered 503 with Retry-After',
    reason: 'longer than its questions take, shorter than clients and proxies wait',
  }),
  dataDir: required({
    flag: 'data-dir',
    kind: text('a path'),
    default: './data',
    description: 'directory of the embedded server and of the admin token',
    reason: 'beside where it is started, easy to find and to remove',
  }),
  adminToken: optional({
    flag: 'admin-token',
    kind: text('at least 16 characters'),
    description: 'an admin token that exists while a gateway runs that has it; up to a minute longer after a crash',
    reason: 'without it the first start makes one and keeps it in the data directory',
    secret: true,
  }),
  flushIntervalMs: required({
    flag: 'flush-interval',
    kind: duration({ min: 100, max: 600_000 }),
    default: 5_000,
    description: 'least time between the starts of two flushes',
    reason: 'one transaction and one notification per gateway and five seconds; live frames hide the wait',
  }),
  liveIntervalMs: required({
    flag: 'live-interval',
    kind: duration({ max: 60_000 }),
    default: 200,
    description: "least time between two frames of own agents' values to watchers; 0 sends them at the commit",
    reason: 'a watcher sees a value within a quarter of a second',
  }),
  gatherIntervalMs: required({
    flag: 'gather-interval',
    kind: duration({ max: 100 }),
    default: 50,
    description:
      'longest time for which calls of a busy fleet wait to be read together, at most the live interval; below 4 ms each is read as it comes',
    reason: 'waking up is most of what a report costs; frames and flushes are never late for it',
  }),
  ack: required({
    flag: 'ack',
    kind: oneOf('committed', 'watched', 'accepted'),
    default: 'committed',
    description: 'when a report is answered: at the commit, at once for watched agents, or always at once',
    reason: 'what was acknowledged is in the database',
  }),
  ackTimeoutMs: required({
    flag: 'ack-timeout',
    kind: duration({ min: 100, max: 25_000 }),
    default: 10_000,
    description: 'after this long a report is answered even though it is not committed yet',
    reason: 'agents give a call up after 30 s and reconnect',
  }),
  bus: required({
    flag: 'bus',
    kind: oneOf('postgres', 'poll'),
    default: 'postgres',
    description:
      'how gateways learn of each other: LISTEN, or reading once per flush interval where LISTEN cannot work',
    reason: 'nothing but PostgreSQL is needed',
  }),
  declaredKeysOnly: required({
    flag: 'declared-keys-only',
    kind: flag(),
    default: false,
    description: 'refuse keys that the agent was not created with',
    reason: 'an agent needs no provisioning per key',
  }),
  batchMaxValues: required({
    flag: 'batch-max-values',
    kind: integer({ min: 1 }),
    default: 200_000,
    description: 'pending values that bring a flush forward, at most one a second',
    reason: 'above the 150,000 values of 10,000 agents with 15 keys',
  }),
  batchMaxBytes: required({
    flag: 'batch-max-bytes',
    kind: size({ min: 1024 }),
    default: 64 * 1024 ** 2,
    description: 'pending bytes that bring a flush forward, at most one a second',
    reason: 'a batch of this size is written well within the flush interval',
  }),
  shutdownTimeoutMs: required({
    flag: 'shutdown-timeout',
    kind: duration({ min: 100 }),
    default: 15_000,
    description: 'time for the last flush at shutdown',
    reason: 'within the 30 s that service managers usually allow',
  }),
  maxConnections: required({
    flag: 'max-connections',
    kind: integer({ min: 1 }),
    default: 20_000,
    description: 'agents and watchers connected at once, those of event streams among them; further ones get 503',
    reason: 'twice a fleet of 10,000 agents: where nothing told of their end, all may be back before it is known',
  }),
  upgradesPerSecond: required({
    flag: 'upgrades-per-second',
    kind: integer({ min: 1 }),
    default: 500,
    description: 'WebSocket upgrades per second and address; more of them wait',
    reason: 'a fleet that returns at once is taken in without starving those already connected',
  }),
  upgradeQueueMs: required({
    flag: 'upgrade-queue',
    kind: duration(),
    default: 20_000,
    description: 'how long an upgrade may wait for its turn before it gets 503 with Retry-After',
    reason: 'long enough for 10,000 agents from one address',
  }),
  failedSignInsPerMinute: required({
    flag: 'failed-sign-ins',
    kind: integer({ min: 1, max: 60_000 }),
    default: 20,
    description: 'failed sign-ins per minute and address that are answered at once; more are answered at this rate',
    reason: 'a person who mistypes notices nothing; whoever tries tokens waits, and a valid token never does',
  }),
  failedSignInDelayMs: required({
    flag: 'failed-sign-in-delay',
    kind: duration({ max: 60_000 }),
    default: 10_000,
    description: 'longest time for which the answer of a failed sign-in is held back; 0 turns that off',
    reason: 'within what clients wait for an answer',
  }),
  tlsCert: optional({
    flag: 'tls-cert',
    kind: text('a path'),
    description: 'file with the certificate in PEM, its chain behind it; with --tls-key the main listener speaks TLS',
    reason: 'a proxy in front usually does this; read again at SIGHUP',
  }),
  tlsKey: optional({
    flag: 'tls-key',
    kind: text('a path'),
    description: 'file with the key of --tls-cert in PEM',
    reason: 'read again at SIGHUP, without dropping a connection',
  }),
  trustProxy: optional({
    flag: 'trust-proxy',
    kind: networks(),
    description: 'proxies whose X-Forwarded-For, -Proto and -Host are believed: addresses, networks, or loopback',
    reason: "nobody is believed; without a proxy in front these headers are anybody's to write",
  }),
  auditRetentionMs: required({
    flag: 'audit-retention',
    kind: duration({ min: 3_600_000 }),
    default: 90 * 86_400_000,
    description: 'age at which rows of the audit trail are removed',
    reason: 'a quarter of a year is looked back on; the table stays bounded',
  }),
  streamsPerSession: required({
    flag: 'streams-per-session',
    kind: integer({ min: 4, max: 65_536 }),
    default: 256,
    description: 'streams of one agent that are served at once; as many again may wait',
    reason: "the accept backlog of hashicorp's yamux",
  }),
  callsPerSecond: required({
    flag: 'calls-per-second',
    kind: integer({ min: 1 }),
    default: 100,
    description: 'calls of one agent per second; further ones are delayed, never refused',
    reason: 'fifty times what an agent does with keys of one second',
  }),
  bodyBytes: required({
    flag: 'body-bytes',
    kind: size({ min: 1024, max: 256 * 1024 ** 2 }),
    default: 8 * 1024 ** 2,
    description: 'largest body of an HTTP request; a larger one gets 413',
    reason: '1,000 agents with their keys and scripts in one request',
  }),
  requestTimeoutMs: required({
    flag: 'request-timeout',
    kind: duration({ min: 1_000, max: 600_000 }),
    default: 30_000,
    description: 'longest time for a client to send a whole HTTP request; a slower one gets 408',
    reason: 'a slow body holds nothing for longer',
  }),
  messageBytes: required({
    flag: 'message-bytes',
    kind: size({ min: 64 * 1024, max: 64 * 1024 ** 2 }),
    default: 4 * 1024 ** 2,
    description: 'largest WebSocket message and largest RPC message',
    reason: "the limit of Coder's own transport",
  }),
  unfinishedBytes: required({
    flag: 'unfinished-bytes',
    kind: size({ min: 64 * 1024 }),
    default: 16 * 1024 ** 2,
    description: 'bytes of RPC messages that one agent has begun and not ended; the stream that would pass it is ended',
    reason: 'four of the largest messages: 256 streams of them would be 1 GiB',
  }),
  keysPerAgent: required({
    flag: 'keys-per-agent',
    kind: integer({ min: 1 }),
    default: 256,
    description:
      'keys of one agent; values of further keys are refused and counted, those of a report beyond four times as many unread',
    reason: 'bounds what one agent can make the database hold',
  }),
  keyBytes: required({
    flag: 'key-bytes',
    kind: size({ min: 1, max: 1024 }),
    default: 128,
    description: 'longest key',
    reason: 'Coder allows 127 characters',
  }),
  valueBytes: required({
    flag: 'value-bytes',
    kind: size({ min: 16, max: 64 * 1024 }),
    default: 2_048,
    description: 'longest value, error and other text of an agent but log lines; more is cut',
    reason: "Coder's limit",
  }),
  agentLogLines: required({
    flag: 'agent-log-lines',
    kind: integer({ max: 100_000 }),
    default: keptDefaults.agentLogLines,
    description: "lines of an agent's log that are kept, the newest; 0 keeps none",
    reason: 'what someone reads to see how an agent came up or went down',
  }),
  agentLogBytes: required({
    flag: 'agent-log-bytes',
    kind: size({ min: 1_024, max: 16 * 1024 ** 2 }),
    default: keptDefaults.agentLogBytes,
    description: "bytes of an agent's log that are kept, the newest",
    reason: '2.5 GiB of database when each of 10,000 agents has filled its own',
  }),
  agentLogLineBytes: required({
    flag: 'agent-log-line-bytes',
    kind: size({ min: 16, max: 1024 ** 2 }),
    default: 4_096,
    description: 'longest line of a log; more is cut, and ends in …',
    reason: 'a stack trace fits, a dumped file does not',
  }),
  pendingLogBytes: required({
    flag: 'pending-log-bytes',
    kind: size({ min: 1_024 }),
    default: batcherDefaults.pendingLogBytes,
    description:
      "log lines of all agents that wait for a flush, 128 bytes more than each one's text; beyond it only an agent's own older lines give way",
    reason: 'bounds memory in an outage, and what log lines add to a flush: a second or so',
  }),
  agentConnections: required({
    flag: 'agent-connections',
    kind: integer({ min: 1, max: 10_000 }),
    default: keptDefaults.agentConnections,
    description: "an agent's connections to gateways that are kept, the newest",
    reason: 'weeks of a steady agent, and enough of one that comes and goes to see it',
  }),
  agentRecords: required({
    flag: 'agent-records',
    kind: integer({ min: 1, max: 10_000 }),
    default: keptDefaults.agentRecords,
    description: 'app healths, script timings and sessions of an agent that are kept, of each, the newest',
    reason: 'above what an agent has; bounds what one can make the database hold',
  }),
  keepAliveIntervalMs: required({
    flag: 'keep-alive-interval',
    kind: duration({ min: 1_000 }),
    default: 15_000,
    description: 'how often the gateway pings a silent agent or watcher',
    reason: 'half of the period after which agents themselves give up',
  }),
  keepAliveTimeoutMs: required({
    flag: 'keep-alive-timeout',
    kind: duration({ min: 1_000 }),
    default: 15_000,
    description: 'how long a ping may go unanswered before the connection counts as dead',
    reason: 'a dead agent is seen within half a minute; Go agents allow 10 s themselves',
  }),
  logLevel: required({
    flag: 'log-level',
    kind: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    description: 'least level of log lines',
    reason: 'what an operator acts on',
  }),
} as const;

export type SettingName = keyof typeof settings;

type ValueOf<S> = S extends Required<infer T> ? T : S extends Setting<infer T> ? T | undefined : never;

/** The effective settings of a gateway. */
export type Config = { readonly [N in SettingName]: ValueOf<(typeof settings)[N]> };

/** TIDEGATE_FLUSH_INTERVAL for `flush-interval`. */
export function variableOf(setting: { flag: string }): string {
  return `TIDEGATE_${setting.flag.replaceAll('-', '_').toUpperCase()}`;
}
