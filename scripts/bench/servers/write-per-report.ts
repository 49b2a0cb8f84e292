/**
 * The usual server: each report is written, and notified of, in a transaction of its own; each notification leads to one
 * read, whatever the number of watchers, and to one message for each of them.
 */
import type { WebSocket } from 'ws';
import { textArray } from '../../../db/array-literal.ts';
import { Pool } from '../../../db/pool.ts';
import { Session } from '../../../db/session.ts';
import { answer } from '../stage/answer.ts';
import { serveSockets } from './sockets.ts';

const TABLE = `
  CREATE SCHEMA IF NOT EXISTS per_report;
  CREATE TABLE IF NOT EXISTS per_report.metadata (
    agent text NOT NULL, key text NOT NULL, value text NOT NULL, collected_at timestamptz NOT NULL,
    PRIMARY KEY (agent, key)
  ) WITH (fillfactor = 45)`;

const INSERT = `
  INSERT INTO per_report.metadata SELECT $1, key, '', now() FROM unnest($2::text[]) AS key ON CONFLICT DO NOTHING`;

/** One statement, so one transaction and one round trip: the least that this design can do. */
const WRITE = `
  WITH written AS (
    UPDATE per_report.metadata m SET value = i.value, collected_at = now()
    FROM unnest($2::text[], $3::text[]) AS i(key, value) WHERE m.agent = $1 AND m.key = i.key
  )
  SELECT pg_notify('per_report', $1)`;

const READ = 'SELECT key, value FROM per_report.metadata WHERE agent = $1';

const watchers = new Set<WebSocket>();

answer({
  async listen({ databaseUrl }: { databaseUrl: string }) {
    const pool = new Pool({ url: databaseUrl, applicationName: 'write per report' });
    const listener = await Session.open({
      url: databaseUrl,
      applicationName: 'write per report listener',
      onNotification: (_channel, agent) => void tell(pool, agent),
    });
    await listener.query(TABLE);
    await listener.query('LISTEN per_report');
    return serveSockets({ agent: (socket) => serveAgent(socket, pool), watcher: watch });
  },
});

function serveAgent(socket: WebSocket, pool: Pool): void {
  let known = false;
  socket.on('message', async (data: Buffer) => {
    const { agent, values } = JSON.parse(data.toString()) as { agent: string; values: Record<string, string> };
    const keys = textArray(Object.keys(values));
    if (!known) await pool.query(INSERT, [agent, keys]);
    known = true;
    await pool.query(WRITE, [agent, keys, textArray(Object.values(values))]);
    socket.send('{"ok":true}');
  });
}

async function tell(pool: Pool, agent: string): Promise<void> {
  if (watchers.size === 0) return;
  const rows = await pool.query<{ key: string; value: string }>(READ, [agent]);
  const message = JSON.stringify({ agent, values: Object.fromEntries(rows.map(({ key, value }) => [key, value])) });
  for (const socket of watchers) socket.send(message);
}

function watch(socket: WebSocket): void {
  watchers.add(socket);
  socket.on('close', () => watchers.delete(socket));
}
