import { Kind } from '../../../protocol/drpc/frame.ts';
import type { BidiCall, Call, StreamingCall } from '../../../protocol/drpc/handlers.ts';
import { type Packet, PacketReader } from '../../../protocol/drpc/reader.ts';
import { DrpcServer, type DrpcServerOptions } from '../../../protocol/drpc/server.ts';
import { bidi, serverStream, unary } from '../../../protocol/drpc/service.ts';
import { encodePackets } from '../../../protocol/drpc/writer.ts';
import { type MemoryStream, type MemoryStreamOptions, memoryStreamPair } from '../../support/memory-stream.ts';
import { hex, packet } from './wire.ts';

/** Messages are their text; `!` does not decode. */
const codec = {
  encode: (text: string) => ({ finish: () => new TextEncoder().encode(text) }),
  decode(bytes: Uint8Array): string {
    const text = new TextDecoder().decode(bytes);
    if (text === '!') throw new Error('no message');
    return text;
  },
};

export const testService = {
  name: 'test.Service',
  methods: {
    Unary: unary(codec, codec),
    Stream: serverStream(codec, codec),
    Bidi: bidi(codec, codec),
    HeldStream: serverStream(codec, codec),
    HeldBidi: bidi(codec, codec),
    Unserved: unary(codec, codec),
  },
};

export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A handler's call that a test decides itself. */
export interface HeldCall {
  call: Call<string>;
  request: string | null;
  reply(text: string): void;
  fail(cause: unknown): void;
}

/** Reads the packets that have come to one end of a stream, each as its kind and its text. */
export function receivedOn(peer: MemoryStream): () => [number, string][] {
  const reader = new PacketReader();
  return () => {
    const out: [number, string][] = [];
    for (let next = reader.next(peer); next !== null; next = reader.next(peer)) {
      const text = next.kind === Kind.error ? next.data.subarray(8) : next.data;
      out.push([next.kind, new TextDecoder().decode(text)]);
    }
    return out;
  };
}

/** A server on one stream whose other end is driven packet by packet. */
export function serverRig(
  options: DrpcServerOptions<string> & { wire?: MemoryStreamOptions; peer?: MemoryStreamOptions } = {},
) {
  const held: HeldCall[] = [];
  const outcomes: string[] = [];
  const outcomesOf = new Map<Call<string>, string[]>();
  const violations: string[] = [];
  const hold = (call: Call<string>, request: string | null) =>
    new Promise<string>((resolve, reject) => held.push({ call, request, reply: resolve, fail: reject }));
  const server = new DrpcServer<string>({
    onOutcome(call, outcome) {
      outcomes.push(outcome);
      outcomesOf.set(call, [...(outcomesOf.get(call) ?? []), outcome]);
    },
    onViolation: (error) => violations.push(error.message),
    ...options,
  }).add(testService, {
    Unary: (request, call) => hold(call, request),
    Stream: async (request, call) => void (await hold(call, request)),
    Bidi: async (call) => void (await hold(call, null)),
  });
  const [peer, stream] = memoryStreamPair(options.peer, options.wire);
  const resets: Error[] = [];
  peer.listen({ onReadable: () => {}, onReset: (reason) => resets.push(reason) });
  server.serve(stream, 'context');
  return {
    server,
    peer,
    stream,
    held,
    outcomes,
    outcomesOf,
    violations,
    resets,
    /** Sends packets in one write and lets the server work. */
    async send(...packets: Packet[]) {
      peer.write(encodePackets(packets));
      await settled();
    },
    async finish() {
      peer.end();
      await settled();
    },
    received: receivedOn(peer),
    /** The first held call, as its handler sees it. */
    first(): HeldCall {
      const [call] = held;
      if (call === undefined) throw new Error('no handler has been called');
      return call;
    },
  };
}

export const streaming = (held: HeldCall) => held.call as StreamingCall<string, string>;
export const bidirectional = (held: HeldCall) => held.call as BidiCall<string, string, string>;

export const invoke = (method: string, streamId = 1) => packet(Kind.invoke, 1, `/test.Service/${method}`, streamId);
export const message = (text: string, messageId = 2, streamId = 1) => packet(Kind.message, messageId, text, streamId);
export const closeSend = (messageId = 3, streamId = 1) => packet(Kind.closeSend, messageId, '', streamId);

/** The client's end of a stream, as every rig has it. */
type ClientEnd = Pick<ReturnType<typeof serverRig>, 'peer' | 'send'>;

/** All the ways in which a client leaves a call of id 1, whoever serves it. */
export const waysToGo: [string, (client: ClientEnd) => Promise<void> | void][] = [
  ['by the end of its direction', ({ peer }) => peer.end()],
  ['by Close', ({ send }) => send(packet(Kind.close, 9))],
  ['by Cancel', ({ send }) => send(packet(Kind.cancel, 9))],
  ['by Error', ({ send }) => send(packet(Kind.error, 9, hex('0000000000000000')))],
  ['by reset', ({ peer }) => peer.reset()],
  ['by a call of a higher id', ({ send }) => send(invoke('Bidi', 2))],
  ['by metadata of a higher id', ({ send }) => send(packet(Kind.invokeMetadata, 1, '', 2))],
];
