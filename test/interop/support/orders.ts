import { setTimeout as pause } from 'node:timers/promises';
/** The served side of a yamux session: obeys, on each stream, the order in its first line, as go/yamux_serve.go does. */
import type { YamuxSession } from '../../../protocol/yamux/session.ts';
import type { YamuxStream } from '../../../protocol/yamux/stream.ts';
import { BytePipe } from './byte-pipe.ts';
import { PatternCheck, patternPieces } from './pattern.ts';

export class Orders {
  /** What has come by `afterwards` and `first`, in bytes. */
  received = 0;
  resets = 0;
  served = 0;
  #running = 0;
  /** The most streams that were served at the same time. */
  mostAtOnce = 0;
  /** The most that any stream has held for its reader, in bytes. */
  mostBufferedBytes = 0;
  /** Pauses between reads of an exchange, which keep the windows full. */
  readPauseMs = 0;
  session: YamuxSession | null = null;
  #opens: Promise<void>[] = [];
  readonly errors: Error[] = [];

  readonly serve = (stream: YamuxStream): void => {
    this.#running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
    const ended = () => {
      this.served += 1;
      this.#running -= 1;
    };
    this.#obey(stream).then(
      () => ended(),
      (error: Error & { code?: string }) => {
        ended();
        if (error.code === 'STREAM_RESET') this.resets += 1;
        else if (error.code !== 'TRANSPORT_CLOSED') this.errors.push(error);
      },
    );
  };

  async #obey(stream: YamuxStream): Promise<void> {
    const pipe = new BytePipe(stream);
    const read = await readOrder(pipe);
    // A stream opened to see whether one can be.
    if (read === null) return stream.end();
    const { order, n, rest } = read;
    const input = async function* () {
      if (rest.length > 0) yield rest;
      yield* pipe.chunks();
    };
    await this.#execute(order, n, pipe, input());
  }

  async #execute(order: string, n: number, pipe: BytePipe, input: AsyncGenerator<Uint8Array>): Promise<void> {
    const { stream } = pipe;
    switch (order) {
      case 'echo':
        for await (const chunk of input) await pipe.write(chunk);
        return stream.end();
      case 'exchange':
        await Promise.all([this.#readExactly(input, n, stream as YamuxStream), writePattern(pipe, n)]);
        return stream.end();
      case 'afterwards':
        for await (const chunk of input) this.received += chunk.length;
        await writePattern(pipe, n);
        return stream.end();
      case 'first':
        stream.end();
        return this.#countPattern(input);
      case 'cut':
        await writePattern(pipe, n);
        return stream.reset();
      case 'flood':
        return writePattern(pipe, 2 ** 40);
      case 'ignore':
        return;
      case 'tally':
        await pipe.write(Buffer.from(JSON.stringify({ received: this.received, resets: this.resets })));
        return stream.end();
      case 'go-away':
        this.session?.goAway(0);
        return stream.end();
      case 'try-open':
        await pipe.write(Buffer.from(this.#tryOpen()));
        return stream.end();
      case 'open-many':
        this.#opens = Array.from({ length: n }, () => this.#openOne());
        await Promise.all(this.#opens);
        return stream.end();
      case 'opened':
        await Promise.all(this.#opens);
        await pipe.write(Buffer.from(String(this.#opens.length)));
        return stream.end();
      default:
        throw new Error(`no such order: ${order}`);
    }
  }

  async #readExactly(input: AsyncGenerator<Uint8Array>, n: number, stream: YamuxStream): Promise<void> {
    const check = new PatternCheck();
    let sincePause = 0;
    for await (const chunk of input) {
      check.take(chunk);
      this.mostBufferedBytes = Math.max(this.mostBufferedBytes, stream.bufferedBytes);
      sincePause += chunk.length;
      if (this.readPauseMs === 0 || sincePause < 512 * 1024) continue;
      sincePause = 0;
      await pause(this.readPauseMs);
    }
    if (check.count !== n) throw new Error(`${check.count} of ${n} bytes came`);
  }

  async #countPattern(input: AsyncGenerator<Uint8Array>): Promise<void> {
    const check = new PatternCheck();
    for await (const chunk of input) {
      check.take(chunk);
      this.received += chunk.length;
    }
  }

  #tryOpen(): string {
    try {
      this.session?.openStream();
      return 'opened';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  /** Has some bytes sent back on a stream that this side opens. */
  async #openOne(): Promise<void> {
    if (this.session === null) throw new Error('no session to open a stream of');
    await echoOnce(this.session, 5000);
  }
}

/** Opens a stream and writes its first line. */
export function order(session: YamuxSession, line: string): BytePipe {
  const pipe = new BytePipe(session.openStream());
  pipe.stream.write(Buffer.from(`${line}\n`));
  return pipe;
}

export async function echoOnce(session: YamuxSession, bytes: number): Promise<void> {
  const pipe = order(session, 'echo');
  const wrote = writePattern(pipe, bytes).then(() => pipe.stream.end());
  await Promise.all([wrote, readPattern(pipe, bytes)]);
}

export async function writePattern(pipe: BytePipe, bytes: number): Promise<void> {
  for (const piece of patternPieces(bytes)) await pipe.write(piece);
}

/** Reads to the end; rejects unless that is so many bytes of the pattern. */
export async function readPattern(pipe: BytePipe, bytes: number): Promise<void> {
  const check = new PatternCheck();
  for await (const chunk of pipe.chunks()) check.take(chunk);
  if (check.count !== bytes) throw new Error(`${check.count} of ${bytes} bytes came`);
}

async function readOrder(pipe: BytePipe): Promise<{ order: string; n: number; rest: Uint8Array } | null> {
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf(0x0a);
    if (end !== -1) {
      const [order = '', n] = head.subarray(0, end).toString().split(' ');
      return { order, n: Number(n ?? 0), rest: head.subarray(end + 1) };
    }
    const chunk = await pipe.read();
    if (chunk === null && head.length === 0) return null;
    if (chunk === null) throw new Error('the stream ended within its order');
    head = Buffer.concat([head, chunk]);
  }
}
