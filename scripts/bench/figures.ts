import type { Budget, Figure, Unit } from './scenario.ts';

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The sample that `share` (0 to 1) of all are not above. */
export function percentile(samples: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The largest; spread arguments would overflow the stack where there are many. */
export function largest(samples: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const sample of samples) if (sample > most) most = sample;
  return most;
}

/** Gathers the samples of a scenario's figures round by round, in the order in which they first come. */
export class FigureTable {
  readonly #figures = new Map<string, Figure>();
  readonly #notes = new Set<string>();
  #samples = 0;

  add(what: string, unit: Unit, sample: number, budget?: Budget): void {
    let figure = this.#figures.get(what);
    if (figure === undefined) {
      figure = { what, unit, samples: [], ...(budget && { budget }) };
      this.#figures.set(what, figure);
    }
    figure.samples.push(sample);
    this.#samples += 1;
  }

  /** What has to be known to read the figures: what could not be had, what was checked. */
  note(text: string): void {
    this.#notes.add(text);
  }

  get figures(): Figure[] {
    return [...this.#figures.values()];
  }

  get notes(): string[] {
    return [...this.#notes];
  }

  /** How many there are, of all figures. */
  get samples(): number {
    return this.#samples;
  }
}

/** How late the event loop came round, in milliseconds, beside the budgets of the 99th percentile and of the longest. */
export function addStalls(
  table: FigureTable,
  what: string,
  { stallsMs, p99, max }: { stallsMs: number[]; p99?: Budget; max?: Budget },
): void {
  table.add(`${what}: event-loop stall p99`, 'ms', percentile(stallsMs, 0.99), p99);
  table.add(`${what}: event-loop stall max`, 'ms', largest(stallsMs), max);
}

/** `1.83 × (1.75 – 1.92)`: the median and the range of what was measured. */
export function figureText({ samples, unit }: Figure): string {
  const suffix = unit === 'count' ? '' : ` ${unit}`;
  const middle = `${numberText(median(samples))}${suffix}`;
  if (samples.length < 2) return middle;
  return `${middle} (${numberText(Math.min(...samples))} – ${numberText(largest(samples))})`;
}

export function budgetText({ budget, unit }: Figure): string {
  if (budget === undefined) return '';
  const suffix = unit === 'count' ? '' : ` ${unit}`;
  const aim = budget.aim === undefined ? '' : `, aim ${numberText(budget.aim)}`;
  return `≤ ${numberText(budget.must)}${suffix}${aim}`;
}

/** `aim` and `must` are kept, or `missed`. Empty without a budget. */
export function verdict({ samples, budget }: Figure): '' | 'aim' | 'must' | 'missed' {
  if (budget === undefined) return '';
  const measured = median(samples);
  if (budget.aim !== undefined && measured <= budget.aim) return 'aim';
  return measured <= budget.must ? 'must' : 'missed';
}

/** Three significant digits, and whole numbers as they are. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
