import { findAgentsByTokenHash } from '../../db/agent-tokens.ts';
import type { Database } from '../../db/pool.ts';
import { findSessionsByHash } from '../../db/sessions.ts';
import { findAccessTokensByHash } from '../../db/tokens.ts';
import type { FindIdentities } from './authenticator.ts';
import type { AgentIdentity, PersonIdentity } from './identity.ts';

const bytesOf = (hashes: string[]) => hashes.map((hash) => Buffer.from(hash, 'hex'));

/** Looks agents up in the database. */
export function agentLookup(db: Database): FindIdentities<AgentIdentity> {
  return async (hashes) => {
    const found = await findAgentsByTokenHash(db, bytesOf(hashes));
    return new Map(
      found.map(
        ({
          tokenHash,
          agent,
          manifestNumber,
          storedKeys,
          connectionNumber,
          newestCollectedAtUs,
        }): [string, AgentIdentity] => [
          tokenHash.toString('hex'),
          {
            role: 'agent',
            agentId: agent.id,
            tokenHash,
            name: agent.name,
            labels: agent.labels,
            descriptions: agent.descriptions,
            manifestNumber,
            storedKeys,
            connectionNumber,
            newestCollectedAtUs,
          },
        ],
      ),
    );
  };
}

/** Looks people up in the database: by a token of theirs, or by the session of a browser that is signed in. */
export function personLookup(db: Database): FindIdentities<PersonIdentity> {
  return async (hashes) => {
    const bytes = bytesOf(hashes);
    const found = new Map<string, PersonIdentity>();
    for (const { tokenHash, id, role, name, labels } of await findAccessTokensByHash(db, bytes)) {
      found.set(tokenHash.toString('hex'), { role, tokenId: id, name, labels });
    }
    const missing = bytes.filter((hash) => !found.has(hash.toString('hex')));
    if (missing.length === 0) return found;
    for (const { sessionHash, accessTokenId, role, name, labels } of await findSessionsByHash(db, missing)) {
      found.set(sessionHash.toString('hex'), { role, tokenId: accessTokenId, name, labels });
    }
    return found;
  };
}
