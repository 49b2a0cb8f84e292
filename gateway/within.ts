import type { Clock } from './clock.ts';

/**
 * The promise's outcome, or a rejection with `late()` once `limitMs` have passed without one. What is waited for goes on
 * all the same; what becomes of it then is nobody's any more.
 */
export function within<T>(
  promise: Promise<T>,
  options: { clock: Clock; limitMs: number; late: () => Error },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = options.clock.after(options.limitMs, () => reject(options.late()));
    promise.then(resolve, reject).finally(cancel);
  });
}
