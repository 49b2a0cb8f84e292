import { type AuditEntry, listAudit } from '../../../db/audit.ts';
import type { Database } from '../../../db/pool.ts';
import type { Route } from '../access.ts';
import { listAuditQuery } from '../schemas.ts';
import { rfc3339 } from './wire.ts';

const PAGE = 100;

export function auditRoutes({ db }: { db: Database }): Route[] {
  return [
    {
      method: 'GET',
      url: '/api/v2/audit',
      roles: ['admin'],
      schema: { querystring: listAuditQuery },
      async handle(request) {
        const { limit, ...filter } = request.query as Partial<Record<'limit' | 'before' | 'action' | 'target', string>>;
        const page = await listAudit(db, { ...filter, limit: Number(limit ?? PAGE) });
        return { entries: page.entries.map(listed), next: page.next };
      },
    },
  ];
}

function listed({ id, atUs, action, actor, target, detail }: AuditEntry) {
  const { tokenId, name, address } = actor;
  return { id, at: rfc3339(atUs), action, actor: { token_id: tokenId, name, address }, target, detail };
}
