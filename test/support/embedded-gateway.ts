import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../db/embedded/server.ts';
import { migrate } from '../../db/migrate.ts';
import { Session } from '../../db/session.ts';
import { type TestGateway, testGateway } from './gateway.ts';
import { startReaper } from './reaper.ts';

/**
 * A gateway on a PostgreSQL of its own, outside of vitest: it is gone when we are, killed or not. `directory` is for what
 * else the caller has to write.
 */
export async function withEmbeddedGateway(
  flags: Parameters<typeof testGateway>[1],
  use: (gateway: TestGateway, directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-embedded-'));
  // Under root PostgreSQL runs as another user, who has to get through here.
  chmodSync(directory, 0o711);
  const reap = startReaper(directory);
  const postgres = await startEmbedded({ dataDir: join(directory, 'data'), explicitDataDir: true, log: () => {} });
  try {
    const session = await Session.open({ url: postgres.url });
    await migrate(session).finally(() => session.close());
    const gateway = await testGateway(postgres.url, flags);
    await use(gateway, directory).finally(() => gateway.stop());
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
    reap();
  }
}
