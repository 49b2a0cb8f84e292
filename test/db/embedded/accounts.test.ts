import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, accountFor, canEnter, identity, runsAs } from '../../../db/embedded/account.ts';
import { findBinaries, makeLinks, program, usableBinaries } from '../../../db/embedded/binaries.ts';
import { locate, preparePlace } from '../../../db/embedded/place.ts';
import { startEmbedded } from '../../../db/embedded/server.ts';
import { Session } from '../../../db/session.ts';
import { privateDir, startPrivateServer } from '../../support/postgres.ts';

const isRoot = process.getuid?.() === 0;
const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const NOBODY: Account = { name: 'nobody', uid: 65_534, gid: 65_534 };

/** A directory that only its owner may enter, or nobody when we are not root. */
function closedDir(): string {
  const directory = join(privateDir(), 'closed');
  mkdirSync(directory);
  chmodSync(directory, isRoot ? 0o700 : 0o000);
  return directory;
}

describe('a data directory', () => {
  test('below a directory that the server’s account cannot enter is refused in one sentence when it was chosen', async () => {
    const closed = closedDir();
    const dataDir = join(closed, 'data');
    await expect(locate({ dataDir, explicitDataDir: true })).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringMatching(
        /^The data directory [^\n]*\/closed\/data cannot be used: [^\n]* cannot enter [^\n]*\/closed\.$/,
      ),
    });
    await expect(startPrivateServer(dataDir)).rejects.toMatchObject({ code: 'data_dir_unusable' });
    chmodSync(closed, 0o700);
    expect(existsSync(dataDir)).toBe(false);
  });

  test('that is a file is refused', async () => {
    const dataDir = join(privateDir(), 'file');
    writeFileSync(dataDir, '');
    await expect(startPrivateServer(dataDir)).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringContaining(`${dataDir} is not a directory`),
    });
  });

  test.runIf(isRoot)('that nobody chose moves to the system’s place, and that is said in one line', async () => {
    const systemDir = join(privateDir(), 'lib');
    const said: string[] = [];
    const asked = join(closedDir(), 'data');
    const options = { dataDir: asked, explicitDataDir: false, systemDir, log: (message: string) => said.push(message) };
    const server = await startEmbedded(options);
    expect(server.dataDir).toBe(join(systemDir, 'data'));
    expect(said).toEqual([
      expect.stringMatching(/^The data directory is [^\n]*\/lib\/data, because [^\n]* cannot enter [^\n]*\.$/),
    ]);
    expect(existsSync(asked)).toBe(false);
    // The server's account passes through and sees nothing of it; nobody else's does either.
    expect(statSync(server.dataDir).mode & 0o777).toBe(0o711);
    await server.stop();
    // Whoever asks where it is, without starting it, is told the same.
    expect(await locate(options)).toMatchObject({ dataDir: server.dataDir, moved: true });
  });

  test.runIf(isRoot)('of our own that is closed is opened just far enough; one with others’ files is not', async () => {
    const empty = closedDir();
    const place = await preparePlace({ dataDir: empty, explicitDataDir: true, log: () => {} });
    expect(statSync(empty).mode & 0o777).toBe(0o711);
    expect(canEnter(place.account, empty)).toBe(true);

    const foreign = closedDir();
    writeFileSync(join(foreign, 'diary'), '');
    await expect(locate({ dataDir: foreign, explicitDataDir: true })).rejects.toMatchObject({
      code: 'data_dir_unusable',
    });
    expect(statSync(foreign).mode & 0o777).toBe(0o700);
  });
});

describe('the binaries', () => {
  let root: string;
  let closed: string;
  const linkNames = ['libpq.so.5', 'libicuuc.so.60'];

  // As npm leaves the package where it runs no install scripts and a umask keeps others out.
  beforeAll(async () => {
    closed = join(privateDir(), 'closed');
    root = join(closed, 'package');
    cpSync((await findBinaries()).root, root, { recursive: true, verbatimSymlinks: true });
    for (const name of linkNames) rmSync(join(root, 'native', 'lib', name), { force: true });
  });
  afterAll(() => chmodSync(closed, 0o700));

  test.runIf(process.platform === 'linux')('get the links they lack, and lacking some do not run', async () => {
    expect(runsAs(null, program(root), ['--version'])).toBe(false);
    await makeLinks(root);
    await makeLinks(root);
    for (const name of linkNames) expect(lstatSync(join(root, 'native', 'lib', name)).isSymbolicLink()).toBe(true);
    expect(runsAs(null, program(root), ['--version'])).toBe(true);
    for (const name of linkNames) rmSync(join(root, 'native', 'lib', name));
  });

  test('stay where they are when the account can run them', async () => {
    const account = accountFor('/nonexistent');
    const copyTo = join(privateDir(), 'unused');
    chmodSync(closed, 0o755);
    expect(await usableBinaries({ root, version: '18' }, { account, copyTo, log: () => {} })).toBe(
      join(root, 'native'),
    );
    expect(existsSync(copyTo)).toBe(false);
  });

  test.runIf(isRoot)('are copied, once and said in one line, when it cannot', async () => {
    chmodSync(closed, 0o700);
    for (const name of linkNames) rmSync(join(root, 'native', 'lib', name), { force: true });
    const said: string[] = [];
    const copyTo = join(privateDir(), 'lib');
    const options = { account: NOBODY, copyTo, log: (message: string) => said.push(message) };
    const before = process.umask(0o077);
    const native = await usableBinaries({ root, version: '18.9' }, options).finally(() => process.umask(before));
    expect(native).toBe(join(copyTo, 'postgresql-18.9', 'native'));
    expect(runsAs(NOBODY, join(native, 'bin', 'postgres'), ['--version'])).toBe(true);
    expect(await usableBinaries({ root, version: '18.9' }, options)).toBe(native);
    expect(said).toEqual([
      expect.stringMatching(/^Copying PostgreSQL to [^\n]*, because nobody cannot run it where npm put it\.$/),
    ]);
  });

  test('that cannot be run anywhere get one sentence', async () => {
    const nothing = join(privateDir(), 'package');
    mkdirSync(join(nothing, 'native'), { recursive: true });
    const options = { account: null, copyTo: join(privateDir(), 'copy'), log: () => {} };
    await expect(usableBinaries({ root: nothing, version: '18' }, options)).rejects.toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringMatching(
        /^The embedded PostgreSQL does not run on this system [^\n]*give --database-url instead\.$/,
      ),
    });
  });
});

describe.runIf(isRoot && canEnter(NOBODY, CHECKOUT))('started by a user who is not root', () => {
  test('it runs as that user; root can start the same directory later, and runs it as that user too', async () => {
    const home = privateDir();
    const dataDir = join(home, 'data');
    chownSync(home, NOBODY.uid, NOBODY.gid);
    const script = join(CHECKOUT, 'test/support/embedded-owner.ts');
    const owner = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
      ...identity(NOBODY),
      cwd: CHECKOUT,
      env: { ...process.env, HOME: home, TMPDIR: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => owner.once('exit', resolve));
    const report = JSON.parse(String(await new Promise((resolve) => owner.stdout.once('data', resolve))));
    expect(report).toEqual({ url: expect.stringMatching(/^postgres:/), adopted: false });
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(NOBODY.uid);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    owner.kill('SIGTERM');
    expect(await gone).toBe(0);

    const server = await startPrivateServer(dataDir);
    const session = await Session.open({ url: server.url });
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await session.close();
    expect(statSync(join(dataDir, 'postgres', 'postmaster.pid')).uid).toBe(NOBODY.uid);
    await server.stop();
  });
});
