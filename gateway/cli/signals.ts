/** How often a child looks whether its parent is still there. */
const PARENT_CHECK_MS = 1_000;

/**
 * Waits for SIGTERM or SIGINT, then runs `end` once. A second signal ends the process at once: whoever sends it does not
 * want to wait any more.
 */
export async function onSignal(end: () => Promise<void>, options: { orParentGone?: boolean } = {}): Promise<void> {
  await new Promise<void>((resolve) => {
    // Signals alone keep no process alive.
    const alive = setInterval(() => {}, 2 ** 30);
    let asked = false;
    const ask = () => {
      if (asked) process.exit(1);
      asked = true;
      clearInterval(alive);
      resolve();
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
    // A terminal that closes; who reads something again at SIGHUP has said so before. No second signal: it may come with SIGTERM.
    if (process.listenerCount('SIGHUP') === 0) process.on('SIGHUP', () => asked || ask());
    if (options.orParentGone === true) whenParentGone(() => asked || ask());
  });
  await end();
}

function whenParentGone(act: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, PARENT_CHECK_MS);
  timer.unref();
}
