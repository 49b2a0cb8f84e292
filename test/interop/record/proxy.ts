/** A TCP proxy that notes what passes it. */
import type { Socket } from 'node:net';
import { connect, type Listening, listen } from '../support/tcp.ts';

export interface Recorder {
  /** Bytes that have passed, in the order in which they came. */
  bytes(from: 'client' | 'server', chunk: Buffer): void;
  /** One side has closed its connection. */
  closed?(from: 'client' | 'server'): void;
}

/** Takes one connection after the other and passes it on to `address`. */
export function recordingProxy(address: string, recorder: Recorder): Promise<Listening> {
  const pass = (from: 'client' | 'server', source: Socket, target: Socket) => {
    source.on('data', (chunk) => {
      recorder.bytes(from, chunk);
      target.write(chunk);
    });
    source.on('end', () => target.end());
    // Also where the connection was reset: bytes had come that nobody read.
    source.on('close', () => {
      recorder.closed?.(from);
      target.destroy();
    });
  };
  return listen(async (client) => {
    client.pause();
    const upstream = await connect(address);
    pass('client', client, upstream);
    pass('server', upstream, client);
    client.resume();
  });
}
