import type { LedgerOptions } from './ledger.ts';

/** What a run is asked to do. */
export interface SimulateSettings {
  agents: number;
  keys: number;
  intervalMs: number;
  durationMs: number;
  watchers: number;
  burst: boolean;
  /** Share of values that repeat the one before, 0 to 1. */
  repeat: number;
  ackMode: LedgerOptions['ackMode'];
  ackTimeoutMs: number;
  /** Where the database is, asked again whenever it is needed; without it the gateway's word is taken. */
  databaseUrl: (() => string) | undefined;
  keep: boolean;
}
