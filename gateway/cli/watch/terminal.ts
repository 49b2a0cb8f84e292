import type { ReadStream, WriteStream } from 'node:tty';

const ENTER_SCREEN = '\x1b[?1049h\x1b[?25l';
const LEAVE_SCREEN = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const CTRL_C = '\x03';

/** Where a picture can be drawn over and over: a terminal's other screen, left as it was found. */
export class Terminal {
  readonly #output: WriteStream;
  readonly #input: ReadStream;
  readonly #onKey = (key: Buffer) => {
    if (key.includes('q') || key.includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
  };

  constructor(output: WriteStream, input: ReadStream) {
    this.#output = output;
    this.#input = input;
  }

  get columns(): number {
    return this.#output.columns;
  }

  get rows(): number {
    return this.#output.rows;
  }

  /** `q` and Ctrl-C become SIGINT; `onResize` is called whenever the picture no longer fits. */
  open(onResize: () => void): void {
    this.#output.write(ENTER_SCREEN);
    this.#output.on('resize', onResize);
    if (!this.#input.isTTY) return;
    this.#input.setRawMode(true);
    this.#input.on('data', this.#onKey);
    this.#input.resume();
  }

  /** Draws over what was there; lines that do not fit are the caller's to cut. */
  draw(lines: readonly string[]): void {
    this.#output.write(`${HOME}${lines.join(`${CLEAR_TO_LINE_END}\r\n`)}${CLEAR_TO_LINE_END}${CLEAR_BELOW}`);
  }

  close(): void {
    this.#output.write(LEAVE_SCREEN);
    if (!this.#input.isTTY) return;
    this.#input.setRawMode(false);
    this.#input.off('data', this.#onKey);
    this.#input.pause();
  }
}
