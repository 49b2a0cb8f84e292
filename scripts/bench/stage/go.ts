import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../test/interop/go', import.meta.url));

/** Builds the Go peer of the interop tests into `directory`; null, with a word on why, where that cannot be done. */
export function goServer(directory: string): string | null {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) return null;
  const binary = join(directory, 'go-peer');
  const { status } = spawnSync('go', ['build', '-buildvcs=false', '-o', binary, '.'], {
    cwd: SOURCE,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0 ? binary : null;
}
