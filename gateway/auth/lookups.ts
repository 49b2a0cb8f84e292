import { findAgentsByTokenHash } from '../../db/agent-tokens.ts';
import type { Database } from '../../db/pool.ts';
import { findSessionsByHash } from '../../db/sessions.ts';
import { findAccessTokensByHash } from '../../db/tokens.ts';
import type { AgentRow } from '../../db/types.ts';
import type { FindIdentities, Found } from './authenticator.ts';
import type { AgentIdentity, PersonIdentity } from './identity.ts';

const bytesOf = (hashes: string[]) => hashes.map((hash) => Buffer.from(hash, 'hex'));

/** Looks agents up in the database. */
export function agentLookup(db: Database): FindIdentities<AgentIdentity> {
  return async (hashes) => {
    const found = await findAgentsByTokenHash(db, bytesOf(hashes));
    return new Map(
      found.map(({ tokenHash, agent, endsInMs, ...known }): [string, Found<AgentIdentity>] => {
        const hash = tokenHash.toString('hex');
        return [hash, { identity: agentIdentity(hash, agent, known), endsInMs }];
      }),
    );
  };
}

function agentIdentity(
  tokenHash: string,
  { id, name, labels, descriptions }: AgentRow,
  known: Pick<AgentIdentity, 'manifestNumber' | 'storedKeys' | 'connectionNumber' | 'newestCollectedAtUs'>,
): AgentIdentity {
  return { role: 'agent', agentId: id, tokenHash, name, labels, descriptions, ...known };
}

/** Looks people up in the database, by their tokens. */
export function personLookup(db: Database): FindIdentities<PersonIdentity> {
  return async (hashes) => {
    const found = await findAccessTokensByHash(db, bytesOf(hashes));
    return new Map(
      found.map(({ tokenHash, id, role, name, labels }): [string, Found<PersonIdentity>] => [
        tokenHash.toString('hex'),
        { identity: { role, tokenId: id, name, labels }, endsInMs: null },
      ]),
    );
  };
}

/** Looks up who is signed in, by the secrets of browsers' sessions. */
export function sessionLookup(db: Database): FindIdentities<PersonIdentity> {
  return async (hashes) => {
    const found = await findSessionsByHash(db, bytesOf(hashes));
    return new Map(
      found.map(({ sessionHash, accessTokenId, role, name, labels, endsInMs }): [string, Found<PersonIdentity>] => [
        sessionHash.toString('hex'),
        { identity: { role, tokenId: accessTokenId, name, labels }, endsInMs },
      ]),
    );
  };
}
