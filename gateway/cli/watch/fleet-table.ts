import { type AgentState, agentStates, judgeAgent, noAgents } from '../../../protocol/watch/agent-state.ts';
import type { WatchedAgent, WatchedValue } from '../../../protocol/watch/state.ts';
import { fitInto, printable } from '../printable.ts';

/** What there is to show, and when. */
export interface FleetView {
  /** By id. */
  agents: ReadonlyMap<string, WatchedAgent>;
  /** On the collection clock, as the values' times. */
  nowMs: number;
  flushIntervalMs: number;
  /** Keys to show, in this order; without them all that are declared, then all that are reported. */
  keys?: readonly string[] | undefined;
}

/** Where it is to be shown; without limits everything is. */
export interface TableSize {
  columns: number;
  rows: number;
}

/** Who needs a person comes first. */
const ORDER: readonly AgentState[] = ['failing', 'stale', 'late', 'offline', 'fine'];
const MAX_CELL_WIDTH = 28;
const GAP = '  ';

interface Row {
  state: AgentState;
  name: string;
  agent: WatchedAgent;
}

/** One line: how many agents are in which state. */
export function summaryLine({ agents, nowMs, flushIntervalMs }: FleetView): string {
  const counts = noAgents();
  for (const agent of agents.values()) counts[judgeAgent(agent, nowMs, flushIntervalMs).state] += 1;
  return agentStates.map((state) => `${counts[state]} ${state}`).join(' · ');
}

/** The fleet as lines of a table, worst first, then by name; a last line says how many did not fit. */
export function fleetTable(view: FleetView, size: TableSize = UNLIMITED): string[] {
  const rows = arrange(view);
  const fitting = rows.length < size.rows ? rows : rows.slice(0, Math.max(0, size.rows - 2));
  const keys = view.keys ?? keysOf(rows);
  const columns = [
    column('STATE', fitting, ({ state }) => state),
    column('NAME', fitting, ({ name }) => name),
    column('AGE', fitting, ({ agent }) => ageText(agent, view.nowMs)),
    ...keys.map((key) => column(printable(key).toUpperCase(), fitting, ({ agent }) => cellText(agent.values.get(key)))),
  ];
  const shown = columnsWithin(columns, size.columns);
  const lines = [0, ...fitting.map((_, index) => index + 1)].map((line) =>
    shown.map(({ cells, width }) => fitInto(cells[line] ?? '', width)).join(GAP),
  );
  if (fitting.length < rows.length) lines.push(`and ${rows.length - fitting.length} more`);
  return lines.map((line) => line.trimEnd());
}

const UNLIMITED: TableSize = { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY };

function arrange({ agents, nowMs, flushIntervalMs }: FleetView): Row[] {
  const rows = Array.from(agents.values(), (agent) => {
    const { state } = judgeAgent(agent, nowMs, flushIntervalMs);
    return { state, name: printable(agent.name), agent };
  });
  return rows.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.name < b.name ? -1 : 1));
}

function keysOf(rows: readonly Row[]): string[] {
  const keys = new Set<string>();
  for (const { agent } of rows) for (const key of agent.keys.keys()) keys.add(key);
  for (const { agent } of rows) for (const key of agent.values.keys()) keys.add(key);
  return [...keys];
}

interface Column {
  /** The title first. */
  cells: string[];
  width: number;
}

function column(title: string, rows: readonly Row[], textOf: (row: Row) => string): Column {
  const cells = [title, ...rows.map(textOf)];
  return { cells, width: Math.min(MAX_CELL_WIDTH, Math.max(...cells.map((cell) => cell.length))) };
}

/** As many whole columns as there is room for, and at least the first two. */
function columnsWithin(columns: Column[], room: number): Column[] {
  let taken = 0;
  return columns.filter(({ width }, index) => {
    taken += width + GAP.length;
    return index < 2 || taken - GAP.length <= room;
  });
}

/** An error is marked, since nothing else here could be. */
function cellText(value: WatchedValue | undefined): string {
  if (value === undefined) return '';
  return printable(value.error === '' ? value.value : `! ${value.error}`);
}

/** How old the agent's newest value is. */
function ageText(agent: WatchedAgent, nowMs: number): string {
  let newestAt = Number.NEGATIVE_INFINITY;
  for (const { at } of agent.values.values()) newestAt = Math.max(newestAt, at);
  if (newestAt === Number.NEGATIVE_INFINITY) return '-';
  const seconds = Math.max(0, Math.floor((nowMs - newestAt) / 1_000));
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6_000 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}
