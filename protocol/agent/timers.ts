/** Time as the SDK sees it; replaced in tests. */
export interface AgentClock {
  /** Monotonic milliseconds since any start. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

export const processClock: AgentClock = {
  now: () => performance.now(),
  // Keeps the process alive: an agent that waits for its next attempt has nothing else to live on.
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Something that looks after its own time limits when asked to. */
export interface Sweepable {
  /** `pausedMs`: how long the process itself stood still since the last sweep, which is nobody else's fault. */
  sweep(nowMs: number, pausedMs: number): void;
}

/** How exact a shared timer is, in milliseconds: timeouts and pauses of seconds need no better. */
const SLOT_MS = 50;
/** How often connections look after themselves. Their own limits are of 10 s and more. */
const SWEEP_INTERVAL_MS = 1_000;
/** A sweep that comes later than this is taken for a pause of the process. */
const PAUSE_MS = 2 * SWEEP_INTERVAL_MS;

/**
 * One timer of the process for all its agents: tasks of the same 50 ms share a slot, and one sweep a second goes over
 * all connections. Thousands of agents cost a handful of real timers a second.
 */
export class SharedTimers {
  readonly #clock: AgentClock;
  /** By number of slot since the clock's start. */
  readonly #slots = new Map<number, Set<() => void>>();
  readonly #sweepables = new Set<Sweepable>();
  #cancelSweep: (() => void) | null = null;
  #lastSweepMs = 0;
  #armedSlot = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | null = null;

  constructor(clock: AgentClock = processClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Runs `task` once, up to 50 ms later than `delayMs` says and never earlier; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void {
    const slot = Math.ceil((this.now() + delayMs) / SLOT_MS);
    let tasks = this.#slots.get(slot);
    if (tasks === undefined) {
      tasks = new Set();
      this.#slots.set(slot, tasks);
    }
    // A function of its own, so that the same task can wait twice.
    const entry = () => task();
    tasks.add(entry);
    this.#arm();
    return () => this.#cancel(slot, tasks, entry);
  }

  /** Sweeps `sweepable` every second until {@link SharedTimers.remove}. */
  add(sweepable: Sweepable): void {
    this.#sweepables.add(sweepable);
    if (this.#cancelSweep !== null) return;
    this.#lastSweepMs = this.now();
    this.#cancelSweep = this.after(SWEEP_INTERVAL_MS, this.#sweep);
  }

  remove(sweepable: Sweepable): void {
    this.#sweepables.delete(sweepable);
    if (this.#sweepables.size > 0) return;
    this.#cancelSweep?.();
    this.#cancelSweep = null;
  }

  readonly #sweep = (): void => {
    this.#cancelSweep = this.after(SWEEP_INTERVAL_MS, this.#sweep);
    const nowMs = this.now();
    const elapsedMs = nowMs - this.#lastSweepMs;
    this.#lastSweepMs = nowMs;
    const pausedMs = elapsedMs > PAUSE_MS ? elapsedMs - SWEEP_INTERVAL_MS : 0;
    for (const sweepable of this.#sweepables) sweepable.sweep(nowMs, pausedMs);
  };

  #cancel(slot: number, tasks: Set<() => void>, entry: () => void): void {
    // A slot that is being run is no longer listed; what is taken out of it is not run.
    if (!tasks.delete(entry) || tasks.size > 0 || this.#slots.get(slot) !== tasks) return;
    this.#slots.delete(slot);
    this.#arm();
  }

  #arm(): void {
    const next = this.#nextSlot();
    if (next === this.#armedSlot) return;
    this.#disarm?.();
    this.#disarm = null;
    this.#armedSlot = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#disarm = this.#clock.after(Math.max(0, next * SLOT_MS - this.now()), this.#run);
  }

  readonly #run = (): void => {
    this.#armedSlot = Number.POSITIVE_INFINITY;
    this.#disarm = null;
    const nowMs = this.now();
    for (let next = this.#nextSlot(); next * SLOT_MS <= nowMs; next = this.#nextSlot()) {
      const tasks = this.#slots.get(next);
      this.#slots.delete(next);
      for (const task of tasks ?? []) task();
    }
    this.#arm();
  };

  /** Within the 30 s of a call there are at most 600 slots, so the smallest is found by looking. */
  #nextSlot(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots.keys()) if (slot < next) next = slot;
    return next;
  }
}

/** What all agents of this process share unless they are given timers of their own. */
export const sharedTimers = new SharedTimers();
