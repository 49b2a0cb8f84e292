import { Authenticator } from '../auth/authenticator.ts';
import { agentLookup, personLookup, sessionLookup } from '../auth/lookups.ts';
import { OneTimeCodes } from '../auth/one-time-codes.ts';
import { WatcherTokens } from '../watch/watcher-tokens.ts';
import type { Base } from './base.ts';

/** Who somebody is, and for how long. */
export interface SignIn {
  authenticator: Authenticator;
  watcherTokens: WatcherTokens;
  codes: OneTimeCodes;
}

export function createSignIn({ clock, db }: Base): SignIn {
  const authenticator = new Authenticator({
    clock,
    findAgents: agentLookup(db),
    findPeople: personLookup(db),
    findSessions: sessionLookup(db),
  });
  return { authenticator, watcherTokens: new WatcherTokens(authenticator, clock), codes: new OneTimeCodes(clock) };
}
