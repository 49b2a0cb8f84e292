/**
 * What the product says in this run, kept for the search at its end (`outputs-run.ts`): log lines, metrics, refusals,
 * what commands print. And the secrets that tests have made up themselves; those that the product makes are known by
 * their shape.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createLog, type Log, silentLog } from '../../gateway/log.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where outputs and secrets of this run are kept; undefined where nobody searches them. */
    outputsDir: string | undefined;
  }
}

/** What holds the secrets in the directory of outputs: one JSON string a line. */
export const SECRETS_FILE = 'secrets';
/** The fuzzers and the recorder start gateways outside of vitest. */
const outputsDir = () => (process.env.VITEST === undefined ? undefined : inject('outputsDir'));

/** Keeps what the product has said, under a name that tells where. */
export function keepOutput(name: string, text: string): void {
  const directory = outputsDir();
  if (directory !== undefined) appendFileSync(join(directory, `${name}-${process.pid}.out`), `${text}\n`);
}

/** A gateway's own log, at its most talkative, into the kept outputs. */
export function keptLog(): Log {
  const directory = outputsDir();
  if (directory === undefined) return silentLog;
  return createLog('trace', pino.destination({ dest: join(directory, `log-${process.pid}.out`), sync: true }));
}

/** A secret of the test's own making, which no output may hold. */
export function keepSecret(secret: string): void {
  const directory = outputsDir();
  if (directory !== undefined) appendFileSync(join(directory, SECRETS_FILE), `${JSON.stringify(secret)}\n`);
}

/** The password of a database URL. */
export function keepPassword(url: string): void {
  const { password } = new URL(url);
  if (password !== '') keepSecret(decodeURIComponent(password));
}
