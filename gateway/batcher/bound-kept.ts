import type { AgentChange, AgentRecord, ConnectionSpan, KeptLimits, LogLine } from '../../db/types.ts';

/** What a log line that waits takes beside its text: object, times, references. */
export const LOG_LINE_OVERHEAD_BYTES = 128;

/** What these lines count against the log lines of all agents that may wait. */
export function logBytes(lines: readonly LogLine[] | undefined): number {
  let bytes = 0;
  if (lines !== undefined) for (const line of lines) bytes += line.bytes + LOG_LINE_OVERHEAD_BYTES;
  return bytes;
}

/**
 * The change without what would not outlive its flush, since newer things take its place: so what waits for one agent is
 * bounded however long the database is away. `logRoomBytes` is what its lines may count, as {@link logBytes} does.
 */
export function boundKept(change: AgentChange, limits: KeptLimits, logRoomBytes: number): AgentChange {
  const { connections, records, logs } = change;
  return {
    ...change,
    ...(connections && { connections: newestConnections(connections, limits.agentConnections) }),
    ...(records && { records: newestRecords(records, limits.agentRecords) }),
    ...(logs && { logs: newestLines(logs, limits, logRoomBytes) }),
  };
}

function newestConnections(spans: readonly ConnectionSpan[], most: number): ConnectionSpan[] {
  const newest = new Map(spans.map((span) => [span.number, span]));
  return [...newest.values()].sort((a, b) => a.number - b.number).slice(-most);
}

/** Each subject once, in the order in which it was last spoken of. */
function newestRecords(records: readonly AgentRecord[], most: number): AgentRecord[] {
  const bySubject = new Map<string, AgentRecord>();
  for (const record of records) {
    const place = `${record.kind}/${record.subject}`;
    const earlier = bySubject.get(place);
    bySubject.delete(place);
    bySubject.set(place, earlier === undefined ? record : { ...record, body: { ...earlier.body, ...record.body } });
  }
  const newest = [...bySubject.values()];
  if (newest.length <= most) return newest;
  const counts = new Map<string, number>();
  const left = newest.reverse().filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= most;
  });
  return left.reverse();
}

function newestLines(lines: readonly LogLine[], limits: KeptLimits, roomBytes: number): readonly LogLine[] {
  let first = lines.length;
  let text = 0;
  let room = roomBytes;
  while (first > 0 && lines.length - first < limits.agentLogLines) {
    const { bytes } = lines[first - 1] as LogLine;
    text += bytes;
    room -= bytes + LOG_LINE_OVERHEAD_BYTES;
    if (text > limits.agentLogBytes || room < 0) break;
    first -= 1;
  }
  return first === 0 ? lines : lines.slice(first);
}
