/** Work for this long, then the event loop gets a turn: timers and other sockets wait no longer. */
const TURN_MS = 10;

export interface EndOfTurnOptions {
  nextTurn?: (task: () => void) => void;
  /** Called when no task is left. */
  onDone?: () => void;
}

/**
 * Runs what sockets want done at the end of a turn of the event loop, all of it by one callback. Where thousands of agents
 * were heard in one turn, their answers go out over several; where their sockets break in one turn, so do their ends.
 */
export class EndOfTurn {
  readonly #now: () => number;
  readonly #nextTurn: (task: () => void) => void;
  readonly #onDone: (() => void) | undefined;
  readonly #run = () => this.#runTasks();
  #tasks: (() => void)[] = [];
  /** When the first of the waiting tasks came, or the last turn of theirs ended. */
  #sinceMs = 0;

  constructor(now: () => number, { nextTurn = setImmediate, onDone }: EndOfTurnOptions = {}) {
    this.#now = now;
    this.#nextTurn = nextTurn;
    this.#onDone = onDone;
  }

  /**
   * Tasks run in the order in which they came, those that a task adds in a later turn. What one throws is an uncaught
   * exception; the others run.
   */
  readonly add = (task: () => void): void => {
    if (this.#tasks.length === 0) {
      this.#sinceMs = this.#now();
      this.#nextTurn(this.#run);
    }
    this.#tasks.push(task);
  };

  /**
   * True where this turn has gone on for long, counted from its first task. The event loop reads every socket that has
   * something before it comes to the tasks, be that ten thousand sockets: what it still reads then should be one more task.
   */
  get isLong(): boolean {
    return this.#tasks.length > 0 && this.#now() - this.#sinceMs > TURN_MS;
  }

  get isIdle(): boolean {
    return this.#tasks.length === 0;
  }

  #runTasks(): void {
    const tasks = this.#tasks;
    const count = tasks.length;
    const endMs = this.#now() + TURN_MS;
    let done = 0;
    try {
      while (done < count && (done === 0 || this.#now() < endMs)) tasks[done++]?.();
    } finally {
      // Also behind a task that has thrown: what everybody else waits for goes on.
      this.#tasks = tasks.slice(done);
      this.#sinceMs = this.#now();
      if (this.#tasks.length > 0) this.#nextTurn(this.#run);
      else this.#onDone?.();
    }
  }
}
