import { exactInstant, formatAge, formatInstant } from '../model/ages.ts';
import { withMarksNamed } from '../model/direction.ts';
import { whyOld } from '../model/why-old.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Row } from '../state/row.ts';

/** Gives the cell under the pointer its title: written when someone looks, not for every cell at every change. */
export function describeCell(fleet: Fleet, target: EventTarget | null): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null;
  const row = fleet.rows.get(cell?.closest<HTMLElement>('.row')?.dataset.id ?? '');
  if (cell === null || row === undefined) return;
  const key = cell.dataset.key;
  const title = key === undefined ? `${row.agent.name}\n${row.state}` : valueTitle(fleet, row, key);
  cell.title = withMarksNamed(title);
}

function valueTitle(fleet: Fleet, row: Row, key: string): string {
  const known = row.agent.values.get(key);
  if (known === undefined) return `${row.agent.name}\nhas no ${key}`;
  const ageMs = fleet.clockMs() - known.at;
  const why = reasonOf(fleet, row, key);
  return [
    row.textOf(key),
    known.error !== '' && `Error: ${known.error}`,
    `${formatAge(ageMs)} ago, ${formatInstant(known.at)} (${exactInstant(known.at)})`,
    why !== null && `Old: ${why}`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** Why a value is old, or null while it is fresh. */
export function reasonOf(fleet: Fleet, row: Row, key: string): string | null {
  const known = row.agent.values.get(key);
  if (known === undefined) return null;
  const { agent } = row;
  const judge = (ofKey: string) => row.freshnessOf(ofKey, fleet.clockMs(), fleet.flushIntervalMs);
  const codes = fleet.problems.value.map(({ code }) => code);
  return whyOld(judge(key), {
    pageConnected: fleet.pageConnected,
    gatewayBehind: codes.includes('flush_behind') || codes.includes('database_unavailable'),
    notificationsMissing: codes.includes('bus_degraded'),
    undeclared: row.isUndeclared(key),
    agentSilent: [...agent.values.keys()].every((other) => judge(other) !== 'fresh'),
    agentNeverConnected: agent.status === 'never',
    failing: known.error !== '',
  });
}
