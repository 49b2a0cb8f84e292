/**
 * Asks a gateway's `/healthz` every 100 ms, each time on a connection of its own, until its input ends; then prints what came
 * of it. A process by itself, so that it measures the gateway and not the load that a test makes beside it.
 */
import { get } from 'node:http';

const [url = ''] = process.argv.slice(2);
const TIMEOUT_MS = 5_000;
const found = { asked: 0, answered: 0, slowestMs: 0, failures: {} };
const waiting = new Set();

function ask() {
  const begun = performance.now();
  found.asked += 1;
  const done = new Promise((resolve) => {
    const request = get(`${url}/healthz`, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      if (response.statusCode === 200) found.answered += 1;
      found.slowestMs = Math.max(found.slowestMs, Math.round(performance.now() - begun));
      resolve();
    });
    request.once('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    request.once('error', ({ message }) => {
      found.failures[message] = (found.failures[message] ?? 0) + 1;
      resolve();
    });
  });
  waiting.add(done);
}

const timer = setInterval(ask, 100);
process.stdin.resume();
process.stdin.once('end', async () => {
  clearInterval(timer);
  await Promise.all(waiting);
  console.log(JSON.stringify(found));
});
