/** What a command tells its user when it cannot do what was asked: one sentence, exit code 1, no stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** Prints for people or, with `--json`, one JSON document for programs. */
export function print(json: boolean | undefined, value: unknown, forPeople: () => string): void {
  const text = json === true ? JSON.stringify(value) : forPeople();
  if (text !== '') process.stdout.write(`${text}\n`);
}

/** Columns as wide as their widest cell, for terminals. */
export function table(header: string[], rows: string[][]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [line(header), ...rows.map(line)].join('\n');
}
