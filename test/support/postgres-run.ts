/**
 * Vitest's global set-up for PostgreSQL: gives the run a directory for its servers, starts the shared server when the first
 * test file asks for it, and leaves nothing behind, also when the runner is killed.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { accountFor, canEnter } from '../../db/embedded/account.ts';
import { type EmbeddedServer, startEmbedded } from '../../db/embedded/server.ts';
import { startReaper } from './reaper.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Directory of this run's servers; each in a directory of its own below. */
    postgresRunDir: string;
    /** Answers GET with the URL of the shared server, which it starts when first asked. */
    postgresStarter: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runDir = makeRunDir();
  const reaper = startReaper(runDir);
  let shared: Promise<EmbeddedServer> | null = null;

  const starter = createServer((_request, response) => {
    shared ??= startEmbedded({ dataDir: join(runDir, 'shared'), explicitDataDir: true, log: () => {} });
    shared.then(
      (server) => response.end(server.url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => starter.listen(0, '127.0.0.1', resolve));
  project.provide('postgresRunDir', runDir);
  project.provide('postgresStarter', `http://127.0.0.1:${(starter.address() as AddressInfo).port}/`);

  return async () => {
    starter.closeAllConnections();
    starter.close();
    const server = await shared?.catch(() => null);
    await server?.stop();
    rmSync(runDir, { recursive: true, force: true });
    reaper();
  };
}

/** In a place that the server's account can enter, which a private temporary directory of root is not. */
function makeRunDir(): string {
  const account = accountFor('/nonexistent');
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((candidate) => canEnter(account, candidate)) ?? tmpdir();
  const directory = mkdtempSync(join(parent, 'tidegate-test-'));
  if (account !== null) chmodSync(directory, 0o711);
  return directory;
}
