import { FlushWriter } from '../../db/metadata/flush-writer.ts';
import type { AgentChange } from '../../db/types.ts';
import { Batcher } from '../batcher/batcher.ts';
import { batcherObserver, watchObserver } from '../observers.ts';
import { CursorWatch } from '../watch/cursor-watch.ts';
import { WatchHub } from '../watch/hub.ts';
import type { Base } from './base.ts';

/** The two ways that a value takes from its agent: by the batcher to the database, and by the hub to watchers. */
export interface ValueSide {
  writer: FlushWriter;
  batcher: Batcher;
  hub: WatchHub;
  cursorWatch: CursorWatch;
  /** What changes about an agent takes both ways. */
  change(agentChange: AgentChange): void;
}

/** @param onCommitted a flush has committed as this revision, and its notification is on its way */
export function createValueSide(base: Base, onCommitted: (revision: bigint) => void): ValueSide {
  const { config, databaseUrl, log, id, clock, gathering, collectionClock, metrics, reader } = base;
  // What is due at a promised time, and what takes several turns: no pause holds it up.
  const { punctual, underWay } = gathering;
  const { yieldTurn } = underWay;
  const writer = new FlushWriter({ url: databaseUrl, gatewayId: id, limits: config });
  const cursorWatch = new CursorWatch(clock);
  const batcher: Batcher = new Batcher({
    clock: punctual,
    yieldTurn,
    random: Math.random,
    write: (batch, signal) => underWay.during(() => writer.write(batch, signal)),
    settings: config,
    observer: batcherObserver({
      metrics,
      log,
      onFlushed: (flush) => {
        hub.flushed(flush);
        onCommitted(flush.revision);
      },
    }),
  });
  const hub: WatchHub = new WatchHub({
    clock: punctual,
    yieldTurn,
    collectionClock,
    reader,
    pending: batcher,
    settings: { liveIntervalMs: config.liveIntervalMs, flushIntervalMs: config.flushIntervalMs },
    observer: watchObserver({ metrics, log, cursorWatch }),
  });
  const change = (agentChange: AgentChange) => {
    batcher.changeAgent(agentChange);
    hub.changeLive(agentChange);
  };
  return { writer, batcher, hub, cursorWatch, change };
}
