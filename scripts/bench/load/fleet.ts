/** Load: fleets of reporters, each connected to one server and reporting on schedule when asked to. */
import { setTimeout as pause } from 'node:timers/promises';
import { answer } from '../stage/answer.ts';
import { nowUs } from './clock.ts';
import type { Dialect } from './dialects.ts';
import { Latencies } from './latencies.ts';
import { type Reporter, reporter } from './peers.ts';

const TICK_MS = 5;
/** Whoever is refused dials again after this long, give or take a half. */
const RETRY_MS = 1_000;
const MOST_ATTEMPTS = 30;
/** The gateway's --ack-timeout. */
const ACK_TIMEOUT_MS = 10_000;

export interface OpenFleet {
  name: string;
  dialect: Dialect;
  url: string;
  tokens: string[];
  keys: number;
  held: boolean;
  freshKeys?: number;
  connectsPerSecond: number;
}

export interface StartFleet {
  name: string;
  intervalMs: number;
  /** All report in the same instant. */
  burst: boolean;
}

export interface FleetFigures {
  reports: number;
  seconds: number;
  /** From sending to the answer, in milliseconds. */
  acknowledgement: ReturnType<Latencies['figures']>;
  /** For each agent, the time of its newest values acknowledged as committed, in microseconds; 0 for none. */
  acknowledgedUs: number[];
}

/** How a fleet came back. */
export interface StormFigures {
  /** From the drop until the last agent was let in, and until the last report was answered. */
  acceptedSeconds: number;
  answeredSeconds: number;
  /** Dials of all agents. */
  attempts: number;
}

interface Seat {
  reporter: Reporter;
  /** A report is under way; values collected meanwhile wait, the newest only. */
  busy: boolean;
  collectedUs: number | null;
  acknowledgedUs: number;
}

class LoadFleet {
  readonly seats: Seat[] = [];
  readonly #options: OpenFleet;
  #acknowledgement = new Latencies();
  #reports = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Since when reports count. */
  #countedFromMs = 0;
  closed = 0;

  constructor(options: OpenFleet) {
    this.#options = options;
  }

  async connect(): Promise<void> {
    const { tokens, connectsPerSecond } = this.#options;
    const begun = performance.now();
    const opened: Promise<unknown>[] = [];
    for (const agent of tokens.keys()) {
      const aheadMs = (agent / connectsPerSecond) * 1_000 - (performance.now() - begun);
      if (aheadMs > TICK_MS) await pause(aheadMs);
      opened.push(this.#seated(agent));
    }
    await Promise.all(opened);
    this.closed = 0;
  }

  /** Dials until it is let in, as agents do; returns how often it took. */
  async #seated(agent: number): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const seat = this.#seat(agent);
      this.seats[agent] = seat;
      try {
        await seat.reporter.opened;
        return attempt;
      } catch (error) {
        if (attempt === MOST_ATTEMPTS) throw error;
        await pause(RETRY_MS * (0.5 + Math.random()));
      }
    }
  }

  #seat(agent: number): Seat {
    const onClose = () => {
      this.closed += 1;
    };
    return {
      reporter: reporter({ ...this.#options, agent, token: this.#options.tokens[agent] as string, onClose }),
      busy: false,
      collectedUs: null,
      acknowledgedUs: 0,
    };
  }

  start({ intervalMs, burst }: StartFleet): void {
    this.begin();
    const begunMs = performance.now();
    const count = this.seats.length;
    let next = 0;
    this.#timer = setInterval(() => {
      const elapsedMs = performance.now() - begunMs;
      for (;;) {
        const dueMs = (Math.floor(next / count) + (burst ? 0 : (next % count) / count)) * intervalMs;
        if (dueMs > elapsedMs) return;
        this.collect(this.seats[next % count] as Seat);
        next += 1;
      }
    }, TICK_MS);
  }

  /** What has been reported so far does not count. */
  begin(): void {
    this.#acknowledgement = new Latencies();
    this.#reports = 0;
    this.#countedFromMs = performance.now();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  figures(): FleetFigures {
    return {
      reports: this.#reports,
      seconds: (performance.now() - this.#countedFromMs) / 1_000,
      acknowledgement: this.#acknowledgement.figures(),
      acknowledgedUs: this.seats.map(({ acknowledgedUs }) => acknowledgedUs),
    };
  }

  /** New values: reported at once, or when the report under way is through. */
  collect(seat: Seat): void {
    if (seat.busy) seat.collectedUs = nowUs();
    else this.#report(seat, nowUs());
  }

  #report(seat: Seat, atUs: number): void {
    seat.busy = true;
    this.#reports += 1;
    const sentUs = nowUs();
    const onAnswer = () => {
      const tookMs = (nowUs() - sentUs) / 1_000;
      // A slower answer says only that the report was taken in.
      if (tookMs < ACK_TIMEOUT_MS) seat.acknowledgedUs = atUs;
      this.#acknowledgement.add(tookMs);
    };
    seat.reporter.report(atUs, onAnswer, () => {
      seat.busy = false;
      const { collectedUs } = seat;
      seat.collectedUs = null;
      if (collectedUs !== null && this.#timer !== null) this.#report(seat, collectedUs);
    });
  }

  /** Every agent drops its connection, dials again at once and reports; resolves when all reports are answered. */
  async storm(): Promise<StormFigures> {
    for (const { reporter: old } of this.seats) old.terminate();
    const begun = performance.now();
    let attempts = 0;
    let lastAcceptedMs = 0;
    const back = async (agent: number) => {
      const dialed = await this.#seated(agent);
      attempts += dialed;
      lastAcceptedMs = performance.now() - begun;
      const seat = this.seats[agent] as Seat;
      seat.busy = true;
      await new Promise<void>((resolve) => {
        seat.reporter.report(nowUs(), resolve, () => {
          seat.busy = false;
        });
      });
    };
    await Promise.all(this.seats.map((_, agent) => back(agent)));
    const answeredSeconds = (performance.now() - begun) / 1_000;
    return { acceptedSeconds: lastAcceptedMs / 1_000, answeredSeconds, attempts };
  }
}

const fleets = new Map<string, LoadFleet>();

function fleetOf(name: string): LoadFleet {
  const fleet = fleets.get(name);
  if (fleet === undefined) throw new Error(`there is no fleet ${name}`);
  return fleet;
}

answer({
  async open(options: OpenFleet) {
    const fleet = new LoadFleet(options);
    fleets.set(options.name, fleet);
    await fleet.connect();
  },
  start: (params: StartFleet) => fleetOf(params.name).start(params),
  begin: ({ name }: { name: string }) => fleetOf(name).begin(),
  /** Ends reporting and tells what has been; waits for answers for as long as is said. */
  async stop({ name, settleMs }: { name: string; settleMs: number }): Promise<FleetFigures> {
    const fleet = fleetOf(name);
    fleet.stop();
    const end = performance.now() + settleMs;
    while (performance.now() < end && fleet.seats.some(({ busy }) => busy)) await pause(20);
    return fleet.figures();
  },
  storm: ({ name }: { name: string }) => fleetOf(name).storm(),
  closed: ({ name }: { name: string }) => fleetOf(name).closed,
  leave({ name }: { name: string }) {
    for (const { reporter: gone } of fleetOf(name).seats) gone.terminate();
    fleets.delete(name);
  },
});
