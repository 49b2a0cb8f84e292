import { watchCloseCodes } from '../../protocol/watch/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { PresentedToken } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';

/** Who does not answer the close by then is cut off: a revoked token's socket is gone within five seconds. */
const CLOSE_GRACE_MS = 500;
/** Tokens of one turn; each is hashed. */
const TOKENS_PER_TURN = 250;

/** A connection that can be ended with a close code, and cut off. */
export interface Closable {
  close(code: number, reason: string): void;
  destroy(): void;
}

/** What tells once that a connection has ended: a WebSocket, or the response of a stream. */
interface Ends {
  once(event: 'close', listener: () => void): unknown;
}

/** Connections that came with one token. */
interface Holder {
  presented: PresentedToken;
  connections: Set<Closable>;
}

/** Which watcher came with which token, so that a revoked token's sockets can be closed. */
export class WatcherTokens {
  readonly #authenticator: Authenticator;
  readonly #clock: Clock;
  readonly #holders = new Map<string, Holder>();

  constructor(authenticator: Authenticator, clock: Clock) {
    this.#authenticator = authenticator;
    this.#clock = clock;
  }

  add(presented: PresentedToken, connection: Ends, closable: Closable): void {
    const key = `${presented.fromCookie ? 'cookie' : 'token'} ${presented.token}`;
    const holder = this.#holders.get(key) ?? { presented, connections: new Set() };
    holder.connections.add(closable);
    this.#holders.set(key, holder);
    connection.once('close', () => {
      holder.connections.delete(closable);
      if (holder.connections.size === 0 && this.#holders.get(key) === holder) this.#holders.delete(key);
    });
  }

  /**
   * Closes the connections whose token is no longer in force.
   * @throws {AuthUnavailableError} when that cannot be known
   */
  async check(): Promise<void> {
    const holders = [...this.#holders.values()];
    for (let i = 0; i < holders.length; i += TOKENS_PER_TURN) {
      await Promise.all(holders.slice(i, i + TOKENS_PER_TURN).map((holder) => this.#checkOne(holder)));
    }
  }

  async #checkOne({ presented, connections }: Holder): Promise<void> {
    if ((await this.#authenticator.visitor(presented)) !== null) return;
    for (const connection of connections) {
      connection.close(watchCloseCodes.unauthorized, 'the token was revoked');
      this.#clock.after(CLOSE_GRACE_MS, () => connection.destroy());
    }
  }
}
