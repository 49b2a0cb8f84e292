/**
 * The floor: a bare `ws` server that takes the messages of agents without looking at them and answers with recorded ones,
 * as many and as large as the gateway's. To watchers it sends, once an interval, what came in meanwhile.
 */
import type { WebSocket } from 'ws';
import { answer } from '../stage/answer.ts';
import { FLUSH_INTERVAL_MS } from '../workload.ts';
import { serveSockets } from './sockets.ts';

/** After so many messages of an agent, these go back; the last step ends a report. */
export interface PlanStep {
  after: number;
  messages: string[];
}

interface Step {
  after: number;
  messages: Buffer[];
}

const watchers = new Set<WebSocket>();
let arrived: Buffer[] = [];

answer({
  /** `everyMs` is how often watchers are told; once a flush interval where it is not said. */
  listen({ plan, everyMs = FLUSH_INTERVAL_MS }: { plan: PlanStep[]; everyMs?: number }) {
    const steps = plan.map(({ after, messages }) => ({
      after,
      messages: messages.map((hex) => Buffer.from(hex, 'hex')),
    }));
    return serveSockets({
      agent: (socket) => serveAgent(socket, steps),
      watcher: (socket) => watch(socket, everyMs),
    });
  },
});

function serveAgent(socket: WebSocket, steps: Step[]): void {
  const inReport = steps.at(-1)?.after ?? 1;
  let count = 0;
  socket.on('message', (data: Buffer) => {
    if (watchers.size > 0) arrived.push(data);
    count += 1;
    for (const step of steps) if (step.after === count) for (const message of step.messages) socket.send(message);
    if (count === inReport) count = 0;
  });
}

function watch(socket: WebSocket, everyMs: number): void {
  if (watchers.size === 0) setInterval(tellWatchers, everyMs);
  watchers.add(socket);
  socket.on('close', () => watchers.delete(socket));
}

/** Nothing where nothing came in: a floor at rest must not keep the processors awake on which others are measured. */
function tellWatchers(): void {
  if (arrived.length === 0) return;
  const message = Buffer.concat(arrived);
  arrived = [];
  for (const socket of watchers) socket.send(message);
}
