import {
  CANCEL,
  CLOSE,
  CLOSE_SEND,
  decodePairs,
  ERROR,
  encodeFrame,
  INVOKE,
  MESSAGE,
  METADATA,
  NaiveInput,
  type NaivePacket,
} from './drpc-naive.ts';

/** What a handler's wait came to: text, the end (null), an error's code, or nothing yet. */
export type Settled = { text: string | null } | { code: string } | 'pending';

export interface ModelCall {
  streamId: number;
  rpc: string;
  kind: 'unary' | 'serverStream' | 'bidi';
  metadata: [string, string][];
  /** Its handler is told of requests and finishes it when it likes. */
  held: boolean;
  /** A handler that the test decides has been called, with this request (null: it takes them itself). */
  handler: { request: string | null } | null;
  /** What a held call's handler has been told, in order. */
  told: string[];
  requested: boolean;
  over: boolean;
  aborted: boolean;
  outcome: 'ok' | 'error' | 'cancelled' | null;
  inbox: string[];
  inboxEnded: boolean;
  inboxFailure: string | null;
  takes: Settled[];
  sends: Settled[];
}

const KINDS: Record<string, ModelCall['kind']> = {
  '/test.Service/Unary': 'unary',
  '/test.Service/Unserved': 'unary',
  '/test.Service/Stream': 'serverStream',
  '/test.Service/Bidi': 'bidi',
  '/test.Service/HeldStream': 'serverStream',
  '/test.Service/HeldBidi': 'bidi',
};

/**
 * A naive model of a DRPC server on one stream: storj/drpc's rules as `protocol/drpc` promises them, on whole strings,
 * with every packet read again from the first byte. Messages are their text; `!` does not decode.
 */
export class DrpcServerModel {
  sent: string[] = [];
  ended = false;
  wasReset = false;
  closed = false;
  violation: string | null = null;
  calls: ModelCall[] = [];
  readonly #input: NaiveInput;
  #call: ModelCall | null = null;
  #held: NaivePacket | null = null;
  #admitting: NaivePacket | null = null;
  #metadata: { streamId: number; pairs: Map<string, string> } | null = null;
  #discarding = false;
  #idle = false;
  #messageId = 0;
  /** Bytes written since the client last read, against what its window takes. */
  #unread = 0;
  #blocked = false;
  readonly #options: { windowBytes: number; maxMessageBytes: number; admits: boolean };

  constructor(options: { windowBytes: number; maxMessageBytes: number; admits: boolean }) {
    this.#options = options;
    this.#input = new NaiveInput(options.maxMessageBytes);
  }

  // ---- the client ----

  receive(pieces: Uint8Array[]): void {
    if (this.wasReset || this.#input.ended) return;
    this.#input.add(pieces);
    this.#advance();
  }

  end(): void {
    if (this.wasReset || this.#input.ended) return;
    this.#input.ended = true;
    this.#advance();
  }

  reset(): void {
    if (!this.wasReset) this.#close();
    this.wasReset = true;
  }

  /** The client reads all there is. */
  read(): void {
    this.#unread = 0;
    if (!this.#blocked || this.wasReset) return;
    this.#blocked = false;
    for (const call of this.calls) call.sends = call.sends.map((send) => (send === 'pending' ? { text: null } : send));
    this.#advance();
  }

  // ---- handlers ----

  reply(call: ModelCall, text: string): void {
    if (call.over) return;
    if (call.kind === 'unary') this.#send([MESSAGE, text], [CLOSE_SEND, '']);
    else this.#send([CLOSE_SEND, '']);
    this.#conclude(call, 'ok');
    this.#advance();
  }

  fail(call: ModelCall, text: string): void {
    if (call.over) return;
    this.#send([ERROR, text]);
    this.#conclude(call, 'error');
    this.#advance();
  }

  send(call: ModelCall, text: string): void {
    if (call.over) {
      call.sends.push({ code: 'cancelled' });
      return;
    }
    this.#send([MESSAGE, text]);
    call.sends.push(this.#blocked ? 'pending' : { text: null });
  }

  take(call: ModelCall): void {
    if (call.inboxFailure !== null) call.takes.push({ code: call.inboxFailure });
    else if (call.inbox.length > 0) {
      call.takes.push(decoded(call.inbox.shift() ?? ''));
      this.#advance();
    } else if (call.inboxEnded) call.takes.push({ text: null });
    else if (call.takes.includes('pending')) call.takes.push({ code: 'internal' });
    else call.takes.push('pending');
  }

  admit(): void {
    const packet = this.#admitting;
    this.#admitting = null;
    if (packet === null || this.closed) return;
    this.#start(packet);
    this.#advance();
  }

  sweep(): void {
    if (this.closed) return;
    const busy = this.#admitting !== null || (this.#call !== null && !this.#call.over);
    if (busy) this.#idle = false;
    else if (this.#idle) this.#resetByUs();
    else this.#idle = true;
  }

  // ---- inside ----

  #advance(): void {
    while (this.#step());
    // The client's end is seen once the last piece is off the stream, whatever of it is still to be looked at.
    if (this.closed || !this.#input.ended || !(this.#discarding || this.#input.isPulled)) return;
    this.#close();
    if (!this.#discarding) this.ended = true;
  }

  #step(): boolean {
    if (this.closed || this.#discarding || this.#admitting !== null) return false;
    if (this.#held !== null) {
      if (this.#blocked) return false;
      const packet = this.#held;
      this.#held = null;
      if (this.#options.admits) this.#admitting = packet;
      else this.#start(packet);
      return true;
    }
    if ((this.#call?.inbox.length ?? 0) > 0) return false;
    if (this.#call?.held && this.#call.kind === 'bidi' && !this.#call.over && this.#blocked) return false;
    const packet = this.#input.take();
    if (packet === null) return false;
    if (typeof packet === 'string') {
      this.#violate(packet);
      return false;
    }
    if (this.#call?.streamId === packet.streamId) this.#inCall(this.#call, packet);
    else this.#betweenCalls(packet);
    return true;
  }

  #inCall(call: ModelCall, { kind, control, data }: NaivePacket): void {
    if (call.over) return;
    if (kind === MESSAGE) this.#message(call, text(data));
    else if (kind === CLOSE_SEND) {
      if (call.kind === 'bidi' && call.held) {
        this.#send([CLOSE_SEND, '']);
        this.#conclude(call, 'ok');
      } else if (call.kind === 'bidi') {
        call.inboxEnded = true;
        settleTakes(call, { text: null });
      } else if (!call.requested) this.#failAtOnce(call, 'protocol error: no request in the call');
    } else if (kind === CLOSE || kind === CANCEL || kind === ERROR) this.#abort(call, 'cancelled');
    else if (kind === INVOKE || !control) this.#violate('protocol');
  }

  #message(call: ModelCall, message: string): void {
    if (call.kind === 'bidi' && !call.held) {
      if (call.inboxEnded) return;
      if (call.takes.includes('pending')) settleTakes(call, decoded(message));
      else call.inbox.push(message);
      return;
    }
    if (call.requested && call.kind !== 'bidi') return;
    call.requested = true;
    if (call.rpc.endsWith('Unserved')) this.#failAtOnce(call, 'Unimplemented');
    else if (message === '!') this.#failAtOnce(call, 'protocol error: malformed message');
    else if (call.held) {
      call.handler ??= { request: message };
      call.told.push(message);
    } else call.handler = { request: message };
  }

  #betweenCalls(packet: NaivePacket): void {
    const { kind, control, data, streamId } = packet;
    if (kind === METADATA) {
      this.#abortRunning();
      const pairs = decodePairs(data);
      if (pairs === null) this.#violate('protocol');
      else this.#metadata = { streamId, pairs };
    } else if (kind === INVOKE) {
      this.#abortRunning();
      this.#held = packet;
    } else if (kind === MESSAGE || kind === CLOSE_SEND || kind === ERROR) this.#violate('protocol');
    else if (kind !== CLOSE && kind !== CANCEL && !control) this.#violate('protocol');
  }

  #start({ streamId, data }: NaivePacket): void {
    const rpc = text(data);
    const kind = KINDS[rpc];
    const held = rpc.startsWith('/test.Service/Held');
    const metadata = this.#metadata?.streamId === streamId ? [...this.#metadata.pairs] : [];
    this.#metadata = null;
    this.#messageId = 0;
    this.#idle = false;
    const call: ModelCall = {
      streamId,
      rpc,
      kind: kind ?? 'bidi',
      metadata,
      held,
      handler: kind === 'bidi' && !held ? { request: null } : null,
      told: [],
      requested: false,
      over: false,
      aborted: false,
      outcome: null,
      inbox: [],
      inboxEnded: false,
      inboxFailure: null,
      takes: [],
      sends: [],
    };
    this.#call = call;
    this.calls.push(call);
    if (kind === undefined) this.#failAtOnce(call, `protocol error: unknown rpc: ${JSON.stringify(rpc)}`);
  }

  #failAtOnce(call: ModelCall, words: string): void {
    this.#send([ERROR, words]);
    this.#conclude(call, 'error');
  }

  #conclude(call: ModelCall, outcome: 'ok' | 'error'): void {
    call.over = true;
    call.outcome = outcome;
    failInbox(call, 'closed');
    this.#idle = false;
  }

  #abort(call: ModelCall, outcome: 'cancelled' | 'error'): void {
    call.over = true;
    call.aborted = true;
    call.outcome = outcome;
    failInbox(call, 'cancelled');
    for (const { sends } of this.calls) {
      for (const [at, send] of sends.entries()) if (send === 'pending') sends[at] = { code: 'cancelled' };
    }
  }

  #abortRunning(): void {
    if (this.#call !== null && !this.#call.over) this.#abort(this.#call, 'cancelled');
  }

  #violate(code: string): void {
    this.violation = code;
    if (this.#call === null || this.#call.over) {
      this.#resetByUs();
      return;
    }
    this.#send([ERROR, null]);
    this.#abort(this.#call, 'error');
    this.ended = true;
    this.#discarding = true;
  }

  #resetByUs(): void {
    this.#close();
    this.wasReset = true;
  }

  #close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#held = null;
    this.#abortRunning();
  }

  /** Packets as `stream.message kind text`; a null text is any, of a call after which nothing is sent. */
  #send(...packets: [number, string | null][]): void {
    if (this.wasReset || this.ended) return;
    for (const [kind, words] of packets) {
      this.#messageId += 1;
      const [streamId, messageId] = [this.#call?.streamId ?? 1, this.#messageId];
      this.sent.push(`${streamId}.${messageId} ${kind} ${words ?? '*'}`);
      const text = new TextEncoder().encode(words ?? '');
      const data = kind === ERROR ? Uint8Array.from([...new Array(8).fill(0), ...text]) : text;
      this.#unread += encodeFrame({ kind, streamId, messageId, data }).length;
    }
    if (this.#unread > this.#options.windowBytes) this.#blocked = true;
  }
}

function decoded(message: string): Settled {
  return message === '!' ? { code: 'malformed_message' } : { text: message };
}

function settleTakes(call: ModelCall, as: Settled): void {
  call.takes = call.takes.map((take) => (take === 'pending' ? as : take));
}

function failInbox(call: ModelCall, code: string): void {
  if (call.kind !== 'bidi' || call.inboxFailure !== null) return;
  call.inboxFailure = code;
  call.inbox = [];
  settleTakes(call, { code });
}

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
