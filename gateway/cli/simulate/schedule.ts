/** When each of `count` agents reports: once an interval, spread evenly over it or all in the same instant. */
export interface ScheduleOptions {
  count: number;
  intervalMs: number;
  /** All in the same instant. */
  burst: boolean;
}

/** Walks through the reports of a fleet in the order of their times, without a timer for each. */
export class Schedule {
  readonly #options: ScheduleOptions;
  #next = 0;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** Calls `report` for each agent whose time has come `elapsedMs` after the start. */
  run(elapsedMs: number, report: (agent: number, round: number) => void): void {
    const { count } = this.#options;
    while (this.#dueMs() <= elapsedMs) {
      report(this.#next % count, Math.floor(this.#next / count));
      this.#next += 1;
    }
  }

  #dueMs(): number {
    const { count, intervalMs, burst } = this.#options;
    const round = Math.floor(this.#next / count);
    return (round + (burst ? 0 : (this.#next % count) / count)) * intervalMs;
  }
}
