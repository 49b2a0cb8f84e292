import { randomBytes } from 'node:crypto';
import { readDatabaseClock } from '../../db/gateways.ts';
import { FleetReader } from '../../db/metadata/fleet-reader.ts';
import { Pool } from '../../db/pool.ts';
import { type Clock, systemClock } from '../clock.ts';
import { CollectionClock } from '../collection-clock.ts';
import type { Config } from '../config/settings.ts';
import { EndOfTurn } from '../end-of-turn.ts';
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
  const db = new Pool({
    url: databaseUrl,
    applicationName: `tidegate ${id}`,
    queryTimeoutMs: config.databaseTimeoutMs,
    waitTimeoutMs: config.databaseTimeoutMs,
  });
  const clock = systemClock;
  const probe = () => readDatabaseClock(db);
  const collectionClock = new CollectionClock({ clock, probe });
  return {
    ...{ config, databaseUrl, log, id, clock, collectionClock, db, probe },
    endOfTurn: new EndOfTurn(() => clock.now()),
    nowUs: () => collectionClock.nowUs(),
    metrics: createMetrics(),
    reader: new FleetReader(db),
  };
}
