import { watchCloseCodes } from '../../protocol/watch/messages.ts';
import type { Authenticator } from '../auth/authenticator.ts';

/** A connection that can be ended with a close code. */
export interface Closable {
  close(code: number, reason: string): void;
}

/** What tells once that a connection has ended: a WebSocket, or the response of a stream. */
interface Ends {
  once(event: 'close', listener: () => void): unknown;
}

/** Which watcher came with which token, so that a revoked token's sockets can be closed. */
export class WatcherTokens {
  readonly #authenticator: Authenticator;
  readonly #handles = new Map<string, Set<Closable>>();

  constructor(authenticator: Authenticator) {
    this.#authenticator = authenticator;
  }

  add(handle: Closable, connection: Ends, token: string): void {
    const handles = this.#handles.get(token) ?? new Set();
    handles.add(handle);
    this.#handles.set(token, handles);
    connection.once('close', () => {
      handles.delete(handle);
      if (handles.size === 0 && this.#handles.get(token) === handles) this.#handles.delete(token);
    });
  }

  /**
   * Closes the sockets whose token is no longer in force.
   * @throws {AuthUnavailableError} when that cannot be known
   */
  async check(): Promise<void> {
    const tokens = [...this.#handles.keys()];
    const identities = await Promise.all(tokens.map((token) => this.#authenticator.person(token)));
    for (const [index, identity] of identities.entries()) {
      if (identity !== null) continue;
      const handles = this.#handles.get(tokens[index] ?? '') ?? [];
      for (const handle of handles) handle.close(watchCloseCodes.unauthorized, 'the token was revoked');
    }
  }
}
