/**
 * The floor: a bare `ws` server that takes the messages of agents without looking at them and answers with recorded ones,
 * as many and as large as the gateway's. To watchers it sends, once an interval, what came in meanwhile.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { answer } from '../stage/answer.ts';

/** After so many messages of an agent, these go back; the last step ends a report. */
export interface PlanStep {
  after: number;
  messages: string[];
}

interface Step {
  after: number;
  messages: Buffer[];
}

const WATCH_INTERVAL_MS = 5_000;
/** As the gateway has it: with fewer the system drops part of a fleet that comes back at once. */
const ACCEPT_BACKLOG = 4_096;

let watchIntervalMs = WATCH_INTERVAL_MS;
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const watchers = new Set<WebSocket>();
let arrived: Buffer[] = [];

answer({
  async listen({ plan, everyMs = WATCH_INTERVAL_MS }: { plan: PlanStep[]; everyMs?: number }) {
    watchIntervalMs = everyMs;
    const steps = plan.map(({ after, messages }) => ({
      after,
      messages: messages.map((hex) => Buffer.from(hex, 'hex')),
    }));
    const http = createServer();
    http.on('upgrade', (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        if (request.url?.startsWith('/watch')) watch(webSocket);
        else serveAgent(webSocket, steps);
      });
    });
    await new Promise<void>((resolve) => http.listen({ port: 0, host: '127.0.0.1', backlog: ACCEPT_BACKLOG }, resolve));
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
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

function watch(socket: WebSocket): void {
  if (watchers.size === 0) setInterval(tellWatchers, watchIntervalMs);
  watchers.add(socket);
  socket.on('close', () => watchers.delete(socket));
}

function tellWatchers(): void {
  const message = Buffer.concat(arrived);
  arrived = [];
  for (const socket of watchers) socket.send(message);
}
