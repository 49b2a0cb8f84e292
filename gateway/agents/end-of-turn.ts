/** Work for this long, then the event loop gets a turn: timers and other sockets wait no longer. */
const TURN_MS = 10;

/**
 * Runs what sessions want done at the end of a turn of the event loop, all of it by one callback. Where thousands of agents
 * were heard in one turn, their answers go out over several.
 */
export class EndOfTurn {
  readonly #now: () => number;
  readonly #nextTurn: (task: () => void) => void;
  readonly #run = () => this.#runTasks();
  #tasks: (() => void)[] = [];

  constructor(now: () => number, nextTurn: (task: () => void) => void = setImmediate) {
    this.#now = now;
    this.#nextTurn = nextTurn;
  }

  /** Tasks run in the order in which they came, those that a task adds in a later turn. They must not throw. */
  readonly add = (task: () => void): void => {
    if (this.#tasks.length === 0) this.#nextTurn(this.#run);
    this.#tasks.push(task);
  };

  #runTasks(): void {
    const tasks = this.#tasks;
    const count = tasks.length;
    const endMs = this.#now() + TURN_MS;
    let done = 0;
    do tasks[done]?.();
    while (++done < count && this.#now() < endMs);
    this.#tasks = tasks.slice(done);
    if (this.#tasks.length > 0) this.#nextTurn(this.#run);
  }
}
