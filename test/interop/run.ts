/**
 * `npm run test:interop`: builds the Go peers, once for each version of storj.io/drpc, into a directory of this run, and
 * runs the interop tests with them. Arguments go to vitest; `--record` alone records vectors instead.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DRPC_VERSIONS, PEERS_VARIABLE } from './support/versions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = fileURLToPath(new URL('go', import.meta.url));

const TEST = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.interop.config.ts'];
const RECORD = ['--import', 'tsx', fileURLToPath(new URL('record.ts', import.meta.url))];

function build(directory: string): boolean {
  for (const { name, modfile } of DRPC_VERSIONS) {
    const args = ['build', '-buildvcs=false', `-modfile=${modfile}`, '-o', join(directory, name), '.'];
    const { status } = spawnSync('go', args, { cwd: source, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) {
      console.error(`The Go peer with ${name} could not be built: it needs Go 1.25 or newer and a Go module proxy.`);
      return false;
    }
  }
  return true;
}

function main(): number {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    console.error('The interop tests need Go (1.25 or newer), which is not installed here: nothing was tested.');
    return 1;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-interop-'));
  try {
    if (!build(directory)) return 1;
    const wanted = process.argv.slice(2);
    const args = wanted[0] === '--record' ? RECORD : [...TEST, ...wanted];
    const env = { ...process.env, [PEERS_VARIABLE]: directory };
    return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main();
