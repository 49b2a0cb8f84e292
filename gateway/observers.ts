import type { BatcherObserver, CommittedFlush } from './batcher/observer.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { CursorWatch } from './watch/cursor-watch.ts';
import type { WatchObserver } from './watch/hub.ts';

/** A flush that takes longer is worth a line: half of the default interval, a hundred times what one usually takes. */
const SLOW_FLUSH_MS = 2_500;

/** Turns what the batcher does into metrics and log lines, and passes each commit on. */
export function batcherObserver(options: {
  metrics: Metrics;
  log: Log;
  onFlushed(flush: CommittedFlush): void;
}): BatcherObserver {
  const { metrics, log } = options;
  return {
    onFlushed(flush) {
      metrics.flushes.inc({ reason: flush.reason });
      metrics.notifications.inc();
      metrics.flushDuration.observe(flush.durationMs / 1_000);
      metrics.valuesWritten.inc(flush.written);
      metrics.valuesRefused.inc({ reason: 'superseded' }, flush.superseded.length);
      metrics.valuesRefused.inc({ reason: 'deleted' }, flush.deleted.length);
      metrics.valuesRefused.inc({ reason: 'rejected_by_database' }, flush.rejected.length);
      for (const { value, sqlState, message } of flush.rejected) {
        log.error({ agent: value.agentId, key: value.key, sqlState, why: message }, 'PostgreSQL refuses a value');
      }
      for (const { change, sqlState, message } of flush.rejectedAgents ?? []) {
        log.error({ agent: change.agentId, sqlState, why: message }, 'PostgreSQL refuses what an agent says of itself');
      }
      if (flush.durationMs >= SLOW_FLUSH_MS)
        log.warn(slowness(flush), 'a flush took long; phasesMs says what in it did');
      if (flush.attempt > 1) log.info({ attempt: flush.attempt }, 'a flush went through after failures');
      options.onFlushed(flush);
    },
    onFlushFailed(error, failure) {
      metrics.flushFailures.inc();
      log.warn({ err: error, ...failure }, 'a flush failed; what it held is pending again');
    },
    onSizeFlush: (size) => log.warn(size, 'so much is pending that a flush comes early'),
    onForgotten: (values) => metrics.valuesRefused.inc({ reason: 'deleted' }, values),
    onLogLinesDropped: (lines) => metrics.logLinesDropped.inc(lines),
    onFault: (error) => log.error({ err: error }, 'a callback of the batcher failed'),
  };
}

function slowness({ reason, durationMs, phasesMs, values, agents }: CommittedFlush) {
  return { reason, durationMs: Math.round(durationMs), phasesMs, values: values.length, agents: agents.length };
}

/** Turns what the watch hub does into metrics and log lines. */
export function watchObserver(options: { metrics: Metrics; log: Log; cursorWatch: CursorWatch }): WatchObserver {
  const { metrics, log, cursorWatch } = options;
  const messages = metrics.watchMessages.of({});
  const sentBytes = metrics.watchBytes.of({});
  return {
    onSent(bytes) {
      messages.inc();
      sentBytes.inc(bytes);
    },
    onSlow: () => log.info('a watcher that took nothing for too long was closed'),
    onRead: (position) => cursorWatch.onRead(position),
    onReadFailed: (error) => log.warn({ err: error }, 'the fleet could not be read; it is tried again'),
    onFault: (error) => log.error({ err: error }, 'the watch hub failed where it should not'),
  };
}
