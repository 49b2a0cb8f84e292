/**
 * `npm run test:interop`: builds the Go peers, once for each version of storj.io/drpc, into a directory of this run, and
 * runs the interop tests with them. Arguments go to vitest; `--record` alone records vectors instead.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPeers } from './support/build.ts';
import { PEERS_VARIABLE } from './support/versions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const TEST = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.interop.config.ts'];
const RECORD = ['--import', 'tsx', fileURLToPath(new URL('record.ts', import.meta.url))];

function main(): number {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-interop-'));
  try {
    const problem = buildPeers(directory);
    if (problem !== null) {
      console.error(problem);
      return 1;
    }
    const wanted = process.argv.slice(2);
    const args = wanted[0] === '--record' ? [...RECORD, ...wanted.slice(1)] : [...TEST, ...wanted];
    const env = { ...process.env, [PEERS_VARIABLE]: directory };
    return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main();
