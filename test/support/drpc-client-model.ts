import {
  CANCEL,
  CLOSE,
  CLOSE_SEND,
  ERROR,
  encodeFrame,
  INVOKE,
  MESSAGE,
  METADATA,
  NaiveInput,
  type NaivePacket,
} from './drpc-naive.ts';
import type { Settled } from './drpc-server-model.ts';

export interface ClientModelOptions {
  kind: 'unary' | 'serverStream' | 'bidi';
  rpc: string;
  request: string;
  /** The body of the metadata packet, or null where there are no pairs. */
  metadata: Uint8Array | null;
  cancel: 'finish' | 'packet' | 'reset';
  windowBytes: number;
  maxMessageBytes: number;
}

/** A naive model of one call of a DRPC client, on whole strings, with every packet read again from the first byte. */
export class DrpcClientModel {
  sent: string[] = [];
  ended = false;
  wasReset = false;
  /** What the replies came to, in the order in which they were asked for; a unary call asks once. */
  replies: Settled[] = [];
  sends: Settled[] = [];
  #over = false;
  #gone = false;
  #inbox: string | null = null;
  #inboxEnded = false;
  #failure: string | null = null;
  readonly #input: NaiveInput;
  #messageId = 0;
  #unread = 0;
  #blocked = false;
  /** What the user's code does as soon as it runs: behind everything that has come in one piece. */
  #later: (() => void)[] = [];
  readonly #options: ClientModelOptions;

  constructor(options: ClientModelOptions) {
    this.#options = options;
    this.#input = new NaiveInput(options.maxMessageBytes);
    const { kind, metadata, rpc, request } = options;
    if (metadata !== null) this.#number(METADATA, metadata);
    this.#number(INVOKE, text(rpc));
    if (kind !== 'bidi') {
      this.#number(MESSAGE, text(request));
      this.#number(CLOSE_SEND, text(''));
    }
    this.#block();
    if (kind === 'unary') this.receive();
  }

  // ---- the server ----

  say(pieces: Uint8Array[]): void {
    if (this.#gone || this.#input.ended) return;
    this.#input.add(pieces);
    this.#advance();
  }

  end(): void {
    if (this.#gone || this.#input.ended) return;
    this.#input.ended = true;
    this.#advance();
  }

  reset(): void {
    if (this.#gone) return;
    this.#gone = true;
    // What was decided before stays so.
    if (this.#over) this.#failSends('closed');
    else this.#settle('closed');
  }

  /** The server reads all there is. */
  read(): void {
    if (this.#gone) return;
    this.#unread = 0;
    if (!this.#blocked) return;
    this.#blocked = false;
    this.sends = this.sends.map((send) => (send === 'pending' ? { text: null } : send));
  }

  // ---- the user ----

  receive(): void {
    if (this.#failure !== null) this.replies.push({ code: this.#failure });
    else if (this.#inbox !== null) {
      const reply = this.#inbox;
      this.#inbox = null;
      this.replies.push(this.#decoded(reply));
      this.#advance();
    } else if (this.#inboxEnded) this.replies.push({ text: null });
    else if (this.replies.includes('pending')) this.replies.push({ code: 'internal' });
    else this.replies.push('pending');
  }

  send(words: string): void {
    if (this.#over) {
      this.sends.push({ code: 'closed' });
      return;
    }
    this.#write(MESSAGE, words);
    this.sends.push(this.#blocked ? 'pending' : { text: null });
  }

  closeSend(): void {
    if (!this.#over) this.#write(CLOSE_SEND, '');
  }

  giveUp(): void {
    if (this.#over) return;
    this.#settle('cancelled');
    if (this.#options.cancel === 'reset') {
      this.#resetByUs();
      return;
    }
    if (this.#options.cancel === 'packet') this.#write(CANCEL, '');
    this.ended = true;
    this.#advance();
  }

  // ---- inside ----

  #advance(): void {
    while (this.#step());
    if (this.#input.ended && this.#input.isPulled && this.#inbox === null) this.#conclude('closed');
    for (const act of this.#later.splice(0)) act();
  }

  #step(): boolean {
    if (this.#gone) return false;
    if (this.#over) {
      this.#input.discard();
      return false;
    }
    if (this.#inbox !== null) return false;
    const packet = this.#input.take();
    if (packet === null) return false;
    if (typeof packet === 'string') {
      this.#violate(packet);
      return false;
    }
    this.#packet(packet);
    return true;
  }

  #packet({ kind, control, streamId, data }: NaivePacket): void {
    if (streamId !== 1) this.#violate('protocol');
    else if (kind === MESSAGE) this.#message(new TextDecoder().decode(data));
    else if (kind === CLOSE_SEND || kind === CLOSE) {
      this.#inboxEnded = true;
      const isUnary = this.#options.kind === 'unary';
      this.#settleReplies(isUnary ? { code: 'protocol' } : { text: null });
      this.#conclude(null);
    } else if (kind === ERROR) this.#conclude('remote');
    else if (kind === CANCEL) this.#conclude('cancelled');
    else if (!control) this.#violate('protocol');
  }

  #message(reply: string): void {
    if (!this.replies.includes('pending')) {
      this.#inbox = reply;
      return;
    }
    this.#settleReplies(this.#decoded(reply));
    // A unary call is over with its reply.
    if (this.#options.kind === 'unary') this.#later.push(() => this.#conclude('closed'));
  }

  #decoded(reply: string): Settled {
    if (reply !== '!') return { text: reply };
    if (this.#options.kind !== 'unary') this.#later.push(() => this.giveUp());
    return { code: 'malformed_message' };
  }

  #violate(code: string): void {
    this.#settle(code);
    this.#resetByUs();
  }

  #resetByUs(): void {
    this.#gone = true;
    this.wasReset = true;
  }

  #conclude(code: string | null): void {
    if (this.#over) return;
    this.#settle(code);
    this.ended = true;
    this.#advance();
  }

  #settle(code: string | null): void {
    this.#over = true;
    if (code === null) return;
    this.#failure ??= code;
    this.#inbox = null;
    this.#settleReplies({ code });
    this.#failSends(code);
  }

  #failSends(code: string): void {
    this.sends = this.sends.map((send) => (send === 'pending' ? { code } : send));
  }

  #settleReplies(as: Settled): void {
    this.replies = this.replies.map((reply) => (reply === 'pending' ? as : reply));
  }

  #write(kind: number, words: string): void {
    if (this.#gone || this.ended) return;
    this.#number(kind, text(words));
    this.#block();
  }

  #number(kind: number, data: Uint8Array): void {
    this.#messageId += 1;
    const place = { streamId: 1, messageId: this.#messageId };
    this.sent.push(`${place.messageId} ${kind} ${Buffer.from(data).toString('latin1')}`);
    this.#unread += encodeFrame({ kind, ...place, data }).length;
  }

  #block(): void {
    if (this.#unread > this.#options.windowBytes) this.#blocked = true;
  }
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}
