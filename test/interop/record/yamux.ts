import { setTimeout as pause } from 'node:timers/promises';
/**
 * Conversations of hashicorp/yamux: its client with its server (`test/vectors/yamux.json`), and its server with a client
 * that sends scripted frames, odd and illegal ones (`test/vectors/yamux-odd.json`).
 */
import { lineOf, parseLine, type YamuxVector } from '../../support/yamux-vectors.ts';
import { DATA, decodeNaively, encodeNaively } from '../../support/yamux-wire.ts';
import { Peer, runPeer } from '../support/peer.ts';
import { connect } from '../support/tcp.ts';
import { recordingProxy } from './proxy.ts';
import { writeVectors } from './vectors.ts';
import { ODD_SCRIPTS, type OddScript } from './yamux-scripts.ts';

type Flags = Record<string, string | number>;

// The version of storj.io/drpc plays no part in these.
const LIBRARY = 'drpc-1.0.0';
/** Silence after which a scripted client takes it that the server has said what it has to say. */
const QUIET_MS = 150;

/** Name, case of go/yamux_drive.go, and what both sides are started with. */
const CONVERSATIONS: [string, string, { n?: number; drive?: Flags; serve?: Flags }][] = [
  ['open, echo and close, five streams one after the other', 'consecutive', { n: 5 }],
  ['20 streams at the same time', 'concurrent', { n: 20 }],
  ...[0, 1, 131_071, 131_072, 131_073, 262_143, 262_144, 262_145, 400_000].map((n): [string, string, { n: number }] => [
    `${n} bytes in both directions at once`,
    'exchange',
    { n },
  ]),
  ['a slow reader', 'slow-reader', { n: 700_000 }],
  ['half close, either side first', 'half-close', { n: 1_000 }],
  ['a reset in mid-transfer, by the client', 'reset-by-go', { drive: { 'close-timeout': '200ms' } }],
  ['pings while both windows are full', 'pings', { n: 3 }],
  ['go-away by the server', 'go-away', { serve: { 'go-away-after': 2 } }],
  ['keep-alive of both sides', 'idle', { n: 500, drive: { 'keep-alive': '100ms' }, serve: { 'keep-alive': '120ms' } }],
];

/** Cuts each direction into its frames and notes them in the order in which they were whole. */
class FrameLines {
  readonly lines: string[] = [];
  readonly #rest = { client: Buffer.alloc(0), server: Buffer.alloc(0) };

  /** Set where the client's lines are noted otherwise. */
  clientIsScripted = false;

  bytes(from: 'client' | 'server', chunk: Buffer): void {
    if (from === 'client' && this.clientIsScripted) return;
    let rest = Buffer.concat([this.#rest[from], chunk]);
    for (let whole = wholeFrame(rest); whole > 0; whole = wholeFrame(rest)) {
      for (const frame of decodeNaively(rest.subarray(0, whole))) this.lines.push(lineOf(from, frame));
      rest = rest.subarray(whole);
    }
    this.#rest[from] = rest;
  }

  get ended(): boolean {
    return this.lines.at(-1)?.endsWith(' closed') === true;
  }

  /** The side that closes first; the other one follows. */
  closed(from: 'client' | 'server'): void {
    if (!this.ended) this.lines.push(`${from === 'client' ? '>' : '<'} closed`);
  }
}

function wholeFrame(bytes: Buffer): number {
  if (bytes.length < 12) return 0;
  const length = 12 + (bytes[1] === DATA ? bytes.readUInt32BE(8) : 0);
  return bytes.length < length ? 0 : length;
}

async function converse(
  serve: Flags,
  run: (address: string, lines: FrameLines) => Promise<unknown>,
): Promise<string[]> {
  const server = new Peer(LIBRARY, 'yamux-serve', serve);
  const lines = new FrameLines();
  const proxy = await recordingProxy((await server.event('listening')).address, lines);
  try {
    await run(proxy.address, lines);
    // What follows is the end that we make.
    return [...lines.lines];
  } finally {
    await proxy.close();
    await server.stop();
  }
}

/** Sends each step of a script when the server has fallen silent. */
async function sayScript({ steps }: OddScript, address: string, lines: FrameLines): Promise<void> {
  lines.clientIsScripted = true;
  const socket = await connect(address);
  socket.resume();
  for (const step of steps) {
    if (lines.ended) break;
    // Noted as they are said: of a frame that ends the connection the server may not take all.
    lines.lines.push(...step.map((frame) => `> ${frame}`));
    socket.write(Buffer.concat(step.map(frameBytes)));
    let seen = -1;
    while (seen !== lines.lines.length) {
      seen = lines.lines.length;
      await pause(QUIET_MS);
    }
  }
  socket.destroy();
}

function frameBytes(text: string): Uint8Array {
  const line = parseLine(`> ${text}`);
  if ('closed' in line) throw new Error('a script has no line for the end');
  return encodeNaively(line.frame);
}

export async function recordYamux(): Promise<void> {
  const conversations: YamuxVector[] = [];
  for (const [name, drive, { n = 0, drive: flags = {}, serve = {} }] of CONVERSATIONS) {
    const lines = await converse(serve, (address) =>
      runPeer(LIBRARY, 'yamux-drive', { address, case: drive, n, ...flags }),
    );
    conversations.push({ name, lines });
  }
  writeVectors('yamux.json', conversations);

  const odd: YamuxVector[] = [];
  for (const script of ODD_SCRIPTS) {
    const lines = await converse(script.serve ?? {}, (address, seen) => sayScript(script, address, seen));
    odd.push({ name: script.name, lines });
  }
  writeVectors('yamux-odd.json', odd);
}
