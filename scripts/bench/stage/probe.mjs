/**
 * Loaded ahead of a measured program (`--import`): answers over the IPC channel what only the process itself knows. It
 * looks at the event loop every 10 ms while it is asked to, and costs nothing otherwise.
 */
const INTERVAL_MS = 10;

let stalls = [];
let timer = null;

const orders = {
  cpu: () => process.cpuUsage(),
  memory: () => process.memoryUsage(),
  watchStalls() {
    clearInterval(timer);
    stalls = [];
    let due = performance.now() + INTERVAL_MS;
    timer = setInterval(() => {
      const now = performance.now();
      stalls.push(Math.max(0, now - due));
      due = now + INTERVAL_MS;
    }, INTERVAL_MS);
    timer.unref();
  },
  stalls() {
    clearInterval(timer);
    const taken = stalls;
    stalls = [];
    return taken;
  },
};

if (process.channel) {
  process.on('message', ({ probe, id }) => {
    if (probe === undefined) return;
    process.send({ id, result: orders[probe]() ?? null });
  });
  // The channel alone keeps nothing alive.
  process.channel.unref();
}
