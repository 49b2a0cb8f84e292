/** Lets the event loop turn once. */
export type YieldTurn = () => Promise<void>;

export const yieldToEventLoop: YieldTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs a long computation that yields whenever a turn's worth is done, one part to a turn of the event loop. */
export async function inTurns<T>(work: Generator<void, T, void>, yieldTurn: YieldTurn): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await yieldTurn();
  }
}
