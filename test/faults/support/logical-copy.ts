import { connect } from '../../../db/connect.ts';
import { migrate } from '../../../db/migrate.ts';
import { Session } from '../../../db/session.ts';

/** What a logical dump and its restore do: the schema is made anew and every row is put in as it was. */
export async function copyTables(fromUrl: string, toUrl: string): Promise<void> {
  const from = await Session.open({ url: fromUrl });
  const to = await connect({ url: toUrl });
  try {
    await migrate(to);
    const tables = await from.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'tidegate' AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'`,
    );
    await to.query('BEGIN');
    // As a restore does: order and foreign keys are the dump's business.
    await to.query("SET LOCAL session_replication_role = 'replica'");
    for (const { name } of tables) {
      const [dump] = await from.query<{ rows: string }>(
        `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM tidegate.${name} t`,
      );
      await to.query(`DELETE FROM tidegate.${name}`);
      await to.query(
        `INSERT INTO tidegate.${name} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::tidegate.${name}, $1::text::json)`,
        [dump?.rows ?? '[]'],
      );
    }
    await to.query('COMMIT');
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}
