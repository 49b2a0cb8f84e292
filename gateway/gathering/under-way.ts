import { type YieldTurn, yieldToEventLoop } from '../in-turns.ts';

/** Counts what is under way and comes to its end in several turns of the event loop, each of which somebody waits for. */
export class UnderWay {
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
  }

  /** Counts `work` until it has come to its end. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Lets the event loop turn once in the middle of such work. */
  readonly yieldTurn: YieldTurn = () => this.during(yieldToEventLoop);
}
