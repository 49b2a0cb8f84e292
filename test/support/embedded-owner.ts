/**
 * A process that owns a data directory, for tests that kill it: starts the embedded server in the directory given as its
 * argument, prints what became of it as one line of JSON, and stays. At SIGTERM it stops the server.
 */
import { startEmbedded } from '../../db/embedded/server.ts';
import { DatabaseError } from '../../db/errors.ts';

try {
  const dataDir = process.argv[2] ?? '';
  const server = await startEmbedded({ dataDir, explicitDataDir: true, log: () => {} });
  const running = setInterval(() => {}, 60_000);
  process.once('SIGTERM', () => {
    void server.stop().then(() => clearInterval(running));
  });
  console.log(JSON.stringify({ url: server.url, adopted: server.adopted }));
} catch (error) {
  console.log(
    JSON.stringify({ code: error instanceof DatabaseError ? error.code : 'unknown', message: String(error) }),
  );
}
