/** In so many stretches between two pauses, one behind the other, an agent calls that waits for each answer before it calls again. */
const STRETCHES_IN_A_ROW = 4;

/**
 * Tells agents that send one call behind the other from those that report now and then, by whether they have called in every
 * stretch between two pauses of late. It knows who has called in the last two, and nobody else.
 */
export class Conversations {
  /** Who has called since the last pause, and in how many stretches in a row. */
  #now = new Map<object, number>();
  #before = new Map<object, number>();

  /** True where this call is one of a conversation. */
  called(caller: object): boolean {
    if (!this.#now.has(caller)) this.#now.set(caller, (this.#before.get(caller) ?? 0) + 1);
    return this.has(caller);
  }

  /** True where it was in one when last it called. */
  has(caller: object): boolean {
    return (this.#now.get(caller) ?? 0) >= STRETCHES_IN_A_ROW;
  }

  /** A pause has begun. */
  nextStretch(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** There are no pauses. */
  forget(): void {
    this.#now = new Map();
    this.#before = new Map();
  }
}
