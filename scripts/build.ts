/**
 * Builds what ships into `dist/`: the compiled sources and, beside them, the files that a compiler does not carry over.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const asset of ['db/migrations', 'protocol/messages/generated']) {
  cpSync(join(root, asset), join(dist, asset), { recursive: true });
}
execFileSync(
  process.execPath,
  [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'gateway/dashboard', '--logLevel', 'warn'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
const bin = join(dist, 'gateway/cli/main.js');
chmodSync(bin, 0o755);
