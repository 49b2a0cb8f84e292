/**
 * The messages of the watch socket (`GET /api/v2/watch`), all JSON text.
 *
 * Times (`at`, `now`) are milliseconds since 1970 on the gateway's collection clock, fractions allowed. Intervals and
 * timeouts of keys are whole seconds. Cursors are opaque: they are kept and sent back, never read.
 */

/** Which agents and keys a watcher wants; agents must be in all that is given. */
export interface WatchSubscription {
  /** Every agent, or the agents with these ids. */
  agents: 'all' | string[];
  /** Only agents that have every one of these labels with exactly this value. */
  labels?: Record<string, string>;
  /** Only these keys; all without it. */
  keys?: string[];
}

/** Starts watching, or replaces what this socket watches; a snapshot that is under way is finished before. */
export interface WatchRequest extends WatchSubscription {
  type: 'watch';
  /** The last cursor received for the same subscription: only what changed since then is sent. */
  since?: string;
}

export type WatchedStatus = 'connected' | 'disconnected' | 'never';

/** How a key is collected. */
export interface KeyDescription {
  display_name: string;
  /** Seconds between two collections; 0 collects once a connection. */
  interval: number;
  /** Seconds that one collection may take. */
  timeout: number;
}

/**
 * Where an agent's keys differ from the snapshot's common ones: a description of its own, or null for a common key that
 * this agent does not declare. What an agent declares is the common keys with these laid over them.
 */
export type KeyDifferences = Record<string, KeyDescription | null>;

/**
 * The keys of one agent that share a time. A key in `values` without one in `errors` has no error; a key only in
 * `errors` has an empty value; a key in `same` keeps value and error and moves its time.
 */
export interface Report {
  at: number;
  values?: Record<string, string>;
  errors?: Record<string, string>;
  same?: string[];
}

export interface SnapshotAgent {
  id: string;
  name: string;
  labels: Record<string, string>;
  status: WatchedStatus;
  keys?: KeyDifferences;
  reports: Report[];
}

/**
 * One chunk of the state. The chunks of one snapshot follow each other with no `update` between them; the one with
 * `last: true` carries `cursor`, `now` and `flush_interval_ms`. With `resumed` it is merged into what the watcher has,
 * without it replaces all.
 */
export interface SnapshotMessage {
  type: 'snapshot';
  resumed?: true;
  cursor?: string;
  last: boolean;
  now?: number;
  flush_interval_ms?: number;
  /** Descriptions that hold for the agents of this snapshot and its updates, unless an agent says otherwise. */
  keys: Record<string, KeyDescription>;
  agents: SnapshotAgent[];
}

/** Only what changed. An agent that is new to the subscription comes with everything. */
export interface AgentUpdate {
  id: string;
  name?: string;
  labels?: Record<string, string>;
  status?: WatchedStatus;
  /** Takes the place of all the differences known so far. */
  keys?: KeyDifferences;
  reports?: Report[];
}

export interface UpdateMessage {
  type: 'update';
  cursor?: string;
  agents: AgentUpdate[];
}

/** Everything below the cursor has been sent on this socket. */
export interface CommittedMessage {
  type: 'committed';
  cursor: string;
  now: number;
}

/** Agents that were deleted or have left the subscription. */
export interface RemovedMessage {
  type: 'removed';
  cursor?: string;
  agents: string[];
}

export const noticeCodes = [
  'bus_degraded',
  'bus_restored',
  'database_unavailable',
  'database_restored',
  'flush_behind',
  'flush_recovered',
  'draining',
] as const;

export type NoticeCode = (typeof noticeCodes)[number];

/** Something about the gateway itself that a watcher should know. */
export interface NoticeMessage {
  type: 'notice';
  code: NoticeCode;
  message: string;
}

/** The request could not be understood; the socket stays and what it watched goes on. */
export interface ErrorMessage {
  type: 'error';
  message: string;
}

export type ServerMessage =
  | SnapshotMessage
  | UpdateMessage
  | CommittedMessage
  | RemovedMessage
  | NoticeMessage
  | ErrorMessage;

/** Close codes of the watch socket. */
export const watchCloseCodes = {
  /** The gateway is shutting down: reconnect. */
  draining: 1001,
  /** No byte left the gateway for 30 s while something waited: reconnect. */
  slow: 4008,
  /** The token is wrong or was revoked: final. */
  unauthorized: 4401,
  /** The token may not watch: final. */
  forbidden: 4403,
} as const;
