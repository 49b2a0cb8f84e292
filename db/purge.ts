import { plainArray } from './array-literal.ts';
import { beginHeldTo, ROW_BY_ROW } from './plans.ts';
import type { Database } from './pool.ts';

/** How long a deleted agent's row stays, so that readers who come back learn of the deletion. */
export const TOMBSTONE_LIFETIME_MS = 24 * 60 * 60 * 1000;
/** How long the row of a gateway that is gone stays. */
const GATEWAY_LIFETIME = '24 hours';
/** Any fixed number: at most one gateway purges at a time. */
const PURGE_LOCK = 7_413_220_002;

/**
 * Removes tombstones older than {@link TOMBSTONE_LIFETIME_MS}, any value that is left of them, revoked viewers' tokens
 * of that age and rows of gateways long gone. Returns how many agents went.
 *
 * The horizon moves above the newest purged tombstone: a cursor at or below that revision may never have seen it, and
 * cannot learn of it from the database any more.
 */
export async function purgeTombstones(db: Database, lifetimeMs = TOMBSTONE_LIFETIME_MS): Promise<number> {
  return db.transaction(async (session) => {
    const [lock] = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1::bigint) AS taken', [
      PURGE_LOCK,
    ]);
    if (lock?.taken !== true) return 0;
    const age = "clock_timestamp() - $1::bigint * interval '1 millisecond'";
    // Admins' are kept: the file that one was printed from may still lie about, and must not bring it back.
    await session.query(`DELETE FROM tidegate.access_tokens WHERE role <> 'admin' AND revoked_at < ${age}`, [
      lifetimeMs,
    ]);
    await session.query(
      `DELETE FROM tidegate.gateways WHERE renewed_at < clock_timestamp() - interval '${GATEWAY_LIFETIME}'`,
    );
    const purged = await session.query<{ id: string; above: string }>(
      `DELETE FROM tidegate.agents WHERE deleted_at < ${age} RETURNING id, (revision::text::numeric + 1)::text AS above`,
      [lifetimeMs],
    );
    if (purged.length === 0) return 0;
    await session.query('DELETE FROM tidegate.agent_metadata WHERE agent_id = ANY($1::uuid[])', [
      plainArray(purged.map(({ id }) => id)),
    ]);
    await session.query(
      `UPDATE tidegate.horizon SET purged_before = greatest(purged_before, (
         SELECT max(above) FROM unnest($1::text[]::xid8[]) AS purged(above)))`,
      [plainArray(purged.map(({ above }) => above))],
    );
    return purged.length;
  }, beginHeldTo(ROW_BY_ROW));
}
