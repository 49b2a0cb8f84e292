import type { Queryable } from '../session.ts';

/**
 * After a logical restore rows carry revisions of another server, above any xid that this one has given out, and a
 * reader's "revision >= cursor" would return them for ever. Writes them anew with this transaction's id. To be called
 * inside a transaction under the migration lock, after the migrations; returns how many rows it rewrote, 0 as a rule.
 */
export async function rewriteForeignRevisions(session: Queryable): Promise<number> {
  // xids from here on have not been given out when the snapshot was taken, so no row of this server carries them.
  const foreign = 'revision >= pg_snapshot_xmax(pg_current_snapshot())';
  const [found] = await session.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM tidegate.agents WHERE ${foreign})
       OR EXISTS (SELECT FROM tidegate.agent_metadata WHERE ${foreign})
       OR EXISTS (SELECT FROM tidegate.horizon WHERE purged_before > pg_snapshot_xmax(pg_current_snapshot())) AS found`,
  );
  if (found?.found !== true) return 0;
  // From the first write on the own xid is the snapshot's xmax or above, so it is compared with itself, not the other way.
  const rewrite = (table: string) =>
    session.query(`UPDATE tidegate.${table} SET revision = pg_current_xact_id() WHERE revision > pg_current_xact_id()`);
  const agents = await rewrite('agents');
  const values = await rewrite('agent_metadata');
  // Cursors of the other server say nothing about this one: all of them get a full snapshot while they look old.
  await session.query('UPDATE tidegate.horizon SET purged_before = pg_current_xact_id()');
  return agents.count + values.count;
}
