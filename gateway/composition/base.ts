import { randomBytes } from 'node:crypto';
import { readDatabaseClock } from '../../db/gateways.ts';
import { FleetReader } from '../../db/metadata/fleet-reader.ts';
import { Pool } from '../../db/pool.ts';
import { type Clock, systemClock } from '../clock.ts';
import { CollectionClock } from '../collection-clock.ts';
import type { Config } from '../config/settings.ts';
import { EndOfTurn } from '../end-of-turn.ts';
import { Gathering } from '../gathering/gathering.ts';
import type { Log } from '../log.ts';
import { createMetrics, type Metrics } from '../metrics.ts';

export interface BaseOptions {
  config: Config;
  /** A PostgreSQL whose schema is up to date. */
  databaseUrl: string;
  log: Log;
}

/** What every part of one gateway stands on. */
export interface Base extends BaseOptions {
  /** Names this run of the gateway. */
  id: string;
  clock: Clock;
  /** What thousands of sockets may want done in one turn of the event loop. */
  endOfTurn: EndOfTurn;
  /** When the event loop may sleep while calls of agents gather. */
  gathering: Gathering;
  collectionClock: CollectionClock;
  /** Microseconds on the collection clock. */
  nowUs(): number;
  metrics: Metrics;
  /** For questions; flushes have a connection of their own, and the bus has one that listens. */
  db: Pool;
  reader: FleetReader;
  /** Microseconds since 1970 by the database's clock; rejects while it cannot be used. */
  probe(): Promise<number>;
}

export function createBase({ config, databaseUrl, log }: BaseOptions): Base {
  const id = randomBytes(6).toString('hex');
  const clock = systemClock;
  const metrics = createMetrics();
  const endOfTurn = new EndOfTurn(() => clock.now(), { onDone: () => gathering.turnDone() });
  const gathering = new Gathering({
    clock,
    longestMs: longestPauseMs(config),
    turns: endOfTurn,
    onPaused: (seconds) => metrics.gatherPause.inc(seconds),
  });
  const db = new Pool({
    url: databaseUrl,
    applicationName: `tidegate ${id}`,
    queryTimeoutMs: config.databaseTimeoutMs,
    waitTimeoutMs: config.databaseTimeoutMs,
    underWay: gathering.underWay,
  });
  const probe = () => readDatabaseClock(db);
  const collectionClock = new CollectionClock({ clock, probe });
  return {
    ...{ config, databaseUrl, log, id, clock, endOfTurn, gathering, collectionClock, metrics, db, probe },
    nowUs: () => collectionClock.nowUs(),
    reader: new FleetReader(db),
  };
}

/** Values must not wait longer to be read than for the next frame; with a live interval of 0 they wait for the commit. */
function longestPauseMs({ gatherIntervalMs, liveIntervalMs }: Config): number {
  return liveIntervalMs === 0 ? gatherIntervalMs : Math.min(gatherIntervalMs, liveIntervalMs);
}
