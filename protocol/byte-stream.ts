/**
 * A two-way stream of bytes with back-pressure in both directions: what a multiplexer gives out and what an RPC layer
 * runs on. The RPC layer knows only this shape, so it can be driven by a yamux stream or by a pair in memory.
 *
 * Reading is by pull: nothing is taken from the stream before {@link ByteStream.read}, and only what is taken is
 * credited back to the peer. Writing is unbounded for the caller that ignores the result of {@link ByteStream.write};
 * a caller that may write much waits for {@link ByteStreamEvents.onDrain}.
 */
export interface ByteStream {
  /** Identifies the stream in logs; unique within its session. */
  readonly id: number;

  /** Sets who is told about this stream. Bytes that came earlier are announced by an immediate `onReadable`. */
  listen(events: ByteStreamEvents): void;

  /**
   * Takes the next received bytes, or null when none wait. The chunk belongs to the caller from then on; its credit
   * goes back to the peer.
   */
  read(): Uint8Array | null;

  /** True once the peer has finished its direction and everything it sent has been read. */
  readonly readEnded: boolean;

  /**
   * Queues bytes to be sent; the stream owns the array from then on. Returns false when more waits than the peer's
   * window takes: `onDrain` follows once it has been sent. Ignored after `end`, `reset` or a reset by the peer.
   */
  write(bytes: Uint8Array): boolean;

  /** Finishes our direction behind everything written so far. Reading goes on. */
  end(): void;

  /** Gives up both directions at once, dropping what waits. Harmless on a stream that has ended. */
  reset(): void;
}

/** What a stream tells its user. No callback runs inside a call that the user makes on the same stream, save `listen`. */
export interface ByteStreamEvents {
  /** Bytes wait to be read, or the peer's end of stream has been reached (`readEnded`). */
  onReadable(): void;
  /** What was queued has been sent; more may be written. */
  onDrain?(): void;
  /** The stream ended otherwise than by both sides' `end`: reset by the peer or with its session. Called at most once. */
  onReset(reason: Error): void;
}
