import { DatabaseError } from '../../db/errors.ts';
import { SettingError } from '../config/load.ts';
import { ListenError } from '../server/listen.ts';
import { TlsError } from '../server/tls.ts';
import { CliError } from './output.ts';
import { printableLines } from './printable.ts';

/** Errors whose message is written for the person at the terminal. */
const SPOKEN = [CliError, SettingError, DatabaseError, ListenError, TlsError];

/** Says in one sentence why a command ends, and ends it with exit code 1; a stack trace only for what nobody foresaw. */
export function fail(error: unknown): void {
  process.exitCode = 1;
  const spoken = SPOKEN.some((kind) => error instanceof kind);
  const text = spoken ? (error as Error).message : unforeseen(error);
  process.stderr.write(`tidegate: ${printableLines(text)}\n`);
}

function unforeseen(error: unknown): string {
  return `Something went wrong that should not have: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
