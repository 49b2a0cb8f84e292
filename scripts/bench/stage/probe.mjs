/**
 * Loaded ahead of a measured program (`--import`): answers over the IPC channel what only the process itself knows. It
 * looks at the event loop every 10 ms while it is asked to, and costs nothing otherwise.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const INTERVAL_MS = 10;

let stalls = [];
let timer = null;

const orders = {
  cpu: () => process.cpuUsage(),
  collect() {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    // What the first one ends is freed by the next.
    for (let times = 0; times < 3; times += 1) collect();
  },
  youngBytes() {
    const young = getHeapSpaceStatistics().filter(({ space_name: name }) => name.startsWith('new_'));
    return young.reduce((sum, { physical_space_size: bytes }) => sum + bytes, 0);
  },
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
