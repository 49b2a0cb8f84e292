import { table } from '../output.ts';
import type { FlushFigures } from './evidence.ts';
import type { Percentiles } from './samples.ts';
import type { SimulateSettings } from './settings.ts';

/** What a run has shown; printed as it is with `--json`. */
export interface Summary extends FlushFigures {
  run: string;
  settings: Omit<SimulateSettings, 'databaseUrl' | 'keep'>;
  /** How long was reported. */
  durationMs: number;
  reports: number;
  acknowledged: { committed: number; accepted: number };
  /** Reports whose connection broke before the answer; they were sent again. */
  unanswered: number;
  reconnects: number;
  latencyMs: { watcher: Percentiles | null; acknowledgement: Percentiles | null };
  watchMessages: number;
  watchers: number;
  /** Watchers that ended with exactly what is stored. */
  watchersExact: number;
  /** Values acknowledged as committed of which neither they nor newer ones are stored. */
  lost: number;
  /** The same for values that were only accepted, which is no promise kept beyond the gateway's life. */
  missingAccepted: number;
}

export function summaryText(summary: Summary): string {
  const { acknowledged, latencyMs } = summary;
  const perReport = summary.reports;
  const rows = [
    ['reports', String(summary.reports)],
    ['acknowledged', `${acknowledged.committed} committed, ${acknowledged.accepted} accepted`],
    ['to acknowledgement', percentilesText(latencyMs.acknowledgement)],
    ...(summary.watchers > 0 ? [['to a watcher', percentilesText(latencyMs.watcher)]] : []),
    ['flushes', `${unknown(summary.flushes)} (a write per report would have made ${perReport})`],
    ['notifications', notificationsText(summary)],
    ...(summary.watchers > 0 ? [['watchers exact', `${summary.watchersExact} of ${summary.watchers}`]] : []),
    ['reconnects', `${summary.reconnects}, ${summary.unanswered} reports unanswered and sent again`],
    ['lost', lostText(summary)],
  ];
  return table(['', `${summary.settings.agents} agents × ${summary.settings.keys} keys`], rows);
}

function notificationsText(summary: Summary): string {
  const parts = [unknown(summary.notifications)];
  if (summary.valuesPerNotification !== null) parts.push(`${summary.valuesPerNotification} values each`);
  if (summary.maxNotificationBytes !== null) parts.push(`at most ${summary.maxNotificationBytes} bytes`);
  return `${parts.join(', ')} (counted by the ${summary.source})`;
}

function lostText({ lost, missingAccepted }: Summary): string {
  return missingAccepted === 0 ? String(lost) : `${lost}; ${missingAccepted} accepted values are missing`;
}

function percentilesText(values: Percentiles | null): string {
  return values === null ? '-' : `p50 ${values.p50} ms, p99 ${values.p99} ms, max ${values.max} ms`;
}

const unknown = (figure: number | null): string => (figure === null ? 'not known' : String(figure));
