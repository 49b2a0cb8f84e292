import type { WatchClient, WatchConnection } from '../../../protocol/watch/client.ts';
import type { NoticeMessage } from '../../../protocol/watch/messages.ts';
import type { WatchChange, WatchedAgent } from '../../../protocol/watch/state.ts';
import { printable } from '../printable.ts';
import { type FleetView, fleetTable, summaryLine } from './fleet-table.ts';
import type { Terminal } from './terminal.ts';

/** What shows a fleet that is watched. */
export interface WatchOutput {
  changed(change: WatchChange): void;
  connection(connection: WatchConnection): void;
  notice(notice: NoticeMessage): void;
  close(): void;
}

/** At most so often, and at least once a second, since ages grow. */
const DRAW_INTERVAL_MS = 200;
const TICK_MS = 1_000;
/** A notice of the gateway stays until it is taken back by the one that belongs to it. */
const ENDS: Partial<Record<NoticeMessage['code'], NoticeMessage['code']>> = {
  bus_restored: 'bus_degraded',
  database_restored: 'database_unavailable',
  flush_recovered: 'flush_behind',
};

export interface TableOutputOptions {
  terminal: Terminal;
  view(): FleetView;
}

/** A table that is drawn over and over. */
export class TableOutput implements WatchOutput {
  readonly #options: TableOutputOptions;
  readonly #tick: NodeJS.Timeout;
  readonly #notices = new Map<NoticeMessage['code'], string>();
  #drawing: NodeJS.Timeout | null = null;
  #connection = 'connecting';

  constructor(options: TableOutputOptions) {
    this.#options = options;
    options.terminal.open(() => this.#draw());
    this.#tick = setInterval(() => this.#draw(), TICK_MS);
    this.#draw();
  }

  changed(): void {
    this.#drawing ??= setTimeout(() => this.#draw(), DRAW_INTERVAL_MS);
  }

  connection(connection: WatchConnection): void {
    this.#connection = connectionText(connection);
    if (connection.state === 'synchronizing') this.#notices.clear();
    this.changed();
  }

  notice({ code, message }: NoticeMessage): void {
    const ended = ENDS[code];
    if (ended === undefined) this.#notices.set(code, message);
    else this.#notices.delete(ended);
    this.changed();
  }

  close(): void {
    clearInterval(this.#tick);
    if (this.#drawing !== null) clearTimeout(this.#drawing);
    this.#options.terminal.close();
  }

  #draw(): void {
    if (this.#drawing !== null) clearTimeout(this.#drawing);
    this.#drawing = null;
    const { terminal, view } = this.#options;
    const { columns, rows } = terminal;
    const shown = view();
    const above = [`${summaryLine(shown)}   ${this.#connection}   q quits`, ...this.#notices.values(), ''];
    const table = fleetTable(shown, { columns, rows: rows - above.length });
    terminal.draw([...above.map((line) => printable(line).slice(0, columns)), ...table]);
  }
}

/** One line for each value that changes: for pipes and logs. */
export class LineOutput implements WatchOutput {
  /** Values that have been said already, as agent id, key and time. */
  readonly #said = new Map<string, Map<string, number>>();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  changed({ agents, removed }: WatchChange): void {
    for (const id of removed) this.#said.delete(id);
    for (const agent of agents) {
      const said = this.#said.get(agent.id) ?? new Map<string, number>();
      this.#said.set(agent.id, said);
      for (const [key, { value, error, at }] of agent.values) {
        if (said.get(key) === at) continue;
        said.set(key, at);
        const text = [value, ...(error === '' ? [] : [`! ${error}`])].filter(Boolean).join(' ');
        this.#write([new Date(at).toISOString(), agent.name, key, text].map(printable).join('  '));
      }
    }
  }

  connection(connection: WatchConnection): void {
    if (connection.state === 'waiting') this.#write(`# ${connectionText(connection)}`);
  }

  notice({ message }: NoticeMessage): void {
    this.#write(printable(`# ${message}`));
  }

  close(): void {}
}

/** One JSON document a line for each message: what is new, as it is known now. */
export class JsonOutput implements WatchOutput {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  changed({ reset, agents, removed }: WatchChange): void {
    this.#write(JSON.stringify({ type: 'change', reset, agents: agents.map(agentJson), removed }));
  }

  connection(connection: WatchConnection): void {
    this.#write(JSON.stringify({ type: 'connection', ...connection }));
  }

  notice(notice: NoticeMessage): void {
    this.#write(JSON.stringify(notice));
  }

  close(): void {}
}

/** One agent for programs. */
export function agentJson({ id, name, labels, status, values }: WatchedAgent) {
  return { id, name, labels, status, values: Object.fromEntries(values) };
}

/** What a client knows, for a table. */
export function viewOf(client: WatchClient, keys: readonly string[] | undefined): FleetView {
  return { agents: client.agents, nowMs: client.nowMs(), flushIntervalMs: client.flushIntervalMs, keys };
}

function connectionText(connection: WatchConnection): string {
  if (connection.state !== 'waiting') return connection.state;
  return `disconnected (${connection.code}), next attempt in ${(connection.retryInMs / 1_000).toFixed(1)} s`;
}
