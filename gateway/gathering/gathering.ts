import type { Clock } from '../clock.ts';
import { Conversations } from './conversations.ts';
import { PunctualClock } from './punctual-clock.ts';
import { UnderWay } from './under-way.ts';

/** A pause ends when about so many calls have come: by then the next one costs little less in company. */
const CALLS_WORTH_WAITING_FOR = 12;
/** Where more have come since the last pause, they are here in company without one: a fleet that reports in the same instant. */
const CALLS_OF_A_BURST = 2 * CALLS_WORTH_WAITING_FOR;
/** Where fewer are to be expected in the longest pause, there is nothing to gather. */
const LEAST_CALLS = 2;
/** A shorter pause saves less than it costs to fall asleep and to wake up. */
const SHORTEST_MS = 4;
/** How long nothing pauses behind somebody who waits for each step. */
const AWAKE_MS = 500;
/** Over how long calls are counted. */
const RATE_WINDOW_MS = 1_000;
/** A window ends with the first call behind it; where that is so late, calls do not come steadily. */
const LONGEST_WINDOW_MS = 1_200;

export interface GatheringOptions {
  clock: Clock;
  /** Longest pause; 0 for none at all. */
  longestMs: number;
  /** What is done at the end of a turn: nothing pauses in front of it. */
  turns: { readonly isIdle: boolean };
  onPaused?: (seconds: number) => void;
  /** Holds up the thread. */
  sleep?: (ms: number) => void;
  nextTurn?: (task: () => void) => void;
}

/**
 * Lets calls of a fleet gather, in place of waking up for each of them. Dozens of agents that report by themselves wake a
 * process that sleeps most of the time, and waking up with cold caches is most of what a report costs then. So when all is done
 * for those who have called, the thread sleeps for as long as it takes until some more have: the kernel keeps what arrives.
 *
 * It must not be felt. What could be answered at once has been, before; no pause runs over what is due by the {@link punctual}
 * clock, such as frames to watchers and flushes, nor over work {@link underWay}, such as a transaction; none comes amid requests
 * over HTTP, calls of an agent that sends one behind the other, or a long message. What begins during a pause waits for its end,
 * a few dozen milliseconds, and a gateway with few calls has none. Node's means to leave sockets unread, pausing each of them,
 * costs more than it would save.
 */
export class Gathering {
  readonly underWay = new UnderWay();
  readonly punctual: PunctualClock;
  readonly #options: GatheringOptions;
  readonly #sleep: (ms: number) => void;
  readonly #nextTurn: (task: () => void) => void;
  readonly #conversations = new Conversations();
  /** Calls since there last was, or could have been, a pause. */
  #calls = 0;
  #pauseIsNext = false;
  #awakeUntilMs = Number.NEGATIVE_INFINITY;
  #windowStartMs: number;
  #callsInWindow = 0;
  /** How long a pause is at the rate of calls in the last window that is over; 0 for none. */
  #pauseMs = 0;
  /** When each connection over HTTP last carried a request. */
  readonly #asked = new WeakMap<object, number>();
  #last = { beginMs: 0, endMs: 0 };

  constructor(options: GatheringOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? sleepThread;
    this.#nextTurn = options.nextTurn ?? setImmediate;
    this.punctual = new PunctualClock(options.clock, this.#nextTurn);
    this.#windowStartMs = options.clock.now();
  }

  /** An agent has begun a call; `caller` stands for its connection. */
  called(caller: object): void {
    if (this.#options.longestMs === 0) return;
    const nowMs = this.#options.clock.now();
    this.#count(nowMs);
    if (this.#pauseMs === 0) return;
    this.#calls += 1;
    const isAwake = nowMs < this.#awakeUntilMs;
    if (isAwake ? this.#conversations.has(caller) : this.#conversations.called(caller)) this.stayAwake();
  }

  /**
   * A request has come over HTTP; `connection` is what carries it. Whoever has just connected, or asked a moment ago, wants the next
   * thing as soon as it is answered; a page that asks now and then does not keep anybody awake.
   */
  asked(connection: object): void {
    const nowMs = this.#options.clock.now();
    const beforeMs = this.#asked.get(connection) ?? nowMs;
    this.#asked.set(connection, nowMs);
    if (nowMs - beforeMs < AWAKE_MS) this.stayAwake();
  }

  /** More is to come from somebody who waits for each step. */
  stayAwake(): void {
    this.#awakeUntilMs = this.#options.clock.now() + AWAKE_MS;
  }

  /** All is done that was to be done at the end of a turn. Sockets get another look before the pause: what is here need not wait. */
  readonly turnDone = (): void => {
    if (this.#calls === 0 || this.#pauseIsNext) return;
    this.#pauseIsNext = true;
    this.#nextTurn(() => {
      this.#pauseIsNext = false;
      // Else it is asked for again when all is done.
      if (this.#options.turns.isIdle) this.#pause();
    });
  };

  /** How much of the time since then was the last pause. */
  pausedMsSince(sinceMs: number): number {
    const { beginMs, endMs } = this.#last;
    return Math.max(0, endMs - Math.max(beginMs, sinceMs));
  }

  #count(nowMs: number): void {
    const elapsedMs = nowMs - this.#windowStartMs;
    if (elapsedMs >= RATE_WINDOW_MS) {
      // A fleet that reports all at once is silent in between: what one burst was says nothing of how calls come.
      const isSteady = elapsedMs < LONGEST_WINDOW_MS;
      this.#pauseMs = isSteady ? pauseMsAt(this.#callsInWindow / elapsedMs, this.#options.longestMs) : 0;
      this.#callsInWindow = 0;
      this.#windowStartMs = nowMs;
      if (this.#pauseMs === 0) this.#conversations.forget();
    }
    this.#callsInWindow += 1;
  }

  #pause(): void {
    const { clock, onPaused } = this.#options;
    const beginMs = clock.now();
    const calls = this.#calls;
    this.#calls = 0;
    if (calls > CALLS_OF_A_BURST || this.underWay.any || beginMs < this.#awakeUntilMs) return;
    const ms = equalPauseMs(this.#pauseMs, this.punctual.nextDueMs - beginMs);
    if (ms === 0) return;
    this.#conversations.nextStretch();
    this.#sleep(ms);
    // What it took beyond that was not its own accord: a stall, such as of a process that was stopped meanwhile.
    this.#last = { beginMs, endMs: beginMs + Math.min(ms, clock.now() - beginMs) };
    onPaused?.((this.#last.endMs - beginMs) / 1_000);
  }
}

/** How long a pause is at a rate of calls; 0 for none. */
function pauseMsAt(callsPerMs: number, longestMs: number): number {
  if (callsPerMs * longestMs < LEAST_CALLS) return 0;
  const ms = Math.min(longestMs, CALLS_WORTH_WAITING_FOR / callsPerMs);
  return ms < SHORTEST_MS ? 0 : ms;
}

/**
 * The longest of equal pauses, none above `pauseMs`, of which the last ends when something is due: a remainder would be one more to
 * wake up from. 0 for none.
 */
function equalPauseMs(pauseMs: number, untilDueMs: number): number {
  if (pauseMs === 0 || untilDueMs < SHORTEST_MS) return 0;
  return untilDueMs === Number.POSITIVE_INFINITY ? pauseMs : untilDueMs / Math.ceil(untilDueMs / pauseMs);
}

const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

function sleepThread(ms: number): void {
  Atomics.wait(never, 0, 0, ms);
}
