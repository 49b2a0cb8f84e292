import type { Session } from '../../../db/session.ts';

/** What has to be on for figures of a database to mean anything. */
const DURABLE = ['synchronous_commit', 'fsync', 'full_page_writes'];

/**
 * Asks the server itself. Returns what it said, for the page.
 * @throws where a commit would not be durable, or the table is unlogged
 */
export async function assertDurable(session: Session): Promise<string> {
  const shown: string[] = [];
  for (const name of DURABLE) {
    const [row] = await session.query<Record<string, string>>(`SHOW ${name}`);
    if (row?.[name] !== 'on') throw new Error(`${name} is ${row?.[name]}: nothing measured here would be durable`);
    shown.push(`${name} ${row[name]}`);
  }
  const [table] = await session.query<{ relpersistence: string }>(
    "SELECT relpersistence FROM pg_class WHERE oid = 'tidegate.agent_metadata'::regclass",
  );
  if (table?.relpersistence !== 'p') throw new Error('tidegate.agent_metadata is not a logged table');
  const [version] = await session.query<{ server_version: string }>('SHOW server_version');
  return `PostgreSQL ${version?.server_version}, checked with SHOW: ${shown.join(', ')}; the table is logged.`;
}
