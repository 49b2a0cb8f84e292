/** What one agent does in every scenario: so many keys, each with a new value in every report, a report every 10 s. */
export const KEYS = 15;
export const INTERVAL_MS = 10_000;

/** The fleet at which the gateway is compared with what one would use in its place. */
export const COMPARED_AGENTS = 600;
/** What a watcher of that fleet gets in 10 s as plain JSON, one message for each report; measured elsewhere. */
export const PLAIN_JSON_KIB = 447;

/** The gateway's defaults. */
export const FLUSH_INTERVAL_MS = 5_000;
export const LIVE_INTERVAL_MS = 200;

/** So many watchers, each of the whole fleet. */
export const watchersOfAll = (count: number): null[] => Array(count).fill(null);

/** What one watcher gets in the time of one report of everybody, in KiB. */
export function kibPerWatcher(bytes: number, { watchers, reports }: { watchers: number; reports: number }): number {
  return bytes / watchers / 1_024 / (reports / COMPARED_AGENTS);
}

export function overPlainJson(kib: number): number {
  return kib / PLAIN_JSON_KIB;
}
