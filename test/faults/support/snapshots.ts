import { WebSocket } from 'ws';
import type { ServerMessage, WatchSubscription } from '../../../protocol/watch/messages.ts';
import { ADMIN_TOKEN } from '../../support/gateway.ts';
import type { GatewayProcess } from './gateway-process.ts';

/** What a watcher is sent first. */
export interface FirstSnapshot {
  resumed: boolean;
  agents: number;
  cursor: string | null;
}

/** Asks a gateway, on a socket of its own, for a part of the fleet since a cursor. */
export function firstSnapshot(
  { client }: GatewayProcess,
  request: WatchSubscription & { since?: string },
): Promise<FirstSnapshot> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const socket = new WebSocket(client.socketUrl('/api/v2/watch'), { headers });
  let agents = 0;
  return new Promise((resolve, reject) => {
    socket.once('open', () => socket.send(JSON.stringify({ type: 'watch', ...request })));
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed with ${code} before the snapshot`)));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if (message.type !== 'snapshot') return;
      agents += message.agents.length;
      if (!message.last) return;
      resolve({ resumed: message.resumed === true, agents, cursor: message.cursor ?? null });
      socket.terminate();
    });
  });
}
