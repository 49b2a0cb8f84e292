/** A terminal's line is written again each time; a log gets a line only now and then. */
const LOG_INTERVAL_MS = 10_000;

/** Says on standard error how long work is going, without filling a log. */
export class Progress {
  readonly #quiet: boolean;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: { quiet: boolean }) {
    this.#quiet = options.quiet;
  }

  say(text: string): void {
    if (this.#quiet) return;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${text}`);
    } else if (performance.now() - this.#saidAtMs >= LOG_INTERVAL_MS) {
      this.#saidAtMs = performance.now();
      process.stderr.write(`${text}\n`);
    }
  }

  /** A line that stays. */
  note(text: string): void {
    if (this.#quiet) return;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
    this.#saidAtMs = Number.NEGATIVE_INFINITY;
  }
}
