/** storj.io/drpc as the client of our DRPC server, each TCP connection being one transport. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DrpcError } from '../../protocol/drpc/error.ts';
import { DrpcServer } from '../../protocol/drpc/server.ts';
import { addEcho } from './support/echo.ts';
import { flatMemory } from './support/memory.ts';
import { runPeer } from './support/peer.ts';
import { type Listening, listen, SocketStream } from './support/tcp.ts';
import { DRPC_VERSIONS } from './support/versions.ts';

let listening: Listening;
let server: DrpcServer<null>;
let violations: DrpcError[];
let handlerErrors: unknown[];

beforeEach(async () => {
  violations = [];
  handlerErrors = [];
  server = addEcho(
    new DrpcServer<null>({
      onViolation: (error) => violations.push(error),
      onHandlerError: (cause) => handlerErrors.push(cause),
    }),
  );
  listening = await listen((socket) => server.serve(new SocketStream(socket), null));
});
afterEach(() => listening.close());

describe.each(DRPC_VERSIONS.map(({ name }) => name))('a Go client of storj.io/%s', (name) => {
  const drive = (caseName: string, flags: Record<string, boolean> = {}) =>
    runPeer(name, 'drpc-drive', { address: listening.address, case: caseName, ...flags });

  afterEach(() => expect(handlerErrors).toEqual([]));

  it.each([
    ['unary calls of 0 bytes to 1 MiB', 'unary'],
    ['2,000 calls one after the other on one transport, errors among them', 'one-conn'],
    ['server streams, one ending with an error', 'server'],
    ['a bidirectional stream of 1,000 messages', 'bidi'],
    ['metadata', 'metadata'],
    ['errors with their codes, and a call that nobody serves', 'errors'],
  ])('makes %s', async (_what, caseName) => {
    await drive(caseName);
    expect(violations).toEqual([]);
  });

  it('sends 4 MiB - 1 and 4 MiB; one byte more ends its transport alone', async () => {
    expect(await drive('sizes')).toEqual({ '-1': 'ok', '0': 'ok', '1': 'refused' });
    expect(violations.map(({ code }) => code)).toEqual(['too_large']);
  });

  it.each([false, true])('gives calls up, SoftCancel %s', (soft) => drive('cancel', { 'soft-cancel': soft }));

  it('moves 64 MiB each way on one stream, its reader slow, in little memory', async () => {
    expect(await flatMemory(() => drive('bulk'))).toBeLessThan(64 * 1024 * 1024);
    expect(violations).toEqual([]);
  });

  it('has a stream ended by us on which it has more to say, and makes the next call', () => drive('cut-short'));

  it('resets its connection in mid-request', () => drive('reset'));

  it('takes a reply of 4 MiB and refuses a larger one', async () => {
    expect(await drive('large')).toEqual({ '4 MiB': 'ok', more: 'refused' });
  });

  it('leaves streams that have more to say', () => drive('early-exit'));
});
