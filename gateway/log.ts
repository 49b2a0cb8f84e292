import { pino } from 'pino';

/** What the gateway's parts need of a logger; pino's own shape. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Where a token could slip into a line: these paths are blanked whatever logs them. */
const SECRET_PATHS = ['token', '*.token', 'authorization', '*.authorization', 'cookie', '*.cookie', 'url.password'];

/** JSON lines on standard error, so that standard output stays for what a command prints. */
export function createLog(level: string, to: pino.DestinationStream = pino.destination(2)): Log {
  return pino({ level, redact: { paths: SECRET_PATHS, censor: '[hidden]' }, base: null }, to);
}

export const silentLog: Log = pino({ level: 'silent' });
