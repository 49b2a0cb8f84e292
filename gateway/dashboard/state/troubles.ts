import { signal } from '@preact/signals';
import type { WatchConnection } from '../../../protocol/watch/client.ts';
import type { NoticeCode } from '../../../protocol/watch/messages.ts';
import { afterNotice, isOfPage, type Problem } from '../model/problems.ts';

/** A shorter loss of the socket is not worth a word: most are over before anyone could read it. */
const QUIET_LOSS_MS = 2_000;

/** Why the page is kept out is asked for again after this time. */
const ASK_AGAIN_MS = 5_000;

/** Problems that last are told again right behind a snapshot; what is not told by then is over. */
const RETOLD_WITHIN_MS = 1_000;

export interface TroublesOptions {
  /** Whether the gateway says that its database is away; false also where it says nothing. */
  databaseAway(): Promise<boolean>;
  nowMs(): number;
}

/** What is wrong with us: what the gateway gives notice of, and the page's own connection. */
export class Troubles {
  readonly problems = signal<Problem[]>([]);
  readonly #options: TroublesOptions;
  /** Since when the page is not live although it should be. */
  #awaySinceMs: number | null = null;
  #askAtMs = 0;
  #connection: WatchConnection['state'] = 'stopped';
  /** Problems from before the page was away, until they are told again or `#retoldAtMs` has come. */
  #unconfirmed = new Set<Problem['code']>();
  #retoldAtMs = 0;

  constructor(options: TroublesOptions) {
    this.#options = options;
  }

  notice(code: NoticeCode): void {
    this.#unconfirmed.delete(code);
    this.problems.value = afterNotice(this.problems.value, code, this.#options.nowMs());
  }

  connection(state: WatchConnection['state']): void {
    this.#connection = state;
    const nowMs = this.#options.nowMs();
    if (state === 'live') this.#back(nowMs);
    else if (state === 'stopped' || state === 'refused') this.#awaySinceMs = null;
    else if (this.#awaySinceMs === null) {
      this.#awaySinceMs = nowMs;
      this.#askAtMs = nowMs + QUIET_LOSS_MS;
    }
  }

  /** To be called once a second. */
  tick(): void {
    const nowMs = this.#options.nowMs();
    if (this.#unconfirmed.size > 0 && nowMs >= this.#retoldAtMs) {
      this.problems.value = this.problems.value.filter(({ code }) => !this.#unconfirmed.has(code));
      this.#unconfirmed.clear();
    }
    const sinceMs = this.#awaySinceMs;
    if (sinceMs === null || nowMs < this.#askAtMs) return;
    this.#askAtMs = nowMs + ASK_AGAIN_MS;
    void this.#tellWhy(sinceMs);
  }

  #back(nowMs: number): void {
    this.#awaySinceMs = null;
    // The gateway that shut down is not the one it came back to.
    this.problems.value = this.problems.value.filter((one) => !isOfPage(one) && one.code !== 'draining');
    this.#unconfirmed = new Set(this.problems.value.map(({ code }) => code));
    this.#retoldAtMs = nowMs + RETOLD_WITHIN_MS;
  }

  async #tellWhy(sinceMs: number): Promise<void> {
    const databaseAway = await this.#options.databaseAway();
    // It came back, or left again, while the question was out.
    if (this.#awaySinceMs !== sinceMs) return;
    const rest = this.problems.value.filter((problem) => !isOfPage(problem));
    // A snapshot that is on its way, however long it takes, is no loss.
    const lost = this.#connection !== 'synchronizing';
    if (databaseAway) this.problems.value = [...rest, { code: 'page_database', sinceMs }];
    else if (lost) this.problems.value = [...rest, { code: 'page', sinceMs }];
  }
}
