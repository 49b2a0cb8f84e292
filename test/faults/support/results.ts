import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where `test/faults/run.ts` gathers the rows of its table. */
export const RESULTS_VARIABLE = 'TIDEGATE_FAULTS_RESULTS';
/** Set where only the faults are wanted that `.ci/run` has time for. */
export const SUBSET_VARIABLE = 'TIDEGATE_FAULTS_SUBSET';

/** The parts of the table, in its order. */
export const groups = ['PostgreSQL', 'The bus', 'The gateway', 'Agents', 'Watchers', 'Clocks and data'] as const;
export type Group = (typeof groups)[number];

/** What a fault has done. */
export interface Outcome {
  /** One or two short sentences for the table. */
  happened: string;
  /** Values acknowledged as committed of which neither they nor newer ones were stored. */
  lost: number;
  /** Connections that agents lost. */
  cutOff: number;
  /** From the end of the fault until all was as before; null where there is no such moment. */
  recoveryMs: number | null;
}

/** One line of the table. */
export interface Row extends Partial<Outcome> {
  group: Group;
  fault: string;
  passed: boolean;
  tookMs: number;
}

export interface FaultOptions {
  group: Group;
  /** Runs in `.ci/run` too. Default false. */
  subset?: boolean;
  /** Whether agents may lose their connections: a fault of the database or the bus cuts nobody off. */
  mayCutOff: boolean;
  timeoutMs: number;
  /**
   * Runs at the same time as its neighbours that say the same: it touches nothing of theirs, and spends its time waiting
   * for a limit of half a minute or so to run out.
   */
  together?: boolean;
}

/** A fault as a test: its outcome becomes a row of the table, and nothing acknowledged may be lost by it. */
export function fault(name: string, options: FaultOptions, body: () => Promise<Outcome>): void {
  if (process.env[SUBSET_VARIABLE] !== undefined && options.subset !== true) return;
  const row: Row = { group: options.group, fault: name, passed: false, happened: 'could not be tried', tookMs: 0 };
  record(row);
  const run = options.together === true ? test.concurrent : test;
  run(
    name,
    async () => {
      const begun = performance.now();
      row.happened = '';
      try {
        const outcome = await body();
        Object.assign(row, outcome);
        expect(outcome.lost, 'values acknowledged and lost').toBe(0);
        if (!options.mayCutOff) expect(outcome.cutOff, 'agents cut off').toBe(0);
        row.passed = true;
      } finally {
        row.tookMs = Math.round(performance.now() - begun);
        record(row);
      }
    },
    options.timeoutMs,
  );
}

function record(row: Row): void {
  const file = process.env[RESULTS_VARIABLE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}
