import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../errors.ts';
import { findBinaries, usableBinaries } from './binaries.ts';
import { clusterPassword, createCluster, hasCluster } from './cluster.ts';
import { answersFrom, databaseUrl, ensureDatabase } from './handshake.ts';
import { Keeper } from './keeper.ts';
import { adoptServer, launchServer } from './launch.ts';
import { takeOwnership } from './owner-lock.ts';
import { locate, PASSWORD_FILE, type Place, type PlaceOptions, preparePlace, SYSTEM_DIR, URL_FILE } from './place.ts';
import { isPostmasterOf, readPostmasterState } from './postmaster.ts';
import { stopServer } from './shutdown.ts';

/** What the system says of a directory that cannot be written. */
const NOT_FOR_US = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);

/** `dataDir` is made when missing, and is relative to the working directory. */
export interface EmbeddedOptions extends PlaceOptions {
  /** Takes one sentence for people, for what is worth knowing and is no failure of the start. */
  log(message: string): void;
}

export interface EmbeddedServer {
  /** Of our database, with the password in it. The same until it is stopped. */
  url: string;
  /** Where it really is: absolute, links resolved. */
  dataDir: string;
  /** Whether a server was found running and taken over. */
  adopted: boolean;
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in `dataDir`, or adopts the one that a killed gateway left running there, and keeps it running. Its URL
 * stands in the file `database-url` meanwhile. Throws `data_dir_in_use`, `data_dir_unusable`, `embedded_unavailable` or
 * `embedded_failed`, each with one sentence.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await start(options);
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const kind = NOT_FOR_US.has(code ?? '') ? 'data_dir_unusable' : 'embedded_failed';
    throw new DatabaseError(kind, `The data directory ${options.dataDir} cannot be used: ${message}.`, {
      cause: error,
    });
  }
}

/** The URL of the embedded server that runs in this data directory, whoever started it; null when none answers. */
export async function findEmbedded(options: PlaceOptions): Promise<string | null> {
  const place = await locate(options);
  const state = await readPostmasterState(place.clusterDir);
  const password = await readFile(join(place.dataDir, PASSWORD_FILE), 'utf8').catch(() => null);
  if (password === null || state === null || !(await isPostmasterOf(place.clusterDir, state.pid))) return null;
  const access = { port: state.port, password: password.trim() };
  return (await answersFrom(access, place.clusterDir)) ? databaseUrl(access) : null;
}

async function start(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = await preparePlace(options);
  const { dataDir } = place;
  const lock = await takeOwnership(dataDir);
  try {
    const password = await clusterPassword(place);
    const native = () => nativeFor(place, options);
    const adopted = await adoptServer(place, password);
    const server = adopted ?? (await startNew(place, await native(), password));
    const access = { port: server.port, password };
    const url = databaseUrl(access);
    try {
      await ensureDatabase(access);
      await writeUrl(dataDir, url);
    } catch (error) {
      await stopServer(place, server);
      throw error;
    }
    const keeper = new Keeper({ place, password, native, server, log: options.log });
    const stop = once(async () => {
      await rm(join(dataDir, URL_FILE), { force: true });
      await keeper.stop();
      await lock.release();
    });
    return { url, dataDir, adopted: adopted !== null, stop };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startNew(place: Place, native: string, password: string) {
  if (!(await hasCluster(place.clusterDir))) await createCluster(place, native, password);
  return launchServer(place, native);
}

async function nativeFor(place: Place, options: EmbeddedOptions): Promise<string> {
  const copyTo = place.account === null ? place.dataDir : (options.systemDir ?? SYSTEM_DIR);
  return usableBinaries(await findBinaries(), { account: place.account, copyTo, log: options.log });
}

/** In one step and for our eyes alone, since the password is in it. */
async function writeUrl(dataDir: string, url: string): Promise<void> {
  const file = join(dataDir, URL_FILE);
  await rm(`${file}.new`, { force: true });
  await writeFile(`${file}.new`, `${url}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= task();
    return running;
  };
}
