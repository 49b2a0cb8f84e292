import type { ByteStream } from '../../../protocol/byte-stream.ts';

/** A byte stream with promises: reads that wait for bytes, writes that wait for room. */
export class BytePipe {
  readonly stream: ByteStream;
  #readable: (() => void) | null = null;
  #drained: (() => void) | null = null;
  #reason: Error | null = null;

  constructor(stream: ByteStream) {
    this.stream = stream;
    stream.listen({
      onReadable: () => this.#readable?.(),
      onDrain: () => this.#drained?.(),
      onReset: (reason) => {
        this.#reason = reason;
        this.#readable?.();
        this.#drained?.();
      },
    });
  }

  /** The next bytes, or null at the peer's end. Rejects with the reason of a reset. */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#reason !== null) throw this.#reason;
      const bytes = this.stream.read();
      if (bytes !== null) return bytes;
      if (this.stream.readEnded) return null;
      await new Promise<void>((resolve) => {
        this.#readable = resolve;
      });
    }
  }

  /** Resolves once the stream takes more. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#reason !== null) throw this.#reason;
    if (this.stream.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    if (this.#reason !== null) throw this.#reason;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.read(); chunk !== null; chunk = await this.read()) yield chunk;
  }

  /** Everything up to the peer's end, as text. */
  async text(): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
}
