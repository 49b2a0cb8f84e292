import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../test/interop/go', import.meta.url));
/** Programs that the suite builds or installs; not kept in the repository. */
export const BINARIES = fileURLToPath(new URL('../references/bin', import.meta.url));

let built: string | null | undefined;

/** Builds the Go peer of the interop tests, once a run; null where that cannot be done. */
export function goServer(): string | null {
  built ??= build(join(BINARIES, 'go-peer'));
  return built;
}

/** What it is made of, with versions. */
export function goServerParts(): string {
  const modules = readFileSync(join(SOURCE, 'go.mod'), 'utf8');
  const parts = ['github.com/hashicorp/yamux', 'storj.io/drpc', 'github.com/coder/websocket'];
  return parts.map((part) => `${part}@${new RegExp(`${part} (\\S+)`).exec(modules)?.[1]}`).join(', ');
}

export function hasGo(): boolean {
  return spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
}

function build(binary: string): string | null {
  if (!hasGo()) return null;
  const { status } = spawnSync('go', ['build', '-buildvcs=false', '-o', binary, '.'], {
    cwd: SOURCE,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0 ? binary : null;
}
