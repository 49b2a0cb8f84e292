import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../protocol/drpc/byte-budget.ts';
import { DrpcError } from '../../../protocol/drpc/error.ts';
import { Kind } from '../../../protocol/drpc/frame.ts';
import { encodeMetadata } from '../../../protocol/drpc/metadata.ts';
import { DrpcServer } from '../../../protocol/drpc/server.ts';
import { maxRpcNameBytes } from '../../../protocol/drpc/server-connection.ts';
import { encodePackets } from '../../../protocol/drpc/writer.ts';
import { memoryStreamPair } from '../../support/memory-stream.ts';
import { concat } from '../../support/yamux-wire.ts';
import {
  bidirectional,
  closeSend,
  invoke,
  message,
  serverRig,
  settled,
  streaming,
  testService,
  waysToGo,
} from './server-rig.ts';
import { eachByte, hex, packet } from './wire.ts';

const unaryCall = (streamId = 1) => [invoke('Unary', streamId), message('q', 2, streamId), closeSend(3, streamId)];
const answer = [
  [Kind.message, 'a'],
  [Kind.closeSend, ''],
];

describe('the end of a call', () => {
  it('is Message and CloseSend in one write, then nothing until the client finishes, then our end at once', async () => {
    const rig = serverRig();
    await rig.send(...unaryCall());
    rig.first().reply('a');
    await settled();
    expect(rig.stream.sent).toEqual([{ type: 'write', bytes: hex('050101 01 61 0d0102 00') }]);
    rig.peer.end();
    expect(rig.server.openStreams).toBe(1);
    await settled();
    expect(rig.stream.sent.map((event) => event.type)).toEqual(['write', 'end']);
    expect(rig.server.openStreams).toBe(0);
    expect(rig.outcomes).toEqual(['ok']);
  });

  it.each([
    ['Close behind the answer', [packet(Kind.close, 4)]],
    ['CloseSend behind the answer', [closeSend(4)]],
    ['Cancel behind the answer', [packet(Kind.cancel, 4)]],
    ['another message behind the answer', [message('late', 4)]],
    ['an unknown kind behind the answer', [packet(60, 4)]],
  ])('accepts %s', async (_name, late) => {
    const rig = serverRig();
    await rig.send(...unaryCall());
    rig.first().reply('a');
    await settled();
    await rig.send(...late);
    expect(rig.stream.hasEnded).toBe(false);
    await rig.finish();
    expect(rig.received()).toEqual(answer);
    expect(rig.stream.sent.map((event) => event.type)).toEqual(['write', 'end']);
    expect(rig.violations).toEqual([]);
  });

  it('starts at the request: the answer need not wait for CloseSend', async () => {
    const rig = serverRig();
    await rig.send(invoke('Unary'), message('q'));
    rig.first().reply('a');
    await settled();
    expect(rig.received()).toEqual(answer);
  });

  it('serves further calls of higher ids on the same stream, each numbered from 1', async () => {
    const rig = serverRig();
    await rig.send(...unaryCall(1));
    rig.first().reply('a');
    await settled();
    await rig.send(...unaryCall(5));
    rig.held[1]?.reply('b');
    await settled();
    expect(rig.stream.sent[1]).toEqual({ type: 'write', bytes: hex('050501 01 62 0d0502 00') });
  });

  it('leaves a client that never finishes to the sweep', async () => {
    const rig = serverRig();
    await rig.send(...unaryCall());
    rig.server.sweep();
    rig.server.sweep();
    expect(rig.stream.wasReset).toBe(false);
    rig.first().reply('a');
    await settled();
    rig.server.sweep();
    expect(rig.stream.wasReset).toBe(false);
    rig.server.sweep();
    expect(rig.stream.wasReset).toBe(true);
    expect(rig.server.openStreams).toBe(0);
  });
});

describe('a client that goes', () => {
  describe.each(['Unary', 'Stream', 'Bidi'])('in the middle of a %s call', (method) => {
    it.each(waysToGo)('%s aborts the handler, whose answer goes nowhere', async (_name, go) => {
      const rig = serverRig();
      await rig.send(invoke(method), ...(method === 'Bidi' ? [] : [message('q')]));
      const held = rig.first();
      const { signal } = held.call;
      const sending = method === 'Unary' ? null : streaming(held);
      expect(signal.aborted).toBe(false);
      await go(rig);
      await held.call.aborted;
      expect(signal.aborted).toBe(true);
      expect(rig.outcomes).toEqual(['cancelled']);
      await expect(sending?.send('late') ?? Promise.reject({ code: 'cancelled' })).rejects.toMatchObject({
        code: 'cancelled',
      });
      held.reply('late');
      await settled();
      expect(rig.received()).toEqual([]);
    });
  });

  it('is known to a handler that asks only afterwards', async () => {
    const rig = serverRig();
    await rig.send(...unaryCall());
    await rig.finish();
    expect(rig.first().call.signal.aborted).toBe(true);
    await rig.first().call.aborted;
    expect(rig.stream.hasEnded).toBe(true);
  });

  it('frees the transport for a next call when it cancels by packet', async () => {
    const rig = serverRig();
    await rig.send(...unaryCall());
    await rig.send(packet(Kind.cancel, 4), ...unaryCall(2));
    rig.held[1]?.reply('a');
    await settled();
    expect(rig.received()).toEqual(answer);
    expect(rig.outcomes).toEqual(['cancelled', 'ok']);
  });
});

describe('errors', () => {
  it.each([
    ['a name that no service has', 'Nothing', 0, 'protocol error: unknown rpc: "/test.Service/Nothing"'],
    ['a method without a handler', 'Unserved', 12, 'Unimplemented'],
  ])('%s', async (_name, method, code, text) => {
    const rig = serverRig();
    await rig.send(invoke(method), message('q'), closeSend());
    const [event] = rig.stream.sent;
    expect(event?.type === 'write' && event.bytes[11]).toBe(code);
    expect(rig.received()).toEqual([[Kind.error, text]]);
    await rig.finish();
    expect(rig.stream.sent.length).toBe(2);
    expect(rig.outcomes).toEqual(['error']);
  });

  it('repeats no more of a name than its limit', async () => {
    const rig = serverRig();
    await rig.send(packet(Kind.invoke, 1, 'n'.repeat(1_000_000)));
    expect(rig.received()).toEqual([[Kind.error, `protocol error: unknown rpc: "${'n'.repeat(maxRpcNameBytes)}"`]]);
  });

  it('a message that does not decode fails its call alone', async () => {
    const rig = serverRig();
    await rig.send(invoke('Unary'), message('!'), closeSend());
    await rig.send(...unaryCall(2));
    rig.first().reply('a');
    await settled();
    expect(rig.received()).toEqual([[Kind.error, 'protocol error: malformed message'], ...answer]);
  });

  it('a call without a request', async () => {
    const rig = serverRig();
    await rig.send(invoke('Unary'), closeSend(2));
    expect(rig.received()).toEqual([[Kind.error, 'protocol error: no request in the call']]);
  });

  it('what a handler throws is told only if it is meant to be', async () => {
    const causes: unknown[] = [];
    const rig = serverRig({ onHandlerError: (cause) => causes.push(cause) });
    const secrets = [new Error('secret'), new DrpcError('remote', 'secret', { wireCode: 5 }), 'secret'];
    const thrown = [new DrpcError('refused', 'told'), ...secrets];
    for (const [i, cause] of thrown.entries()) {
      await rig.send(...unaryCall(i + 1));
      rig.held[i]?.fail(cause);
      await settled();
    }
    const hidden = [Kind.error, 'internal error'];
    expect(rig.received()).toEqual([[Kind.error, 'told'], hidden, hidden, hidden]);
    expect(causes).toEqual(secrets);
  });
});

describe('a violation', () => {
  const broken: [string, Uint8Array][] = [
    ['a second invoke on the same id', hex('030108 00')],
    ['an unknown kind in two frames', hex('7e0108 00 7f0108 00')],
    ['metadata on the id of a running call', hex('0f0108 00')],
    ['an unknown kind', hex('7f0108 00')],
    ['a lower id', hex('050101 00')],
    ['a message of 4 MiB + 1', hex('050108 81808002')],
    ['an endless varint', hex('05 8080808080808080808080')],
    ['metadata that does not decode', hex('0f0201 01 00')],
    ['a message for a stream that was not invoked', hex('050208 00')],
  ];
  it.each(broken)('(%s) tells the running call, ends the stream and hears no more', async (_name, bytes) => {
    const rig = serverRig();
    await rig.send(invoke('Bidi'), message('m'));
    const held = rig.first();
    expect(await bidirectional(held).receive()).toBe('m');
    rig.peer.write(bytes);
    await settled();
    await held.call.aborted;
    const told = rig.received();
    // Metadata and messages of a higher id have given the running call up before they are found wrong.
    if (told.length > 0) expect(told).toEqual([[Kind.error, rig.violations[0]]]);
    expect(rig.violations.length).toBe(1);
    expect(rig.stream.hasEnded || rig.stream.wasReset).toBe(true);
    rig.peer.write(new Uint8Array(100_000));
    await settled();
    expect(rig.stream.unreadBytes).toBe(0);
    await rig.finish();
    expect(rig.server.openStreams).toBe(0);
    expect(rig.violations.length).toBe(1);
  });

  it('without a running call resets the stream', async () => {
    const rig = serverRig();
    await rig.send(message('m'));
    expect(rig.stream.wasReset).toBe(true);
    expect(rig.server.openStreams).toBe(0);
  });

  it('is none: unknown control packets, and giving up what was not invoked', async () => {
    const rig = serverRig();
    const unknown = { ...packet(60, 1), control: true };
    await rig.send(unknown, packet(Kind.cancel, 2), packet(Kind.close, 3), ...unaryCall(2));
    await rig.send({ ...unknown, messageId: 4, streamId: 2 });
    rig.first().reply('a');
    await settled();
    expect(rig.received()).toEqual(answer);
    expect(rig.violations).toEqual([]);
  });
});

describe('metadata', () => {
  const pairs = (streamId: number) => packet(Kind.invokeMetadata, 1, encodeMetadata([['k', 'v']]), streamId);
  it('belongs to the invoke of its stream id alone', async () => {
    const rig = serverRig();
    await rig.send(pairs(1), { ...invoke('Bidi'), messageId: 2 });
    await rig.send(pairs(2), invoke('Bidi', 3), invoke('Bidi', 4));
    expect(rig.held.map((held) => held.call.metadata.size)).toEqual([1, 0, 0]);
  });
});

describe('streams that share what unfinished messages may hold', () => {
  const opened = () => {
    const [peer, stream] = memoryStreamPair();
    peer.listen({ onReadable: () => {}, onReset: () => {} });
    return { peer, stream };
  };
  const begin = (bytes: number) =>
    concat([encodePackets([invoke('Unary')]), hex('04 01 02 ff7f'), new Uint8Array(bytes)]);

  it.each([
    ['below', 149, [false, false]],
    ['at', 150, [false, false]],
    ['above', 151, [false, true]],
  ] as const)('%s the limit', async (_name, second, resets) => {
    const server = new DrpcServer<string>().add(testService, { Unary: () => 'a' });
    const budget = new ByteBudget(250);
    const streams = [opened(), opened()];
    for (const [at, { peer, stream }] of streams.entries()) {
      server.serve(stream, 'context', budget);
      peer.write(begin([100, second][at] ?? 0));
      await settled();
    }
    // A call that runs is told by an Error packet and our end, here none does yet: it is a call without its request.
    expect(streams.map(({ stream }) => stream.hasEnded || stream.wasReset)).toEqual(resets);
    expect(budget.heldBytes).toBeLessThanOrEqual(250);
    for (const { peer } of streams) peer.reset();
    await settled();
    expect(budget.heldBytes).toBe(0);
  });

  it('give back what a message held when it has ended', async () => {
    const server = new DrpcServer<string>().add(testService, { Unary: () => 'a' });
    const budget = new ByteBudget(100);
    const { peer, stream } = opened();
    server.serve(stream, 'context', budget);
    for (let call = 1; call <= 5; call += 1) {
      const request = encodePackets([invoke('Unary', call), message('x'.repeat(90), 2, call)]);
      for (const piece of eachByte(request)) peer.write(piece);
      await settled();
      expect(budget.heldBytes).toBe(0);
    }
    expect(stream.wasReset).toBe(false);
  });
});

describe('back-pressure', () => {
  it('reads no further while a message waits for its handler', async () => {
    const rig = serverRig({ peer: { windowBytes: 100 } });
    await rig.send(invoke('Bidi'));
    const call = bidirectional(rig.first());
    for (let i = 0; i < 10; i++) await rig.send(message('x'.repeat(50), 2 + i));
    expect(rig.stream.unreadBytes).toBeGreaterThan(0);
    const taken: string[] = [];
    for (let i = 0; i < 10; i++) taken.push((await call.receive()) ?? '');
    expect(taken).toEqual(Array(10).fill('x'.repeat(50)));
    await rig.send(closeSend(20));
    expect(await call.receive()).toBeNull();
  });

  it('lets a stream of replies wait for the peer', async () => {
    const rig = serverRig({ wire: { windowBytes: 10 } });
    await rig.send(invoke('Stream'), message('q'));
    let sent = false;
    const sending = streaming(rig.first()).send('x'.repeat(100));
    sending.then(() => {
      sent = true;
    });
    await settled();
    expect(sent).toBe(false);
    while (!sent) {
      rig.received();
      await settled();
    }
  });

  it('lets go of a handler that waits to send when the client goes, even if nobody looks', async () => {
    const rig = serverRig({ wire: { windowBytes: 10 } });
    await rig.send(invoke('Stream'), message('q'));
    const call = streaming(rig.first());
    void call.send('x'.repeat(100));
    const sending = call.send('more');
    await rig.send(packet(Kind.cancel, 3));
    await expect(sending).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('starts no further call for a client that does not take the answers', async () => {
    const rig = serverRig({ wire: { windowBytes: 10 } });
    await rig.send(...unaryCall(1));
    rig.first().reply('x'.repeat(100));
    await settled();
    await rig.send(...unaryCall(2), ...unaryCall(3));
    expect(rig.held.length).toBe(1);
    while (rig.held.length < 2) {
      rig.received();
      await settled();
    }
  });

  it('drops further messages of a call that has one request', async () => {
    const rig = serverRig();
    await rig.send(invoke('Unary'), message('q'), message('r', 3), message('s', 4));
    expect(rig.held.length).toBe(1);
    expect(rig.stream.unreadBytes).toBe(0);
  });
});

describe('a call that is delayed', () => {
  function delayed() {
    let go: (how: 'resolve' | 'reject') => void = () => {};
    const asked: string[] = [];
    const rig = serverRig({
      admit(rpc, context) {
        asked.push(`${context} ${rpc}`);
        return new Promise((resolve, reject) => {
          go = (how) => (how === 'resolve' ? resolve() : reject(new Error('no')));
        });
      },
    });
    return { rig, asked, go: (how: 'resolve' | 'reject') => go(how) };
  }

  it.each(['resolve', 'reject'] as const)(
    'is served when its admission settles (%s), unread until then',
    async (how) => {
      const { rig, asked, go } = delayed();
      await rig.send(...unaryCall());
      await rig.send(message('behind', 4));
      expect(asked).toEqual(['context /test.Service/Unary']);
      expect(rig.held.length).toBe(0);
      expect(rig.stream.unreadBytes).toBeGreaterThan(0);
      go(how);
      await settled();
      rig.first().reply('a');
      await settled();
      expect(rig.received()).toEqual(answer);
    },
  );

  it.each(['end', 'reset'] as const)('is not served once the client is gone (%s)', async (way) => {
    const { rig, go } = delayed();
    await rig.send(...unaryCall());
    rig.peer[way]();
    await settled();
    go('resolve');
    await settled();
    expect(rig.held.length).toBe(0);
    expect(rig.server.openStreams).toBe(0);
  });

  it('is not taken for an idle one', async () => {
    const { rig } = delayed();
    await rig.send(...unaryCall());
    rig.server.sweep();
    rig.server.sweep();
    expect(rig.stream.wasReset).toBe(false);
  });
});
