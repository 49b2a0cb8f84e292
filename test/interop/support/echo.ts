/** The service of echo.proto, for our server and our client. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { DrpcError } from '../../../protocol/drpc/error.ts';
import type { DrpcServer } from '../../../protocol/drpc/server.ts';
import { bidi, type MessageCodec, serverStream, unary } from '../../../protocol/drpc/service.ts';

export interface Blob {
  data?: Uint8Array;
  number?: number;
  text?: string;
  pairs?: Record<string, string>;
}

const { root } = protobuf.parse(readFileSync(new URL('../echo.proto', import.meta.url), 'utf8'));
const type = root.lookupType('tidegate.interop.Blob');

const blob: MessageCodec<Blob, Required<Blob>> = {
  encode: (message) => type.encode(type.fromObject(message)),
  decode: (bytes) => {
    const { data, number, text, pairs } = type.toObject(type.decode(bytes), { defaults: true, longs: Number });
    return { data: data.length === 0 ? new Uint8Array(0) : data, number, text, pairs };
  },
};

export const echoService = {
  name: 'tidegate.interop.Echo',
  methods: {
    Echo: unary(blob, blob),
    Fail: unary(blob, blob),
    Repeat: serverStream(blob, blob),
    Chat: bidi(blob, blob),
    Hold: serverStream(blob, blob),
    HoldsEnded: unary(blob, blob),
  },
} as const;

/** Serves it as go/drpc_serve.go does. */
export function addEcho(server: DrpcServer<null>): DrpcServer<null> {
  let holdsEnded = 0;
  return server.add(echoService, {
    Echo: (request, call) => ({ ...request, pairs: Object.fromEntries(call.metadata) }),
    Fail(request) {
      throw new DrpcError('refused', request.text, { wireCode: request.number });
    },
    async Repeat(request, call) {
      for (let number = 1; number <= request.number; number += 1) await call.send({ data: request.data, number });
      if (request.text !== '') throw new DrpcError('refused', request.text, { wireCode: 7 });
    },
    async Chat(call) {
      for await (const request of call) {
        if (request.text === 'enough') break;
        await call.send(request);
      }
      await call.send({ number: 999 });
    },
    async Hold(_request, call) {
      try {
        await call.send({ number: 1 });
        await call.aborted;
      } finally {
        holdsEnded += 1;
      }
    },
    HoldsEnded: () => ({ number: holdsEnded }),
  });
}
