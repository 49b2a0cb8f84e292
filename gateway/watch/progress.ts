import { watchCloseCodes } from '../../protocol/watch/messages.ts';
import type { CancelTimer, Clock } from '../clock.ts';
import type { WatchSettings } from './settings.ts';
import type { Watcher } from './watcher.ts';

export interface ProgressOptions {
  clock: Clock;
  settings: WatchSettings;
  watchers: ReadonlySet<Watcher>;
  onSlow: () => void;
}

/** A sweep that comes this many intervals late tells of a stall of our own, for which no socket is to blame. */
const STALL_INTERVALS = 5;

/** One sweep over all sockets: who takes nothing for too long while something waits is closed. */
export class Progress {
  readonly #options: ProgressOptions;
  #cancelTimer: CancelTimer | null = null;
  #lastSweepMs = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Goes on while there are watchers. */
  start(): void {
    if (this.#cancelTimer !== null) return;
    this.#lastSweepMs = this.#options.clock.now();
    this.#arm();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Close frame now, end of the connection after the grace. */
  end(watcher: Watcher, code: number, reason: string): void {
    if (watcher.closing) return;
    watcher.closing = true;
    watcher.channel.close(code, reason);
    const { clock, settings } = this.#options;
    clock.after(settings.closeGraceMs, () => watcher.channel.destroy());
  }

  #arm(): void {
    const { clock, settings } = this.#options;
    this.#cancelTimer = clock.after(settings.sweepIntervalMs, () => this.#sweep());
  }

  #sweep(): void {
    const { clock, settings, watchers } = this.#options;
    const nowMs = clock.now();
    const stalled = nowMs - this.#lastSweepMs > STALL_INTERVALS * settings.sweepIntervalMs;
    this.#lastSweepMs = nowMs;
    for (const watcher of watchers) this.#judge(watcher, nowMs, stalled);
    this.#cancelTimer = null;
    if (watchers.size > 0) this.#arm();
  }

  #judge(watcher: Watcher, nowMs: number, stalled: boolean): void {
    const { bufferedBytes, progressMark } = watcher.channel;
    if (bufferedBytes === 0 || progressMark !== watcher.lastMark || stalled) {
      watcher.lastMark = progressMark;
      watcher.lastProgressMs = nowMs;
    } else if (nowMs - watcher.lastProgressMs >= this.#options.settings.progressTimeoutMs && !watcher.closing) {
      this.#options.onSlow();
      this.end(watcher, watchCloseCodes.slow, 'nothing was taken for too long');
    }
  }
}
