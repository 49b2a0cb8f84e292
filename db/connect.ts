import { DatabaseError } from './errors.ts';
import { Session, type SessionOptions } from './session.ts';

/** The oldest major version that everything here works on and is tested with. */
export const MIN_SERVER_MAJOR = 15;

/** What the usual reasons for not getting a connection mean, by the code that Node gives them. */
const MEANINGS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other side closed the connection',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up just now',
  EACCES: 'the system does not permit it',
};

/**
 * A first connection, for whoever starts: its errors are sentences for people, which never hold the password. Throws
 * `bad_url`, `unreachable` (with `sqlState` when the server refused us) or `server_too_old`.
 */
export async function connect(options: SessionOptions): Promise<Session> {
  const address = addressOf(options.url);
  const session = await Session.open(options).catch((error: unknown) => {
    const why = reasonOf(error);
    const sqlState = error instanceof DatabaseError && error.sqlState !== null ? { sqlState: error.sqlState } : {};
    throw new DatabaseError('unreachable', `Cannot reach PostgreSQL at ${address}: ${why}.`, {
      cause: error,
      ...sqlState,
    });
  });
  try {
    await requireVersion(session, address);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** `host:port` as the URL says it, several joined by commas; the default port is written out. Throws `bad_url`. */
export function addressOf(url: string): string {
  // Not the URL class: several hosts are allowed here, and its errors carry the whole text, password and all.
  const match = /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?([^@/?#]*)(?:[/?#]|$)/.exec(url);
  const hosts = (match?.[1] ?? '').split(',').map(withPort);
  if (match === null || hosts.includes(null)) {
    const message =
      'The database URL cannot be read: it has to look like postgres://user:password@host:5432/database (special characters in the password as %XX).';
    throw new DatabaseError('bad_url', message);
  }
  return hosts.join(',');
}

function withPort(host: string): string | null {
  const match = /^(\[[0-9a-fA-F:.%]+\]|[^:[\]\s]*)(?::(\d{1,5}))?$/.exec(host);
  if (match === null || Number(match[2] ?? 5432) > 65_535) return null;
  return `${decode(match[1] || 'localhost')}:${match[2] ?? 5432}`;
}

/** A directory of sockets stands percent-encoded where a host would. */
function decode(host: string): string {
  try {
    return decodeURIComponent(host);
  } catch {
    return host;
  }
}

function reasonOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = innerOf(at)) {
    const meaning = MEANINGS[(at as NodeJS.ErrnoException).code ?? ''];
    if (meaning !== undefined) return meaning;
    if (innerOf(at) === null) return at.message.replace(/\.$/, '');
  }
  return 'for an unknown reason';
}

/** A host of several addresses fails with one error for each. */
function innerOf(error: Error): Error | null {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? inner : null;
}

async function requireVersion(session: Session, address: string): Promise<void> {
  const [row] = await session.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`);
  const message = versionComplaint(Number(row?.version), address);
  if (message !== null) throw new DatabaseError('server_too_old', message);
}

/** What is wrong with a server of that `server_version_num`; null when nothing is. */
export function versionComplaint(versionNumber: number, address: string): string | null {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= MIN_SERVER_MAJOR) return null;
  return `PostgreSQL at ${address} is version ${major}, and ${MIN_SERVER_MAJOR} or newer is needed.`;
}
