import type { Database } from '../../../db/pool.ts';
import { type AccessToken, createAccessToken, deleteAccessToken, listAccessTokens } from '../../../db/tokens.ts';
import { hashToken, newToken } from '../../auth/token.ts';
import { actorOf, type Route } from '../access.ts';
import { ApiError } from '../errors.ts';
import { createTokenBody, idParams } from '../schemas.ts';
import type { FleetEffects } from './agents.ts';
import { idOf, rfc3339 } from './wire.ts';

const ADMIN = ['admin'] as const;

export function tokenRoutes({ db, effects }: { db: Database; effects: Pick<FleetEffects, 'revoked'> }): Route[] {
  return [
    {
      method: 'POST',
      url: '/api/v2/tokens',
      roles: ADMIN,
      schema: { body: createTokenBody },
      async handle(request, reply, identity) {
        const { role, name, labels } = request.body as Pick<AccessToken, 'role' | 'name'> & {
          labels?: Record<string, string>;
        };
        if (role === 'admin' && labels !== undefined) {
          throw new ApiError(400, 'The request is not valid.', {
            validations: [{ field: 'body.labels', detail: 'only a viewer can be limited to labels' }],
          });
        }
        const token = newToken('tgp');
        const wanted = { role, name, labels: labels ?? null, tokenHash: hashToken(token) };
        const made = await createAccessToken(db, wanted, actorOf(request, identity));
        reply.code(201);
        return { id: made.id, role: made.role, name: made.name, token };
      },
    },
    {
      method: 'GET',
      url: '/api/v2/tokens',
      roles: ADMIN,
      handle: async () => ({ tokens: (await listAccessTokens(db)).map(listed) }),
    },
    {
      method: 'DELETE',
      url: '/api/v2/tokens/:id',
      roles: ADMIN,
      schema: { params: idParams },
      async handle(request, reply, identity) {
        const id = idOf(request);
        if (!(await deleteAccessToken(db, id, actorOf(request, identity))))
          throw new ApiError(404, `There is no token ${id}.`);
        effects.revoked();
        reply.code(204);
      },
    },
  ];
}

function listed(token: AccessToken) {
  return {
    id: token.id,
    role: token.role,
    name: token.name,
    labels: token.labels,
    configured: token.configured,
    created_at: rfc3339(token.createdAtUs),
  };
}
