import { Counter } from 'prom-client';

/** One line of a {@link TalliedCounter}. */
export class Tally {
  #news = 0;

  inc(by = 1): void {
    this.#news += by;
  }

  /** What has been counted since this was asked before. */
  takeNews(): number {
    const news = this.#news;
    this.#news = 0;
    return news;
  }
}

/**
 * A counter for what is counted hundreds of times a second: each line is a plain number, which the library is told when
 * it is asked for. Its own `inc` looks the line up by its labels each time.
 */
export class TalliedCounter<Label extends string = never> extends Counter<Label> {
  readonly #lines: { labels: Partial<Record<Label, string>>; tally: Tally }[] = [];

  /** The line with these labels: ask once, then count. It is shown from its first count on. */
  of(labels: Record<Label, string>): Tally {
    const tally = new Tally();
    this.#lines.push({ labels, tally });
    return tally;
  }

  override get() {
    for (const { labels, tally } of this.#lines) {
      const news = tally.takeNews();
      if (news > 0) this.inc(labels, news);
    }
    return super.get();
  }
}
