import type { ListenAddress } from '../config/kinds.ts';

/** A listener that could not be opened, in one sentence that names its setting. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

const REASONS: Record<string, string> = {
  EADDRINUSE: 'the port is taken',
  EACCES: 'this user may not use the port',
  EADDRNOTAVAIL: 'this host has no such address',
  ENOTFOUND: 'the host name is not known',
};

/** Opens a listener and returns the address it has, the port filled in where any was asked for. */
export async function listenOn(
  setting: string,
  address: ListenAddress,
  listen: (address: ListenAddress) => Promise<{ port: number }>,
): Promise<ListenAddress> {
  try {
    const { port } = await listen(address);
    return { host: address.host, port };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const shown = address.host.includes(':') ? `[${address.host}]` : address.host;
    throw new ListenError(
      `--${setting} ${shown}:${address.port} cannot be used: ${REASONS[code] ?? code}; give another one with --${setting}.`,
      { cause },
    );
  }
}

/** The URL at which a listener is reached from this host. */
export function urlOf({ host, port }: ListenAddress, { tls = false } = {}): string {
  const reachable = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  return `${tls ? 'https' : 'http'}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
