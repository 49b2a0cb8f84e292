import { randomUUID } from 'node:crypto';
import type { ControlMessage } from '../db/bus/channels.ts';
import type { FlushNotification } from '../db/types.ts';
import type { CancelTimer, Clock } from './clock.ts';

/** Without hearing itself for this long, a gateway sends itself a proof. */
const PROOF_AFTER_MS = 30_000;
/** A proof that has not come back by then means that notifications do not arrive. */
const PROOF_TIMEOUT_MS = 4_000;
/** How often the bus is looked at. */
const CHECK_INTERVAL_MS = 1_000;
/** A lost LISTEN connection that is back within this time is worth a read, not an alarm. */
const RECONNECT_GRACE_MS = 5_000;
/** Announcements of revoked tokens: at most one a second. */
const REREAD_INTERVAL_MS = 1_000;

/** What carries wake-ups between gateways; PostgreSQL's LISTEN and NOTIFY. */
export interface BusPort {
  /** Sends a message on the control channel. */
  control(message: ControlMessage): Promise<void>;
  /** Drops the LISTEN connection and makes a new one. */
  reconnect(): void;
}

export interface BusOptions {
  clock: Clock;
  gatewayId: string;
  port: BusPort;
  /** `poll`: no LISTEN at all, the database is read once per flush interval. */
  mode: 'postgres' | 'poll';
  pollIntervalMs: number;
  /** Something may be new in the database; with `own`, only what this gateway has flushed itself. */
  onWake(source: 'notify' | 'poll' | 'reconnect', own: boolean): void;
  /** Another gateway has revoked tokens or deleted agents. */
  onReread(): void;
  /** Seconds from the commit of an own flush to its notification heard back. */
  onLag(seconds: number): void;
  /** The reason while notifications do not arrive; null once they do again. */
  onHealth(degraded: string | null): void;
}

/**
 * Watches over the bus: what this gateway notifies it must also hear. While it does not, it says so, polls instead and
 * keeps trying.
 */
export class Bus {
  readonly #options: BusOptions;
  #heardAtMs: number;
  #proof: { nonce: string; sentAtMs: number } | null = null;
  /** Since when there has been no LISTEN connection; null while there is one. */
  #deafSinceMs: number | null;
  #degraded: string | null = null;
  #polledAtMs: number;
  /** Own flushes that have not been heard yet: revision → time of the commit. */
  readonly #committed = new Map<string, number>();
  /** Own flushes heard before their commit was known here. */
  readonly #heardEarly = new Set<string>();
  #rereadAtMs = Number.NEGATIVE_INFINITY;
  #cancelReread: CancelTimer | null = null;
  #cancelCheck: CancelTimer = () => {};

  constructor(options: BusOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#heardAtMs = now;
    this.#deafSinceMs = now;
    this.#polledAtMs = now;
  }

  /** Why notifications do not arrive, or null. */
  get degraded(): string | null {
    return this.#degraded;
  }

  start(): void {
    this.#armCheck();
  }

  stop(): void {
    this.#cancelCheck();
    this.#cancelReread?.();
  }

  /** LISTEN stands, for the first time or again: whatever was notified in between has to be read. */
  listening(): void {
    this.#deafSinceMs = null;
    this.#options.onWake('reconnect', false);
    // What was sent while there was no connection will never be heard.
    this.#committed.clear();
    this.#heardEarly.clear();
    this.#sendProof();
  }

  /** The LISTEN connection is gone. */
  lost(): void {
    this.#deafSinceMs ??= this.#options.clock.now();
  }

  /** A flush, of this gateway or another, has been notified. */
  heard(notification: FlushNotification): void {
    const own = notification.gateway === this.#options.gatewayId;
    if (own) {
      const { revision } = notification;
      const committedAtMs = this.#committed.get(revision);
      if (committedAtMs === undefined) this.#heardEarly.add(revision);
      else this.#options.onLag((this.#options.clock.now() - committedAtMs) / 1_000);
      this.#committed.delete(revision);
      this.#proven();
    }
    this.#options.onWake('notify', own);
  }

  /** A message on the control channel. */
  heardControl(message: ControlMessage): void {
    if ('reread' in message) this.#options.onReread();
    else if (message.proof === this.#proof?.nonce) this.#proven();
  }

  /** An own flush has committed; its notification is to be heard. */
  flushed(revision: bigint): void {
    if (this.#deafSinceMs !== null || this.#options.mode !== 'postgres') return;
    // The notification is often here before the answer to COMMIT.
    if (this.#heardEarly.delete(String(revision))) this.#options.onLag(0);
    else this.#committed.set(String(revision), this.#options.clock.now());
  }

  /** Tells every gateway that tokens were revoked or agents deleted. */
  announceReread(): void {
    if (this.#cancelReread !== null) return;
    const waitMs = Math.max(0, this.#rereadAtMs + REREAD_INTERVAL_MS - this.#options.clock.now());
    this.#cancelReread = this.#options.clock.after(waitMs, () => {
      this.#cancelReread = null;
      this.#rereadAtMs = this.#options.clock.now();
      // Every gateway compares its tokens with the database every few seconds anyway.
      this.#options.port.control({ v: 1, reread: 'tokens' }).catch(() => {});
    });
  }

  #armCheck(): void {
    this.#cancelCheck = this.#options.clock.after(CHECK_INTERVAL_MS, () => {
      this.#check();
      this.#armCheck();
    });
  }

  #check(): void {
    const { clock, mode, pollIntervalMs, onWake } = this.#options;
    const now = clock.now();
    if (mode === 'postgres') this.#checkEcho(now);
    if ((mode === 'poll' || this.#degraded !== null) && now - this.#polledAtMs >= pollIntervalMs) {
      this.#polledAtMs = now;
      onWake('poll', false);
    }
  }

  #checkEcho(now: number): void {
    if (this.#deafSinceMs !== null) {
      if (now - this.#deafSinceMs >= RECONNECT_GRACE_MS) this.#degrade('the LISTEN connection cannot be made');
      return;
    }
    if (this.#proof !== null) {
      if (now - this.#proof.sentAtMs < PROOF_TIMEOUT_MS) return;
      this.#proof = null;
      this.#committed.clear();
      this.#degrade('what this gateway notifies is not heard on its LISTEN connection');
      this.#options.port.reconnect();
      return;
    }
    if (this.#degraded !== null || now - this.#heardAtMs >= PROOF_AFTER_MS) this.#sendProof();
  }

  #sendProof(): void {
    const nonce = randomUUID();
    this.#proof = { nonce, sentAtMs: this.#options.clock.now() };
    this.#options.port.control({ v: 1, proof: nonce }).catch(() => {});
  }

  #proven(): void {
    this.#heardAtMs = this.#options.clock.now();
    this.#proof = null;
    if (this.#degraded === null) return;
    this.#degraded = null;
    this.#options.onHealth(null);
  }

  #degrade(reason: string): void {
    if (this.#degraded !== null) return;
    this.#degraded = reason;
    this.#options.onHealth(reason);
  }
}
