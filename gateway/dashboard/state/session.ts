import { signal } from '@preact/signals';
import { ApiFailure, request } from './api.ts';

export type Session =
  | { state: 'asking' }
  /** `status` of the gateway's answer, 0 for none. */
  | { state: 'unreachable'; status: number }
  | { state: 'out'; why: string | null }
  | { state: 'in'; role: 'viewer' | 'admin'; name: string };

/** Who looks. */
export const session = signal<Session>({ state: 'asking' });

const RETRY_MS = 2_000;

/** Asks who we are, after handing in the one-time code of a printed link where the address holds one. */
export async function openSession(): Promise<void> {
  const code = takeCode();
  const failure = code === null ? null : await tryTo(() => request('POST', 'session', { code }));
  if (failure !== null && (failure.status === 0 || failure.status >= 500)) {
    // Unused yet, as far as anyone can tell: it stays in the address for the next attempt.
    location.hash = `code=${code}`;
    return askAgain(failure);
  }
  await ask(failure === null ? null : `${failure.message} A link works once, for ten minutes.`);
}

async function ask(why: string | null): Promise<void> {
  try {
    const { role, name } = await request<{ role: 'viewer' | 'admin'; name: string }>('GET', 'session');
    session.value = { state: 'in', role, name };
  } catch (error) {
    if (error instanceof ApiFailure && (error.status === 401 || error.status === 403)) {
      session.value = { state: 'out', why };
    } else {
      askAgain(error);
    }
  }
}

function askAgain(error: unknown): void {
  session.value = { state: 'unreachable', status: error instanceof ApiFailure ? error.status : 0 };
  setTimeout(() => void openSession(), RETRY_MS);
}

/** @returns why it was refused, or null when it was not */
export async function signIn(token: string): Promise<string | null> {
  const failure = await tryTo(() => request('POST', 'session', { token: token.trim() }));
  if (failure !== null) return failure.message;
  await ask(null);
  return null;
}

/** @returns why it did not succeed, or null when it did */
export async function signOut(): Promise<string | null> {
  const failure = await tryTo(() => request('DELETE', 'session'));
  if (failure !== null && failure.status !== 401) return failure.message;
  session.value = { state: 'out', why: null };
  return null;
}

/** The gateway will not have us any more. */
export function signedOutByGateway(code: 4401 | 4403): void {
  const why = code === 4401 ? 'This sign-in is no longer valid.' : 'This sign-in may not watch the fleet.';
  session.value = { state: 'out', why };
}

/** The one-time code of the address, which is removed from it so that it is not kept or passed on. */
function takeCode(): string | null {
  const code = /^#code=(.+)$/.exec(location.hash)?.[1];
  if (code === undefined) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  try {
    return decodeURIComponent(code);
  } catch {
    // Half an escape: no code that was ever given out, and refused like any other.
    return code;
  }
}

async function tryTo(attempt: () => Promise<unknown>): Promise<ApiFailure | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    return error instanceof ApiFailure ? error : new ApiFailure(0, String(error));
  }
}
