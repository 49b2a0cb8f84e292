import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LOCK_FILE, takeOwnership } from '../../../db/embedded/owner-lock.ts';
import { startMark } from '../../../db/embedded/processes.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'owner-lock-'));
});
afterEach(() => rm(dir, { recursive: true }));

const write = (content: unknown) => writeFileSync(join(dir, LOCK_FILE), JSON.stringify(content));

test('names this process and its start, for our eyes alone, and goes when released', async () => {
  const lock = await takeOwnership(dir);
  expect(JSON.parse(readFileSync(join(dir, LOCK_FILE), 'utf8'))).toEqual({
    pid: process.pid,
    started: await startMark(process.pid),
  });
  expect(statSync(join(dir, LOCK_FILE)).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual([LOCK_FILE]);
  await lock.release();
  expect(readdirSync(dir)).toEqual([]);
});

test('a second owner is refused in one sentence, also within the same process', async () => {
  const lock = await takeOwnership(dir);
  await expect(takeOwnership(dir)).rejects.toMatchObject({
    code: 'data_dir_in_use',
    message: `The data directory ${dir} is in use by another gateway (process ${process.pid}).`,
  });
  await lock.release();
  await (await takeOwnership(dir)).release();
});

test('the lock of a process that is gone is taken over', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const pid = child.pid ?? 0;
  write({ pid, started: await startMark(pid) });
  await expect(takeOwnership(dir)).rejects.toMatchObject({ code: 'data_dir_in_use', detail: String(pid) });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  await (await takeOwnership(dir)).release();
});

test('the lock of an earlier process of the same number is taken over', async () => {
  write({ pid: process.pid, started: 'some other boot/17' });
  await (await takeOwnership(dir)).release();
});

test.each(['', 'rubbish', '{"pid":-1,"started":""}', '{"pid":"1","started":1}', 'null'])(
  'an unreadable lock is nobody’s: %j',
  async (content) => {
    writeFileSync(join(dir, LOCK_FILE), content);
    await (await takeOwnership(dir)).release();
  },
);

test('of many who find a stale lock at once, one gets it', async () => {
  for (let round = 0; round < 30; round += 1) {
    write({ pid: process.pid, started: 'long ago' });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeOwnership(dir)));
    const owners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(owners).toHaveLength(1);
    expect(readdirSync(dir)).toEqual([LOCK_FILE]);
    await owners[0]?.value.release();
  }
});

test('a stale lock that somebody died clearing is cleared', async () => {
  write({ pid: process.pid, started: 'long ago' });
  writeFileSync(join(dir, `${LOCK_FILE}.clearing`), JSON.stringify({ pid: process.pid, started: 'long ago too' }));
  await (await takeOwnership(dir)).release();
  expect(readdirSync(dir)).toEqual([]);
});

test('a release leaves the lock of a later owner alone', async () => {
  const lock = await takeOwnership(dir);
  write({ pid: 1, started: 'whoever' });
  await lock.release();
  expect(readdirSync(dir)).toEqual([LOCK_FILE]);
});
