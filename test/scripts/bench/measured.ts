import type { BenchRun, MeasuredScenario } from '../../../scripts/bench/results.ts';

/** A scenario as a run keeps it, with one sample of each figure. */
export function measured(
  name: string,
  samples: Record<string, number>,
  rest: Partial<MeasuredScenario> = {},
): MeasuredScenario {
  const figures = Object.entries(samples).map(([what, sample]) => ({ what, unit: 'ms' as const, samples: [sample] }));
  const texts = { title: `The ${name}`, method: `How ${name} is measured.` };
  return { name, ...texts, figures, notes: [], seconds: 1, unfinished: false, ...rest };
}

export function run(scenarios: MeasuredScenario[], rest: Partial<BenchRun> = {}): BenchRun {
  const machine = {
    ...{ system: 'Linux 6', processor: 'some', cores: 2, memoryGiB: 8, fileLimit: 1_024 },
    versions: { tidegate: '0.1.0 (a)', node: '20.19.0' },
  };
  return { startedAt: '2026-01-01T08:00:00.000Z', quick: false, machine, scenarios, ...rest };
}
