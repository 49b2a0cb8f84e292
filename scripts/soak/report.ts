import { table } from '../../gateway/cli/output.ts';
import type { GatewayLife, Outage } from './judge.ts';
import type { SoakReport } from './run.ts';

/** The figures of a run, without what was only needed to judge it. */
export function figures(report: SoakReport, violations: string[]) {
  const { agents, events: _, course, lives, ...rest } = report;
  const sum = (of: 'connects' | 'reports' | 'acknowledged' | 'failedReports' | 'values') =>
    agents.reduce((total, { result }) => total + result[of], 0);
  return {
    agents: course.agents,
    minutes: course.durationMs / 60_000,
    reports: sum('reports'),
    acknowledged: sum('acknowledged'),
    values: sum('values'),
    connects: sum('connects'),
    failedReports: sum('failedReports'),
    ...rest,
    lives: lives.map(({ log, ...life }) => ({ ...life, warnings: count(log, 'warning'), errors: count(log, 'error') })),
    violations,
  };
}

export function reportText(report: SoakReport, violations: string[]): string {
  const of = figures(report, violations);
  const { flushes, answerMs } = of;
  const answers = Object.entries(answerMs).map(
    ([name, { p50, p99, max }]) => `${name}: p50 ${p50}, p99 ${p99}, max ${max} ms`,
  );
  const rows = [
    ['reports', `${of.reports} with ${of.values} values, ${of.acknowledged} acknowledged`],
    ['to acknowledgement', answers.join('; ')],
    ['reconnects', `${of.connects - of.agents} (the gateway's restart makes one an agent)`],
    ['failed reports', `${of.failedReports} (cut by the gateway's restart)`],
    ['acknowledged and lost', String(of.lost.length)],
    ['flushes', `${flushes.flushes} (${flushes.flushesOfGateways.join(' + ')})`],
    [
      'notifications',
      `${flushes.notifications}, at most ${flushes.maxNotificationBytes} bytes${unheard(flushes.unheardAtRestart)}`,
    ],
    ['watchers exact', `${of.watchersExact} of ${of.watchers}`],
    ['gateway restart', `all agents back ${lengthOf(of.gatewayRestart)} behind SIGTERM`],
    ['database restart', `${lengthOf(of.databaseRestart)} away`],
    ['load of the machine', `${of.load.start.toFixed(1)} at the start, ${of.load.end.toFixed(1)} at the end`],
    ...report.lives.flatMap((life, i) => lifeRows(life, i + 1)),
  ];
  return [
    table([`${of.agents} Go agents, ${of.minutes} min`, ''], rows),
    '',
    ...(violations.length === 0 ? ['Everything held.'] : violations.map((violation) => `VIOLATION: ${violation}`)),
  ].join('\n');
}

function lifeRows(life: GatewayLife, number: number): string[][] {
  const { memory, stalls } = life;
  const flat = memory.flat === null ? 'too short to judge' : memory.flat ? 'flat' : 'GROWN';
  return [
    [
      `life ${number} of the gateway`,
      `${(life.livedMs / 1_000).toFixed(0)} s, SIGTERM to exit ${life.exit} in ${life.endedAfterMs} ms, ` +
        `${life.acksCommitted} acknowledged as committed and ${life.acksAccepted} as accepted`,
    ],
    [
      '  memory',
      `resident ${memory.rssMiB.start} → ${memory.rssMiB.end} MiB, heap ${memory.heapMiB.start} → ${memory.heapMiB.end} MiB: ${flat}`,
    ],
    ['  event-loop stalls', `p99 within ${stalls.p99 * 1_000} ms, longest within ${stalls.max * 1_000} ms`],
    ['  log', `${count(life.log, 'warning')} warnings, ${count(life.log, 'error')} errors`],
  ];
}

const count = (log: GatewayLife['log'], level: string) => log.filter((line) => line.level === level).length;

const lengthOf = ({ fromMs, toMs }: Outage): string => `${((toMs - fromMs) / 1_000).toFixed(1)} s`;

/** What the gateway warned of, for whoever looks for the cause of a violation. */
export function logText({ lives }: SoakReport): string {
  const lines = lives.flatMap(({ log }, i) => log.map((line) => ({ ...line, life: i + 1 })));
  return lines
    .map(({ atMs, life, level, text }) => `${new Date(atMs).toISOString()} life ${life} ${level}: ${text}`)
    .join('\n');
}

function unheard(count: number): string {
  return count === 0 ? '' : `; ${count} while PostgreSQL came back, before anybody could listen`;
}
