import { effect } from '@preact/signals';
import { Arrangement } from './arrangement.ts';
import { Fleet } from './fleet.ts';
import { FlowPoll } from './flow.ts';
import { signedOutByGateway } from './session.ts';

/** How long a hidden tab stays connected: a glance at another tab costs no new snapshot. */
const HIDDEN_GRACE_MS = 20_000;

/** A hidden tab looks in this often, so that its title and icon stay right. */
const HIDDEN_LOOK_MS = 60_000;

/** Everything that lives while someone is signed in. */
export class App {
  readonly fleet = new Fleet({ connect: openSocket, onRefused: signedOutByGateway });
  readonly arrangement = new Arrangement(this.fleet);
  readonly flow = new FlowPoll(this.fleet.latencies);
  readonly #ends: (() => void)[];
  #hiddenTimer = 0;

  constructor() {
    this.fleet.start();
    this.flow.start();
    const seen = () => this.#seen();
    document.addEventListener('visibilitychange', seen);
    this.#ends = [
      () => document.removeEventListener('visibilitychange', seen),
      effect(() => {
        const live = this.fleet.connection.value === 'live';
        if (live && document.hidden && this.#hiddenTimer === 0) this.#hide(HIDDEN_GRACE_MS);
      }),
    ];
  }

  /** Nobody is signed in any more: no socket, no timer, nothing kept. */
  end(): void {
    for (const end of this.#ends) end();
    clearTimeout(this.#hiddenTimer);
    this.arrangement.end();
    this.flow.stop();
    this.fleet.stop();
  }

  #seen(): void {
    clearTimeout(this.#hiddenTimer);
    this.#hiddenTimer = 0;
    if (document.hidden) {
      this.flow.stop();
      this.#hide(HIDDEN_GRACE_MS);
    } else {
      this.flow.start();
      this.fleet.start();
    }
  }

  /** Lets go of the socket for a while, then looks in once; the cursor brings only what changed. */
  #hide(inMs: number): void {
    this.#hiddenTimer = window.setTimeout(() => {
      this.fleet.stop();
      this.#hiddenTimer = window.setTimeout(() => {
        this.#hiddenTimer = 0;
        this.fleet.start();
      }, HIDDEN_LOOK_MS);
    }, inMs);
  }
}

function openSocket(): WebSocket {
  return new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v2/watch`);
}
