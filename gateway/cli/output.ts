import { printable, printableLines } from './printable.ts';

/** What a command tells its user when it cannot do what was asked: one sentence, exit code 1, no stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** Prints for people, as a terminal may show it, or, with `--json`, one JSON document for programs. */
export function print(json: boolean | undefined, value: unknown, forPeople: () => string): void {
  const text = json === true ? JSON.stringify(value) : printableLines(forPeople());
  if (text !== '') process.stdout.write(`${text}\n`);
}

/** Columns as wide as their widest cell, for terminals. A cell is one line, whatever stands in it. */
export function table(header: string[], rows: string[][]): string {
  const shown = rows.map((row) => row.map(printable));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...shown.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [line(header), ...shown.map(line)].join('\n');
}
