/**
 * What agents say beside their values, as it is kept: plain JSON and text that PostgreSQL takes, whatever came over the
 * wire. Nothing here throws or refuses; what makes no sense becomes the nearest thing that does.
 */
import type { AgentChange, LogLine } from '../../db/types.ts';
import { coder, type google } from '../../protocol/messages/services.ts';
import type { Config } from '../config/settings.ts';
import type { KeptBodies, KeptRecord } from './kept-bodies.ts';
import { storableText } from './repair.ts';

const { v2 } = coder.agent;
type Messages = typeof coder.agent.v2;
type Message<Name extends keyof Messages> = Messages[Name] extends { decode(bytes: Uint8Array): infer M } ? M : never;

export type KeptTextLimits = Pick<Config, 'valueBytes' | 'agentLogLineBytes' | 'agentLogBytes' | 'agentRecords'>;

/** 2255: beyond it microseconds are no safe integers. */
const LAST_INSTANT_US = 9_000_000_000_000_000;
/** The sign of a line that was cut. */
const CUT = '…';
/** Longest id that is kept of a thing whose id is no UUID. */
const ID_BYTES = 32;

/** Reads what one call says. `atUs` is its arrival on the collection clock, which stands in for times of no sense. */
export class KeptReader {
  readonly #limits: KeptTextLimits;

  constructor(limits: KeptTextLimits) {
    this.#limits = limits;
  }

  lifecycle({ lifecycle }: Message<'UpdateLifecycleRequest'>, atUs: number): Required<AgentChange>['lifecycle'] {
    const state = wordOf(v2.Lifecycle.State, lifecycle?.state, 'STATE_');
    return { state, changedAtUs: instantOf(lifecycle?.changedAt) ?? atUs, atUs };
  }

  startup({ startup }: Message<'UpdateStartupRequest'>, atUs: number): Required<AgentChange>['startup'] {
    const subsystems = (startup?.subsystems ?? []).slice(0, this.#limits.agentRecords);
    return {
      version: this.#text(startup?.version),
      expandedDirectory: this.#text(startup?.expandedDirectory),
      subsystems: subsystems.map((subsystem) => wordOf(v2.Startup.Subsystem, subsystem, 'SUBSYSTEM_')),
      atUs,
    };
  }

  appHealths({ updates }: Message<'BatchUpdateAppHealthRequest'>, atUs: number): KeptRecord<'app_health'>[] {
    return (updates ?? []).flatMap(({ id, health }) =>
      recordOf('app_health', idText(id), atUs, { health: wordOf(v2.AppHealth, health, 'APP_HEALTH_') }),
    );
  }

  scriptTiming(
    { timing }: Message<'WorkspaceAgentScriptCompletedRequest'>,
    atUs: number,
  ): KeptRecord<'script_timing'>[] {
    const scriptId = idText(timing?.scriptId);
    const stage = wordOf(v2.Timing.Stage, timing?.stage);
    return recordOf('script_timing', scriptId && `${scriptId}/${stage}`, atUs, {
      scriptId,
      stage,
      status: wordOf(v2.Timing.Status, timing?.status),
      exitCode: timing?.exitCode ?? 0,
      startedAtUs: instantOf(timing?.start),
      endedAtUs: instantOf(timing?.end) ?? atUs,
    });
  }

  stats({ stats }: Message<'UpdateStatsRequest'>, atUs: number): KeptRecord<'stats'>[] {
    if (!stats) return [];
    const body = {
      connectionCount: numberOf(stats.connectionCount),
      connectionMedianLatencyMs: numberOf(stats.connectionMedianLatencyMs),
      rxPackets: numberOf(stats.rxPackets),
      rxBytes: numberOf(stats.rxBytes),
      txPackets: numberOf(stats.txPackets),
      txBytes: numberOf(stats.txBytes),
      sessionCounts: this.#sessionCounts(stats),
    };
    return [{ kind: 'stats', subject: '', atUs, body }];
  }

  /** The newest reading alone: each call repeats those before. */
  resources({ datapoints }: Message<'PushResourcesMonitoringUsageRequest'>, atUs: number): KeptRecord<'resources'>[] {
    const newest = datapoints?.at(-1);
    if (newest === undefined) return [];
    const body = {
      collectedAtUs: instantOf(newest.collectedAt) ?? atUs,
      memory: newest.memory ? { used: numberOf(newest.memory.used), total: numberOf(newest.memory.total) } : null,
      volumes: (newest.volumes ?? []).slice(0, this.#limits.agentRecords).map(({ volume, used, total }) => ({
        volume: this.#text(volume),
        used: numberOf(used),
        total: numberOf(total),
      })),
    };
    return [{ kind: 'resources', subject: '', atUs, body }];
  }

  /** Begin and end come apart; the database joins them. */
  session({ connection }: Message<'ReportConnectionRequest'>, atUs: number): KeptRecord<'session'>[] {
    if (!connection) return [];
    const saidAtUs = instantOf(connection.timestamp) ?? atUs;
    const who = {
      type: wordOf(v2.Connection.Type, connection.type, 'TYPE_'),
      ip: this.#text(connection.ip),
      appName: this.#text(connection.appName),
    };
    const end = {
      disconnectedAtUs: saidAtUs,
      statusCode: connection.statusCode ?? 0,
      reason: this.#text(connection.reason),
    };
    const isEnd = connection.action === v2.Connection.Action.DISCONNECT;
    const body = isEnd ? { ...nonEmpty(who), ...end } : { ...who, connectedAtUs: saidAtUs };
    return recordOf('session', idText(connection.id), atUs, body);
  }

  logLines({ logs, logSourceId }: Message<'BatchCreateLogsRequest'>, atUs: number): LogLine[] {
    const sourceId = idText(logSourceId);
    return (logs ?? []).map((log) => {
      const output = this.#line(log.output ?? '');
      return {
        atUs: instantOf(log.createdAt) ?? atUs,
        sourceId,
        level: log.level ? wordOf(v2.Log.Level, log.level, 'LEVEL_') : 'info',
        output,
        bytes: Buffer.byteLength(output),
      };
    });
  }

  #line(output: string): string {
    const mostBytes = Math.min(this.#limits.agentLogLineBytes, this.#limits.agentLogBytes);
    const line = storableText(output, mostBytes);
    if (line.length === output.length) return line;
    return storableText(line, mostBytes - Buffer.byteLength(CUT)) + CUT;
  }

  #text(text: string | null | undefined): string {
    return storableText(text ?? '', this.#limits.valueBytes);
  }

  /** Agents before API 2.11 have a field for each of four programs. */
  #sessionCounts(stats: NonNullable<Message<'UpdateStatsRequest'>['stats']>): Record<string, number> {
    const counts: [string, number | null | undefined][] = [
      ['vscode', stats.sessionCountVscode],
      ['jetbrains', stats.sessionCountJetbrains],
      ['reconnecting_pty', stats.sessionCountReconnectingPty],
      ['ssh', stats.sessionCountSsh],
      ...Object.entries(stats.sessionCounts ?? {}).slice(0, this.#limits.agentRecords),
    ];
    const told = counts.filter(([, count]) => count);
    return Object.fromEntries(told.map(([program, count]) => [this.#text(program), numberOf(count)]));
  }
}

/** Nothing of a thing without an id: it could not be told from others. */
function recordOf<Kind extends keyof KeptBodies>(
  kind: Kind,
  subject: string,
  atUs: number,
  body: KeptBodies[Kind],
): KeptRecord<Kind>[] {
  return subject === '' ? [] : [{ kind, subject, atUs, body }];
}

/** What an end leaves out does not undo what the beginning said. */
function nonEmpty(parts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== '' && part !== UNSPECIFIED));
}

const UNSPECIFIED = 'unspecified';

/** A value of an enumeration in small letters, without the prefix that its first name may have. */
function wordOf(names: object, value: number | null | undefined, prefix = ''): string {
  const name: unknown = Reflect.get(names, value ?? 0);
  return typeof name === 'string' ? name.replace(prefix, '').toLowerCase() : UNSPECIFIED;
}

/** A UUID as such, anything else in hexadecimal. */
function idText(id: Uint8Array | null | undefined): string {
  const hex = Buffer.from(id?.subarray(0, ID_BYTES) ?? []).toString('hex');
  return id?.length === 16 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : hex;
}

/** JSON has no NaN and no infinities. */
function numberOf(value: number | null | undefined): number {
  return Number.isFinite(value) ? (value as number) : 0;
}

/** Microseconds since 1970; null for no time, and for one that no clock shows. */
function instantOf(time: google.protobuf.Timestamp.$Properties | null | undefined): number | null {
  const us = Number(time?.seconds ?? 0) * 1e6 + Math.floor((time?.nanos ?? 0) / 1e3);
  return us > 0 && us <= LAST_INSTANT_US ? us : null;
}
