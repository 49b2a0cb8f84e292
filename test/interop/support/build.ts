import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DRPC_VERSIONS, type DrpcVersion } from './versions.ts';

const source = fileURLToPath(new URL('../go', import.meta.url));

/**
 * Builds the Go peers of these versions of storj.io/drpc, all by default, into a directory. Returns null, or in one line
 * why that cannot be done; what the compiler says has then been shown.
 */
export function buildPeers(directory: string, wanted?: DrpcVersion[]): string | null {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) {
    return 'This needs Go (1.25 or newer), which is not installed here: nothing was tested.';
  }
  for (const { name, modfile } of DRPC_VERSIONS) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    const args = ['build', '-buildvcs=false', `-modfile=${modfile}`, '-o', join(directory, name), '.'];
    const { status } = spawnSync('go', args, { cwd: source, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) {
      return `The Go peer with ${name} could not be built: it needs Go 1.25 or newer and a Go module proxy.`;
    }
  }
  return null;
}
