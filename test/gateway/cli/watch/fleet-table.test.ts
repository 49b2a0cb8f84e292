import { describe, expect, it } from 'vitest';
import { fleetTable, summaryLine } from '../../../../gateway/cli/watch/fleet-table.ts';
import type { WatchedAgent } from '../../../../protocol/watch/state.ts';

const NOW_MS = 1_000_000;
const KEYS = new Map([
  ['cpu', { display_name: 'CPU', interval: 10, timeout: 1 }],
  ['branch', { display_name: 'Branch', interval: 0, timeout: 1 }],
]);

function agent(name: string, values: Record<string, string>, { ageMs = 2_000, error = '', connected = true } = {}) {
  const entries = Object.entries(values).map(([key, value]) => [key, { value, error, at: NOW_MS - ageMs }] as const);
  const status = connected ? 'connected' : 'disconnected';
  return { id: name, name, labels: {}, status, keys: KEYS, values: new Map(entries) } as WatchedAgent;
}

function view(agents: WatchedAgent[], keys?: string[]) {
  return { agents: new Map(agents.map((each) => [each.id, each])), nowMs: NOW_MS, flushIntervalMs: 5_000, keys };
}

describe('the table of a fleet', () => {
  const fleet = [
    agent('b-fine', { cpu: '42 %', branch: 'main' }),
    agent('a-fine', { cpu: '7 %', branch: 'main' }),
    agent('late', { cpu: '1 %' }, { ageMs: 25_000 }),
    agent('gone', { cpu: '1 %' }, { connected: false, ageMs: 7_200_000 }),
    agent('broken', { cpu: '' }, { error: 'timed out' }),
  ];

  it('shows who needs a person first, then by name', () => {
    expect(fleetTable(view(fleet))).toEqual([
      'STATE    NAME    AGE   CPU          BRANCH',
      'failing  broken  2 s   ! timed out',
      'late     late    25 s  1 %',
      'offline  gone    2 h   1 %',
      'fine     a-fine  2 s   7 %          main',
      'fine     b-fine  2 s   42 %         main',
    ]);
  });

  it('counts each agent once', () => {
    expect(summaryLine(view(fleet))).toBe('2 fine · 1 failing · 1 late · 0 stale · 1 offline');
  });

  it('says how many rows did not fit, and never takes more lines than there are', () => {
    for (let rows = 2; rows <= 7; rows += 1) {
      const lines = fleetTable(view(fleet), { columns: 80, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      if (rows < 6) expect(lines.at(-1)).toBe(`and ${5 - (rows - 2)} more`);
      else expect(lines.at(-1)).toContain('b-fine');
    }
  });

  it('leaves out whole columns rather than half of one', () => {
    const [header] = fleetTable(view(fleet), { columns: 30, rows: 20 });
    expect(header).toBe('STATE    NAME    AGE');
  });

  it('shows the keys that are asked for, in that order', () => {
    expect(fleetTable(view(fleet, ['branch']))[0]).toBe('STATE    NAME    AGE   BRANCH');
  });

  it('cuts what is long', () => {
    const [, row] = fleetTable(view([agent('x', { cpu: 'y'.repeat(100) })], ['cpu']));
    expect(row).toBe(`fine   x     2 s  ${'y'.repeat(27)}…`);
  });

  it('is a header alone without agents', () => {
    expect(fleetTable(view([]))).toEqual(['STATE  NAME  AGE']);
  });
});
