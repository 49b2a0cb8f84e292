import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import proxyAddr from '@fastify/proxy-addr';

/** Whom a request comes from, as far as this gateway believes what it is told. */
export interface Client {
  /** An IP address; IPv4 in its own form, also on a socket that takes both. */
  address: string;
  /** Whether the client speaks TLS, to this gateway or to the proxy in front of it. */
  https: boolean;
  /** The host and port that the client has asked for. */
  host: string | undefined;
}

/** Reads whom a request comes from. */
export type ReadClient = (request: IncomingMessage) => Client;

/**
 * Believes `X-Forwarded-For`, `-Proto` and `-Host` of the given proxies alone; what anybody else writes into them is as if
 * it were not there.
 *
 * @param trusted addresses, networks like 10.0.0.0/8, and the words loopback, linklocal and uniquelocal
 */
export function clientReader(trusted: readonly string[]): ReadClient {
  const trust = trusted.length === 0 ? () => false : proxyAddr.compile([...trusted]);
  return (request) => {
    const peer = request.socket.remoteAddress ?? '';
    const proxied = trust(peer, 0);
    const tls = (request.socket as Partial<TLSSocket>).encrypted === true;
    const proto = proxied ? lastOf(request.headers['x-forwarded-proto']) : undefined;
    const host = proxied ? lastOf(request.headers['x-forwarded-host']) : undefined;
    return {
      address: plainAddress(proxied ? forwardedFor(request, trust) : peer),
      https: proto === undefined ? tls : proto.toLowerCase() === 'https',
      host: host ?? request.headers.host,
    };
  };
}

/** The nearest address that no trusted proxy stands for; the peer's own where the header holds something else. */
function forwardedFor(request: IncomingMessage, trust: (address: string, hop: number) => boolean): string {
  const address = proxyAddr(request, trust);
  return isIP(address) === 0 ? (request.socket.remoteAddress ?? '') : address;
}

/** What the proxy nearest to us has written; earlier entries may be anybody's. */
function lastOf(header: string | string[] | undefined): string | undefined {
  return (
    String(header ?? '')
      .split(',')
      .at(-1)
      ?.trim() || undefined
  );
}

function plainAddress(address: string): string {
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice('::ffff:'.length) : address;
}
