import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BenchRun } from '../../../scripts/bench/results.ts';
import { type RunOptions, runSuite } from '../../../scripts/bench/run.ts';
import type { Bench, Scenario } from '../../../scripts/bench/scenario.ts';

const never = new Promise<never>(() => {});

beforeEach(() => {
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => vi.restoreAllMocks());

const scenario = (name: string, run: (bench: Bench) => Promise<void>): Scenario => ({
  name,
  title: name,
  method: '',
  run,
});

/** Runs scenarios; returns the exit code and what was kept, time after time. */
async function ran(scenarios: Scenario[], options: Partial<RunOptions> = {}) {
  const kept: BenchRun[] = [];
  const exitCode = await runSuite(scenarios, {
    ...{ quick: true, rounds: null, fleets: null, profileDir: null },
    interrupted: new AbortController().signal,
    keep: (run) => kept.push(structuredClone(run)),
    ...options,
  });
  return { exitCode, kept, last: kept.at(-1) };
}

/** What was kept of each scenario: its name, how many samples of its first figure, and whether it is whole. */
const summary = (run: BenchRun | undefined) =>
  run?.scenarios.map(({ name, figures, unfinished }) => [
    name,
    figures[0]?.samples.length,
    unfinished ? 'part' : 'whole',
  ]);

const twoRounds = (name: string) =>
  scenario(name, async ({ table, say }) => {
    for (const round of [1, 2]) {
      say(`round ${round}`);
      table.add('a', 'ms', round);
    }
  });

describe('a run', () => {
  it('keeps what has been measured round by round, and each scenario as a part until it has ended', async () => {
    const { exitCode, kept } = await ran([twoRounds('call'), twoRounds('idle')]);
    expect(exitCode).toBe(0);
    expect(kept.map(summary)).toEqual([
      [['call', 1, 'part']],
      [['call', 2, 'whole']],
      [
        ['call', 2, 'whole'],
        ['idle', 1, 'part'],
      ],
      [
        ['call', 2, 'whole'],
        ['idle', 2, 'whole'],
      ],
    ]);
    expect(kept[0]?.quick).toBe(true);
  });

  it('measures the others where one fails, and says so by its exit code', async () => {
    const failing = scenario('call', async ({ table }) => {
      table.add('a', 'ms', 1);
      throw new Error('the server has ended');
    });
    const { exitCode, last } = await ran([failing, twoRounds('idle')]);
    expect(exitCode).toBe(1);
    expect(summary(last)).toEqual([
      ['call', 1, 'part'],
      ['idle', 2, 'whole'],
    ]);
  });

  it('leaves out a scenario of which nothing was measured', async () => {
    const { exitCode, last } = await ran([scenario('call', () => Promise.reject(new Error('no'))), twoRounds('idle')]);
    expect(exitCode).toBe(1);
    expect(summary(last)).toEqual([['idle', 2, 'whole']]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('ends at %s what was started, keeps what was measured, and starts nothing more', async (signal, expected) => {
    const interruption = new AbortController();
    const ended: string[] = [];
    const interrupted = scenario('call', async ({ stage, table }) => {
      stage.atEnd(() => void ended.push('first'));
      stage.atEnd(() => void ended.push('second'));
      table.add('a', 'ms', 1);
      interruption.abort(signal);
      await never;
    });
    const { exitCode, last } = await ran([interrupted, twoRounds('idle')], { interrupted: interruption.signal });
    expect(exitCode).toBe(expected);
    expect(ended).toEqual(['second', 'first']);
    expect(summary(last)).toEqual([['call', 1, 'part']]);
  });

  it('lets a scenario that goes on after an interruption start nothing and keep nothing', async () => {
    const interruption = new AbortController();
    const events = new EventEmitter();
    let refused: unknown;
    const stubborn = scenario('call', async ({ stage, table, say }) => {
      table.add('a', 'ms', 1);
      stage.atEnd(() => void events.emit('cleared'));
      interruption.abort('SIGINT');
      await once(events, 'cleared');
      table.add('a', 'ms', 2);
      say('round 2');
      try {
        stage.directory();
      } catch (error) {
        refused = error;
      }
      events.emit('over');
    });
    const over = once(events, 'over');
    const { last } = await ran([stubborn], { interrupted: interruption.signal });
    await over;
    expect(summary(last)).toEqual([['call', 1, 'part']]);
    expect(String(refused)).toContain('nothing is started any more');
  });

  it.each([
    [null, null, [2, [600]]],
    [7, [1, 10_000], [7, [1, 10_000]]],
  ])('gives a scenario its own rounds and fleets, or those asked for (%j, %j)', async (rounds, fleets, expected) => {
    let given: unknown;
    const asking = scenario('call', async (bench) => {
      given = [bench.rounds(2), bench.fleets([600])];
    });
    await ran([asking], { rounds, fleets });
    expect(given).toEqual(expected);
  });
});
