import { describe, expect, it } from 'vitest';
import { awayAgents, troubled } from '../../../../gateway/cli/simulate/demo-troubles.ts';
import { demoKeys } from '../../../../gateway/cli/simulate/demo-values.ts';

const AGENTS = 300;
const SPAN_MS = 600_000;
const disk = demoKeys.find(({ name }) => name === 'disk') as (typeof demoKeys)[number];

/** What each agent's disk says at each of its rounds. */
function disks() {
  return Array.from({ length: AGENTS }, (_, agent) =>
    Array.from({ length: SPAN_MS / disk.intervalMs }, (_, round) => troubled(agent, disk, round, '40 %')),
  );
}

describe('the troubles of the demo', () => {
  it('come to a few agents and go again; the others are always fine', () => {
    const said = disks();
    const failing = said.filter((rounds) => rounds.some((value) => typeof value === 'object' && value !== null));
    const quiet = said.filter((rounds) => rounds.includes(null));
    expect(failing).toHaveLength(5);
    expect(quiet).toHaveLength(7);
    for (const rounds of [...failing, ...quiet]) expect(rounds).toContain('40 %');
    expect(said.filter((rounds) => rounds.every((value) => value === '40 %'))).toHaveLength(AGENTS - 12);
  });

  it('let an agent leave now and then, and come back', () => {
    const away = Array.from({ length: SPAN_MS / 1_000 }, (_, second) => awayAgents(AGENTS, second * 1_000));
    expect(away[0]?.size).toBe(0);
    expect(Math.max(...away.map(({ size }) => size))).toBeLessThanOrEqual(3);
    const seen = new Set(away.flatMap((agents) => [...agents]));
    expect([...seen].sort()).toEqual([171, 271, 71]);
    for (const agent of seen) expect(away.some((agents) => !agents.has(agent))).toBe(true);
  });
});
