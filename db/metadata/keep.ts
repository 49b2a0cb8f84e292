import { plainArray } from '../array-literal.ts';
import type { Session } from '../session.ts';
import type { AgentChange, AgentId, KeptLimits } from '../types.ts';
import { chunkBySize, MAX_VALUES_PER_STATEMENT } from './chunks.ts';
import {
  ALLOW_INDEX_WALKS,
  APPEND_LOGS,
  connectionsParameter,
  FORBID_INDEX_WALKS,
  LOCK_AGENTS,
  logParameters,
  type Owned,
  PUT_CONNECTIONS,
  PUT_RECORDS,
  recordsParameter,
  TRIM_CONNECTIONS,
  TRIM_LOGS,
  TRIM_RECORDS,
} from './kept-statements.ts';

/** Locks the agents of these changes for what follows in the transaction; returns those that live. */
export async function lockAgents(session: Session, changes: readonly AgentChange[]): Promise<Set<AgentId>> {
  const ids = plainArray(changes.map(({ agentId }) => agentId));
  const rows = await session.query<{ id: string }>(LOCK_AGENTS, [ids]);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Writes what is kept of agents that {@link lockAgents} has locked, then removes what their limits leave no room for. An
 * agent with nothing new keeps what it has.
 */
export async function keep(
  session: Session,
  changes: readonly AgentChange[],
  { gatewayId, limits }: { gatewayId: string; limits: KeptLimits },
): Promise<void> {
  await keepConnections(session, changes, { gatewayId, most: limits.agentConnections });
  await keepRecords(session, changes, limits.agentRecords);
  await keepLogs(session, changes, limits);
}

async function keepConnections(
  session: Session,
  changes: readonly AgentChange[],
  { gatewayId, most }: { gatewayId: string; most: number },
): Promise<void> {
  const spans = ownedBy(changes, ({ connections }) => connections);
  for (const chunk of chunkBySize(spans, MAX_VALUES_PER_STATEMENT, () => 0)) {
    await session.query(PUT_CONNECTIONS, [connectionsParameter(chunk), gatewayId]);
  }
  if (spans.length > 0) await session.query(TRIM_CONNECTIONS, [plainArray(ownersOf(spans)), most]);
}

async function keepRecords(session: Session, changes: readonly AgentChange[], most: number): Promise<void> {
  const records = ownedBy(changes, (change) => change.records);
  for (const chunk of chunkBySize(records, MAX_VALUES_PER_STATEMENT, ({ body }) => JSON.stringify(body).length)) {
    await session.query(PUT_RECORDS, [recordsParameter(chunk)]);
  }
  const many = ownersOf(records.filter(({ subject }) => subject !== ''));
  if (many.length > 0) await session.query(TRIM_RECORDS, [plainArray(many), most]);
}

async function keepLogs(
  session: Session,
  changes: readonly AgentChange[],
  { agentLogLines, agentLogBytes }: KeptLimits,
): Promise<void> {
  const lines = ownedBy(changes, ({ logs }) => logs);
  if (lines.length === 0) return;
  await session.query(ALLOW_INDEX_WALKS);
  for (const chunk of chunkBySize(lines, MAX_VALUES_PER_STATEMENT, ({ output }) => output.length)) {
    await session.query(APPEND_LOGS, logParameters(chunk));
  }
  await session.query(TRIM_LOGS, [plainArray(ownersOf(lines)), agentLogLines, agentLogBytes]);
  await session.query(FORBID_INDEX_WALKS);
}

function ownedBy<T>(
  changes: readonly AgentChange[],
  partOf: (change: AgentChange) => readonly T[] | undefined,
): Owned<T>[] {
  return changes.flatMap((change) => {
    const { agentId } = change;
    return (partOf(change) ?? []).map((part) => ({ ...part, agentId }));
  });
}

function ownersOf(owned: readonly { agentId: AgentId }[]): AgentId[] {
  return [...new Set(owned.map(({ agentId }) => agentId))];
}
