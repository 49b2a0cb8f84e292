import { IncomingMessage } from 'node:http';

/**
 * Whether a request asks for a WebSocket. Any other `Upgrade` is an offer that a server may ignore (RFC 9110, section 7.8):
 * `curl --http2` and Java's client offer `h2c` with an ordinary request and take the answer as it comes.
 */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? '').split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

/** A request that counts as an upgrade only where it may become one. */
class GatewayRequest extends IncomingMessage {
  #asked = false;

  /** Read by Node once the headers are known: false makes it an ordinary request, with its body and its answer. */
  get upgrade(): boolean {
    if (!(#asked in this && this.#asked)) return false;
    return this.method === 'CONNECT' || asksForWebSocket(this);
  }

  /** Written by Node, by the constructor it inherits first of all, when there is no field yet. */
  set upgrade(asked: boolean | null) {
    if (#asked in this) this.#asked = asked === true;
  }
}

/**
 * Options of an HTTP server that emits 'upgrade' for WebSockets alone; Node itself emits it for whatever an `Upgrade` names.
 * The callback is Node's own way, which 22.21 and 24.9 were the first to have; the class does the same on those before them.
 * Either way Node drops what a client has already sent behind such a request, and answers what comes after the answer.
 */
export const webSocketsOnly = { shouldUpgradeCallback: asksForWebSocket, IncomingMessage: GatewayRequest };
