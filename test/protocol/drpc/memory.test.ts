import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { ByteStream, ByteStreamEvents } from '../../../protocol/byte-stream.ts';
import type { ServiceHandlers } from '../../../protocol/drpc/handlers.ts';
import { DrpcServer } from '../../../protocol/drpc/server.ts';
import { encodePackets } from '../../../protocol/drpc/writer.ts';
import { invoke, message, testService } from './server-rig.ts';

type Handlers = ServiceHandlers<typeof testService, null>;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A stream that costs next to nothing, so that what is measured is the RPC layer's. */
class StubStream implements ByteStream {
  readonly id = 1;
  readonly readEnded = false;
  #bytes: Uint8Array | null;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  listen(events: ByteStreamEvents): void {
    events.onReadable();
  }

  read(): Uint8Array | null {
    const bytes = this.#bytes;
    this.#bytes = null;
    return bytes;
  }

  write(): boolean {
    return true;
  }

  end(): void {}
  reset(): void {}
}

const waiting: Handlers = {
  async Stream(_request, call) {
    await call.send('a');
    await call.aborted;
  },
  async Bidi(call) {
    for await (const _ of call);
  },
};
const told: Handlers = {
  Stream: { onRequest: (_request, call) => void call.send('a') },
  Bidi: { onRequest: () => {} },
};

/** An idle agent with two of them may take 10 to 14 KiB altogether. */
it.each([
  ['Stream', 'told of its request', told, 650, [invoke('Stream'), message('q')]],
  ['Bidi', 'told of its requests', told, 650, [invoke('Bidi')]],
  ['Stream', 'suspended', waiting, 2_500, [invoke('Stream'), message('q')]],
  ['Bidi', 'suspended', waiting, 2_500, [invoke('Bidi')]],
])('a held %s call whose handler is %s', (_name, _how, handlers, heldCallBytes, packets) => {
  const count = 4_000;
  const server = new DrpcServer<null>().add(testService, handlers);
  const wire = encodePackets(packets);
  const streams = Array.from({ length: count }, () => new StubStream(new Uint8Array(wire)));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (const stream of streams) server.serve(stream, null);
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    collectGarbage();
    const each = (process.memoryUsage().heapUsed - before) / count;
    expect(server.openStreams).toBe(count);
    expect(each).toBeLessThan(heldCallBytes);
  });
});
