import { describe, expect, it } from 'vitest';
import { YamuxSession } from '../../../protocol/yamux/session.ts';
import { YamuxRig } from '../../support/yamux-rig.ts';
import { ACK, DATA, encodeNaively, FIN, GO_AWAY, PING, pattern, SYN, WINDOW } from '../../support/yamux-wire.ts';

describe('what breaks the protocol', () => {
  it.each([
    ['a version', { type: PING, flags: SYN, version: 1 }, 'BAD_VERSION'],
    ['a frame type', { type: 4 }, 'BAD_TYPE'],
    ['the last frame type', { type: 255 }, 'BAD_TYPE'],
    ['a SYN for a stream that is open', { type: WINDOW, flags: SYN, id: 1 }, 'DUPLICATE_STREAM'],
    ['a SYN for a stream of ours', { type: WINDOW, flags: SYN, id: 2 }, 'DUPLICATE_STREAM'],
    ['a SYN for stream 0', { type: DATA, flags: SYN, id: 0 }, 'BAD_STREAM_ID'],
    ['data beyond the window', { type: DATA, id: 1, length: 262_145 }, 'WINDOW_EXCEEDED'],
  ])('%s: go-away 1, every stream reset, the transport closed, nothing read any more', (_name, frame, code) => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    const own = rig.open();
    rig.turn();
    rig.messages();
    rig.feed({ type: PING, flags: SYN, length: 1 }, frame, { type: WINDOW, flags: SYN, id: 9 }, { type: DATA, id: 1 });
    rig.feed({ type: PING, flags: SYN, length: 2 });
    expect(rig.messages()).toEqual(
      [
        Buffer.concat([
          encodeNaively({ type: PING, flags: ACK, length: 1 }),
          encodeNaively({ type: GO_AWAY, length: 1 }),
        ]).subarray(),
      ].map((bytes) => new Uint8Array(bytes)),
    );
    expect(rig.closedWith).toMatchObject({ code, goAwayCode: 1 });
    expect(rig.transportClosedWith).toBe(rig.closedWith);
    expect([rig.served(1).resetCodes, own.resetCodes]).toEqual([[code], [code]]);
    expect([rig.streams.length, rig.session.streamCount, rig.session.isClosed]).toEqual([1, 0, true]);
    rig.settle();
    expect(rig.messages()).toEqual([]);
  });
});

describe('a go-away of the peer', () => {
  it('with 0 forbids new streams and lets the others live', () => {
    const rig = new YamuxRig({ role: 'client', limits: { maxUnackedOpens: 2 } });
    const [acked, sent] = [rig.open(), rig.open()];
    rig.turn();
    const [queued] = [rig.open()];
    rig.feed({ type: WINDOW, flags: ACK, id: 1 });
    const fresh = rig.open();
    rig.feed({ type: GO_AWAY, length: 0 });
    expect([acked, sent, queued, fresh].map(({ resetCodes }) => resetCodes)).toEqual([
      [],
      [],
      ['REMOTE_GO_AWAY'],
      ['REMOTE_GO_AWAY'],
    ]);
    expect(() => rig.session.openStream()).toThrow(expect.objectContaining({ code: 'REMOTE_GO_AWAY' }));
    rig.messages();
    acked.stream.write(pattern(3));
    expect(rig.sent()).toEqual(['data - 1 3']);
    rig.feed({ type: WINDOW, flags: SYN, id: 2 });
    expect(rig.sent()).toEqual(['window ack 2 0']);
    expect(rig.closedWith).toBeUndefined();
  });

  it.each([1, 2, 3, 0xffffffff])('with %i ends the session', (length) => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 }, { type: GO_AWAY, length }, { type: WINDOW, flags: SYN, id: 3 });
    expect(rig.closedWith).toMatchObject({ code: 'REMOTE_ERROR', goAwayCode: length });
    expect(rig.streams.map(({ resetCodes }) => resetCodes)).toEqual([['REMOTE_ERROR']]);
    expect(rig.transportClosedWith).toBe(rig.closedWith);
  });
});

describe('our go-away', () => {
  it('with 0 is sent once; streams opened after it are reset, the others live', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    rig.turn();
    rig.messages();
    rig.session.goAway(0);
    rig.session.goAway(0);
    rig.feed({ type: DATA, flags: SYN | FIN, id: 3, payload: pattern(9) });
    rig.served(1).stream.write(pattern(2));
    expect(rig.sent()).toEqual(['go-away - 0 0', 'window rst 3 0', 'data - 1 2']);
    expect([rig.streams.length, rig.closedWith]).toEqual([1, undefined]);
  });

  it.each([1, 2] as const)('with %i ends the session', (code) => {
    const rig = new YamuxRig();
    rig.session.goAway(code);
    expect(rig.frames()).toMatchObject([{ type: GO_AWAY, length: code }]);
    expect(rig.closedWith).toMatchObject({ code: 'SESSION_CLOSED', goAwayCode: code });
    rig.session.goAway(0);
    rig.settle();
    expect(rig.messages()).toEqual([]);
  });
});

describe('the end of a session', () => {
  it('by close() sends what was written, resets what is open and tells everyone once', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 }, { type: WINDOW, flags: SYN | FIN, id: 3 });
    rig.served(1).stream.write(pattern(4));
    rig.served(3).stream.end();
    rig.session.close();
    rig.session.close();
    rig.session.transportClosed();
    expect(rig.frames()).toMatchObject([
      { id: 1, length: 4 },
      { id: 3, flags: ACK | FIN },
    ]);
    expect([rig.closedWith, rig.transportClosedWith]).toEqual([null, null]);
    expect([rig.served(1).resetCodes, rig.served(3).resetCodes]).toEqual([['SESSION_CLOSED'], []]);
    expect(() => rig.session.openStream()).toThrow(expect.objectContaining({ code: 'SESSION_CLOSED' }));
    rig.settle();
    rig.session.transportDrained();
    rig.session.sweep(1e9);
    expect(rig.messages()).toEqual([]);
  });

  it('by the transport sends nothing and does not close it again', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    const unsent = rig.open();
    rig.session.transportClosed();
    rig.settle();
    expect([rig.messages(), rig.transportClosedWith]).toEqual([[], undefined]);
    expect(rig.closedWith).toMatchObject({ code: 'TRANSPORT_CLOSED' });
    expect([rig.served(1).resetCodes, unsent.resetCodes]).toEqual([['TRANSPORT_CLOSED'], ['TRANSPORT_CLOSED']]);
  });

  it('leaves what a finished stream holds to its reader', () => {
    const rig = new YamuxRig();
    rig.feed({ type: DATA, flags: SYN | FIN, id: 1, payload: pattern(4) });
    rig.served(1).stream.end();
    rig.turn();
    rig.session.close();
    expect(rig.served(1).readAll()).toEqual(pattern(4));
    expect([rig.served(1).stream.readEnded, rig.served(1).resets]).toEqual([true, []]);
  });

  it('is told to a user who listens only afterwards', () => {
    const rig = new YamuxRig({ role: 'client' });
    const stream = rig.session.openStream();
    rig.session.close();
    const told: string[] = [];
    stream.listen({ onReadable: () => told.push('readable'), onReset: () => told.push('reset') });
    stream.listen({ onReadable: () => told.push('readable'), onReset: () => told.push('reset') });
    expect(told).toEqual(['reset']);
  });

  it('from inside a callback stops the reading at once', () => {
    const rig = new YamuxRig({ onStream: () => rig.session.close() });
    rig.feed({ type: DATA, flags: SYN, id: 1, payload: pattern(9) }, { type: WINDOW, flags: SYN, id: 3 });
    expect([rig.streams.length, rig.streams[0]?.readable, rig.closedWith]).toEqual([1, 0, null]);
  });
});

describe('the end of a session at the end of a turn', () => {
  it('leaves streams that waited for a slot unserved', () => {
    const rig = new YamuxRig({
      limits: { maxServedStreams: 2 },
      onStream: ({ stream }) => {
        if (stream.id > 3) rig.session.close();
      },
    });
    for (const id of [1, 3, 5, 7]) rig.feed({ type: WINDOW, flags: SYN, id });
    for (const watched of [...rig.streams]) watched.stream.reset();
    rig.settle();
    expect(rig.streams.map(({ stream }) => stream.id)).toEqual([1, 3, 5]);
    expect(rig.closedWith).toBeNull();
  });
});

describe('a callback or a transport that throws', () => {
  const fault = new Error('a fault of the user');
  const blow = () => {
    throw fault;
  };

  it('ends that session with go-away 2 and the cause, never throws out of receive', () => {
    const rig = new YamuxRig({
      onStream: (watched) => {
        watched.whenReadable = blow;
      },
    });
    rig.feed({ type: WINDOW, flags: SYN, id: 1 }, { type: WINDOW, flags: SYN, id: 3 });
    rig.turn();
    rig.messages();
    rig.feed({ type: DATA, id: 1, payload: pattern(1) });
    expect(rig.frames()).toMatchObject([{ type: GO_AWAY, length: 2 }]);
    expect(rig.closedWith).toMatchObject({ code: 'INTERNAL_ERROR', goAwayCode: 2, cause: fault });
    expect(rig.served(3).resetCodes).toEqual(['INTERNAL_ERROR']);
  });

  it('at the end of a turn does the same', () => {
    const rig = new YamuxRig();
    rig.feed({ type: WINDOW, flags: SYN, id: 1 });
    rig.served(1).whenDrained = blow;
    rig.full = true;
    rig.turn();
    rig.served(1).stream.write(pattern(1));
    rig.session.transportDrained();
    rig.turn();
    expect(rig.closedWith).toMatchObject({ code: 'INTERNAL_ERROR', cause: fault });
  });

  it('does not keep the other streams from hearing of the end', () => {
    const told: string[] = [];
    let reason: unknown;
    const session = new YamuxSession({
      role: 'server',
      transport: { send: blow, close: blow },
      events: {
        onStream: (stream) =>
          stream.listen({
            onReadable: () => {},
            onReset: ({ name }) => {
              told.push(name);
              throw fault;
            },
          }),
        onClose: (error) => {
          reason = error;
        },
      },
    });
    for (const id of [1, 3]) session.receive(encodeNaively({ type: WINDOW, flags: SYN, id }));
    session.close();
    expect(told).toEqual(['YamuxError', 'YamuxError']);
    expect(reason).toMatchObject({ code: 'INTERNAL_ERROR', cause: fault });
  });
});
