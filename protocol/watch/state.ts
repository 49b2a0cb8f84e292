import type {
  AgentUpdate,
  KeyDescription,
  KeyDifferences,
  RemovedMessage,
  Report,
  SnapshotMessage,
  UpdateMessage,
  WatchedStatus,
} from './messages.ts';

/** What is known of one key of an agent. */
export interface WatchedValue {
  value: string;
  /** Empty when there is none. */
  error: string;
  /** Time of collection, milliseconds since 1970 on the collection clock. */
  at: number;
}

/** One agent as far as it has been heard. The same object is kept and changed in place while the agent is watched. */
export interface WatchedAgent {
  readonly id: string;
  name: string;
  labels: Record<string, string>;
  status: WatchedStatus;
  /** The keys it declares. Shared between agents that declare the same: never change it. */
  keys: ReadonlyMap<string, KeyDescription>;
  /** The values known, declared or not. */
  readonly values: Map<string, WatchedValue>;
}

/** What one message did to the state. */
export interface WatchChange {
  /** The whole state was replaced by a snapshot: agents that are not in `agents` are gone. */
  reset: boolean;
  /** Agents that are new or of which something changed. */
  agents: WatchedAgent[];
  /** Ids of agents that are gone. */
  removed: string[];
}

/** Merges the messages of one subscription into the state they describe. */
export class WatchState {
  #agents = new Map<string, WatchedAgent>();
  #commonKeys: ReadonlyMap<string, KeyDescription> = new Map();
  /** A full snapshot that is still arriving; what was known stays in sight until it is whole. */
  #arriving: Map<string, WatchedAgent> | null = null;

  get agents(): ReadonlyMap<string, WatchedAgent> {
    return this.#agents;
  }

  /** Forgets the chunks of a snapshot that will not be finished. Call it when the socket is lost. */
  interrupt(): void {
    this.#arriving = null;
  }

  /** Takes one chunk; null while a full snapshot is not whole yet. */
  applySnapshot(message: SnapshotMessage): WatchChange | null {
    this.#commonKeys = new Map(Object.entries(message.keys));
    if (message.resumed) {
      this.#arriving = null;
      return { reset: false, agents: message.agents.map((agent) => this.#merge(this.#agents, agent, {})), removed: [] };
    }
    this.#arriving ??= new Map();
    for (const agent of message.agents) this.#merge(this.#arriving, agent, {});
    if (!message.last) return null;
    const removed = [...this.#agents.keys()].filter((id) => !this.#arriving?.has(id));
    this.#agents = this.#arriving;
    this.#arriving = null;
    return { reset: true, agents: [...this.#agents.values()], removed };
  }

  applyUpdate(message: UpdateMessage): WatchChange {
    const agents = message.agents.map((agent) => this.#merge(this.#agents, agent, undefined));
    return { reset: false, agents, removed: [] };
  }

  applyRemoved(message: RemovedMessage): WatchChange {
    return { reset: false, agents: [], removed: message.agents.filter((id) => this.#agents.delete(id)) };
  }

  #merge(into: Map<string, WatchedAgent>, change: AgentUpdate, absentKeys: KeyDifferences | undefined): WatchedAgent {
    let agent = into.get(change.id);
    if (agent === undefined) {
      agent = { id: change.id, name: '', labels: {}, status: 'never', keys: this.#commonKeys, values: new Map() };
      into.set(change.id, agent);
    }
    if (change.name !== undefined) agent.name = change.name;
    if (change.labels !== undefined) agent.labels = change.labels;
    if (change.status !== undefined) agent.status = change.status;
    const differences = change.keys ?? absentKeys;
    if (differences !== undefined) agent.keys = this.#declared(differences);
    for (const report of change.reports ?? []) mergeReport(agent.values, report);
    return agent;
  }

  #declared(differences: KeyDifferences): ReadonlyMap<string, KeyDescription> {
    const entries = Object.entries(differences);
    if (entries.length === 0) return this.#commonKeys;
    const keys = new Map(this.#commonKeys);
    for (const [key, description] of entries) {
      if (description === null) keys.delete(key);
      else keys.set(key, description);
    }
    return keys;
  }
}

/** The gateway's word is taken as it is: it only ever moves a key forward, save where a value was lost with a gateway. */
function mergeReport(values: Map<string, WatchedValue>, report: Report): void {
  const { at, values: texts = {}, errors = {} } = report;
  for (const key in texts) values.set(key, { value: own(texts, key), error: own(errors, key), at });
  for (const key in errors) {
    if (!Object.hasOwn(texts, key)) values.set(key, { value: '', error: own(errors, key), at });
  }
  for (const key of report.same ?? []) {
    const known = values.get(key);
    if (known !== undefined) known.at = at;
  }
}

/** A key may be called like something that every object has. */
function own(texts: Record<string, string>, key: string): string {
  return Object.hasOwn(texts, key) ? (texts[key] ?? '') : '';
}
