/** The parts of one flush, in their order. `settle` is there only where the connection broke around COMMIT. */
export type FlushPhase = 'connect' | 'begin' | 'write' | 'notify' | 'commit' | 'settle';

/** How long each part took, in whole milliseconds. */
export type FlushPhases = Partial<Record<FlushPhase, number>>;

/** Takes the time of each part of a flush as it ends. */
export class PhaseClock {
  readonly ms: FlushPhases = {};
  #lastMs = performance.now();

  ended(phase: FlushPhase): void {
    const nowMs = performance.now();
    this.ms[phase] = Math.round(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }
}
