import { effect, signal, untracked } from '@preact/signals';
import { movedRows, rowFilter, sortByName, sortNamed } from '../model/arrange.ts';
import type { Fleet } from './fleet.ts';
import type { Row } from './row.ts';
import { view } from './view.ts';

/** An order that depends on values settles at most this often. */
const SETTLE_MS = 2_000;

/**
 * The rows in sight of the filters, in their order. The reader's own choices count at once; what the fleet changes
 * settles every two seconds, and waits while the reader points at the table or is in it.
 */
export class Arrangement {
  readonly rows = signal<readonly Row[]>([]);
  /** How many rows wait to move. */
  readonly waiting = signal(0);
  readonly #fleet: Fleet;
  readonly #ends: (() => void)[];
  #byName: Row[] = [];
  #held = false;
  #stale = false;
  #choice = '';

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    const timer = setInterval(() => this.#settleWhenFree(), SETTLE_MS);
    this.#ends = [
      effect(() => this.#followView()),
      effect(() => this.#followMembers()),
      effect(() => this.#followChanges()),
      () => clearInterval(timer),
    ];
  }

  end(): void {
    for (const end of this.#ends) end();
  }

  /** While held, rows stay where they are. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#settleWhenFree();
  }

  /** Brings the order up to date now. */
  settle(): void {
    this.#stale = false;
    this.waiting.value = 0;
    const next = this.#arranged();
    const shown = this.rows.peek();
    if (next.length !== shown.length || movedRows(shown, next) > 0) this.rows.value = next;
  }

  #followView(): void {
    const { search, states, labels, sort } = view.value;
    const choice = JSON.stringify([search, states, labels, sort]);
    if (choice === this.#choice) return;
    this.#choice = choice;
    untracked(() => this.settle());
  }

  #followMembers(): void {
    this.#fleet.membership.value;
    this.#stale = true;
    untracked(() => {
      if (this.rows.value.length === 0) this.settle();
      else this.#leaveOutTheGone();
    });
  }

  #followChanges(): void {
    this.#fleet.changes.value;
    const { search, states, sort } = view.peek();
    if (sort.by !== 'name' || search !== '' || states.length > 0) this.#stale = true;
  }

  #settleWhenFree(): void {
    if (!this.#stale || document.hidden) return;
    if (this.#held) this.waiting.value = movedRows(this.rows.peek(), this.#arranged());
    else this.settle();
  }

  #leaveOutTheGone(): void {
    const shown = this.rows.peek();
    const left = shown.filter((row) => this.#fleet.rows.has(row.id));
    if (left.length !== shown.length) this.rows.value = left;
  }

  #arranged(): Row[] {
    const inView = rowFilter(view.peek());
    return sortNamed(this.#named().filter(inView), view.peek().sort);
  }

  /** All rows by name. The order before is where sorting begins: comparing names anew would cost most of a frame. */
  #named(): Row[] {
    const { rows } = this.#fleet;
    const before = new Set(this.#byName.filter((row) => rows.get(row.id) === row));
    for (const row of rows.values()) before.add(row);
    this.#byName = sortByName([...before]);
    return this.#byName;
  }
}
