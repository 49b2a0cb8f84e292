/** Calls that are held open and whose handlers are only told of requests. */
import { describe, expect, it } from 'vitest';
import { DrpcError } from '../../../protocol/drpc/error.ts';
import { Kind } from '../../../protocol/drpc/frame.ts';
import type { HeldCall, HeldHandler } from '../../../protocol/drpc/handlers.ts';
import { DrpcServer } from '../../../protocol/drpc/server.ts';
import { encodePackets } from '../../../protocol/drpc/writer.ts';
import { memoryStreamPair } from '../../support/memory-stream.ts';
import { closeSend, invoke, message, receivedOn, settled, testService, waysToGo } from './server-rig.ts';
import { packet } from './wire.ts';

interface RigOptions {
  onRequest?: (request: string, call: HeldCall<string, string>) => undefined;
  /** What the client's window takes of answers, and the server's of requests. */
  windowBytes?: number;
}

function heldRig({ onRequest, windowBytes = 100_000 }: RigOptions = {}) {
  const requests: string[] = [];
  const calls = new Set<HeldCall<string, string>>();
  const outcomes: string[] = [];
  const causes: unknown[] = [];
  const handler: HeldHandler<string, string, string> = {
    onRequest(request, call) {
      requests.push(request);
      calls.add(call);
      onRequest?.(request, call);
    },
  };
  const server = new DrpcServer<string>({
    onOutcome: (_call, outcome) => outcomes.push(outcome),
    onHandlerError: (cause) => causes.push(cause),
  }).add(testService, { Unary: () => 'a', Stream: handler, Bidi: handler });
  const [peer, stream] = memoryStreamPair({ windowBytes }, { windowBytes });
  peer.listen({ onReadable: () => {}, onReset: () => {} });
  server.serve(stream, 'context');
  return {
    ...{ requests, calls, outcomes, causes, server, peer, stream },
    received: receivedOn(peer),
    async send(...packets: Parameters<typeof encodePackets>[0]) {
      peer.write(encodePackets(packets));
      await settled();
    },
    /** The call that has been told of. */
    call(): HeldCall<string, string> {
      const [call] = calls;
      if (call === undefined) throw new Error('no handler has been told of a call');
      return call;
    },
  };
}

const ended = [[Kind.closeSend, '']];

describe.each(['Stream', 'Bidi'])('a held %s call', (method) => {
  it('goes on when its handler has returned, and is answered when that finishes it', async () => {
    const rig = heldRig();
    await rig.send(invoke(method), message('q'));
    expect([rig.requests, rig.outcomes, rig.received()]).toEqual([['q'], [], []]);
    await rig.call().send('a');
    rig.call().finish();
    rig.call().finish();
    await settled();
    expect(rig.received()).toEqual([[Kind.message, 'a'], ...ended]);
    expect(rig.outcomes).toEqual(['ok']);
    rig.peer.end();
    await settled();
    expect(rig.stream.sent.at(-1)).toEqual({ type: 'end' });
    expect(rig.server.openStreams).toBe(0);
  });

  it('shows what every call shows', async () => {
    const rig = heldRig();
    await rig.send(invoke(method), message('q'));
    const { rpc, context, metadata } = rig.call();
    expect([rpc, context, metadata.size]).toEqual([`/test.Service/${method}`, 'context', 0]);
  });

  it.each(waysToGo)('is over when the client goes %s: nothing of it goes out any more', async (_name, go) => {
    const rig = heldRig();
    await rig.send(invoke(method), message('q'));
    const call = rig.call();
    const { signal, aborted } = call;
    await go(rig);
    await aborted;
    expect(signal.aborted).toBe(true);
    expect(rig.outcomes).toEqual(['cancelled']);
    await expect(call.send('late')).rejects.toMatchObject({ code: 'cancelled' });
    call.finish();
    expect(rig.received()).toEqual([]);
    expect(rig.outcomes).toEqual(['cancelled']);
  });

  it.each([
    ['what may be told', new DrpcError('refused', 'not now'), 'not now', 0],
    ['what may not', new Error('secret'), 'internal error', 1],
  ])('ends with an error where its handler throws: %s', async (_name, fault, text, logged) => {
    const rig = heldRig({
      onRequest() {
        throw fault;
      },
    });
    await rig.send(invoke(method), message('q'), message('r', 3));
    expect(rig.received()).toEqual([[Kind.error, text]]);
    expect([rig.outcomes, rig.causes.length]).toEqual([['error'], logged]);
    expect(rig.requests).toEqual(['q']);
    expect(rig.stream.unreadBytes).toBe(0);
  });

  it('ends with an error at a request that does not decode', async () => {
    const rig = heldRig();
    await rig.send(invoke(method), message('!'));
    expect(rig.received()).toEqual([[Kind.error, 'protocol error: malformed message']]);
    expect(rig.requests).toEqual([]);
  });

  it('is no idle stream for the sweep, but one when it has been finished', async () => {
    const rig = heldRig();
    await rig.send(invoke(method), message('q'));
    for (let sweeps = 0; sweeps < 3; sweeps += 1) rig.server.sweep();
    expect(rig.stream.wasReset).toBe(false);
    rig.call().finish();
    for (let sweeps = 0; sweeps < 2; sweeps += 1) rig.server.sweep();
    expect(rig.stream.wasReset).toBe(true);
  });

  it('leaves its stream to the next call', async () => {
    const rig = heldRig({ onRequest: (_request, call) => call.finish() as undefined });
    await rig.send(invoke(method), message('q'), invoke('Unary', 2), message('q', 2, 2));
    expect(rig.received()).toEqual([...ended, [Kind.message, 'a'], ...ended]);
  });

  it('reads no further while replies wait for the client to take them', async () => {
    const rig = heldRig({
      windowBytes: 100,
      onRequest(_request, call) {
        void call.send('x'.repeat(200));
      },
    });
    await rig.send(invoke(method), message('q'));
    for (let i = 3; i < 10; i += 1) await rig.send(message('r'.repeat(50), i));
    expect(rig.requests).toEqual(['q']);
    // Where one request is all there is, what comes behind it has no taker and is read.
    if (method === 'Bidi') expect(rig.stream.unreadBytes).toBeGreaterThan(0);
    while (rig.stream.unreadBytes > 0) {
      rig.received();
      await settled();
    }
    expect(rig.requests.length).toBe(method === 'Bidi' ? 8 : 1);
  });
});

it('hears that a held call with one request was given up while replies wait', async () => {
  const rig = heldRig({
    windowBytes: 100,
    onRequest(_request, call) {
      void call.send('x'.repeat(200));
    },
  });
  await rig.send(invoke('Stream'), message('q'));
  expect(rig.outcomes).toEqual([]);
  await rig.send(packet(Kind.cancel, 3));
  expect(rig.outcomes).toEqual(['cancelled']);
});

describe('a held bidirectional call', () => {
  it('is told of each request at once, and answered when the client has sent its last', async () => {
    const rig = heldRig();
    await rig.send(invoke('Bidi'));
    expect(rig.outcomes).toEqual([]);
    await rig.send(message('a'), message('b', 3));
    await rig.send(message('c', 4));
    expect(rig.requests).toEqual(['a', 'b', 'c']);
    expect([rig.calls.size, rig.stream.unreadBytes, rig.received()]).toEqual([1, 0, []]);
    await rig.send(closeSend(5));
    expect(rig.received()).toEqual(ended);
    expect(rig.outcomes).toEqual(['ok']);
  });

  it('is answered without having been told of any request', async () => {
    const rig = heldRig();
    await rig.send(invoke('Bidi'), closeSend(2));
    expect(rig.received()).toEqual(ended);
    expect(rig.requests).toEqual([]);
  });

  it('is told of none behind the one at which it was finished', async () => {
    const rig = heldRig({ onRequest: (_request, call) => call.finish() as undefined });
    await rig.send(invoke('Bidi'), message('a'), message('b', 3), closeSend(4));
    expect([rig.requests, rig.received(), rig.outcomes]).toEqual([['a'], ended, ['ok']]);
  });
});

describe('a held call with one request', () => {
  it('is told of that one, and does not end with the client’s requests', async () => {
    const rig = heldRig();
    await rig.send(invoke('Stream'), message('q'), message('r', 3), closeSend(4));
    expect([rig.requests, rig.received(), rig.outcomes]).toEqual([['q'], [], []]);
  });

  it('needs it', async () => {
    const rig = heldRig();
    await rig.send(invoke('Stream'), closeSend(2));
    expect(rig.received()).toEqual([[Kind.error, 'protocol error: no request in the call']]);
  });
});
