/** What a soak does and when; everything else follows from how long it runs. */
export interface Course {
  agents: number;
  watchers: number;
  durationMs: number;
  flushIntervalMs: number;
  /** When the gateway gets SIGTERM and is started again, from the moment when all agents are connected. */
  gatewayRestartAtMs: number;
  /** When PostgreSQL is stopped and started again. */
  databaseRestartAtMs: number;
}

/** Early enough that both lives of the gateway are long enough to tell growth from warming up. */
const GATEWAY_RESTART_AT = 0.4;
const DATABASE_RESTART_AT = 0.65;

export function courseOf(options: { agents: number; watchers: number; minutes: number }): Course {
  const durationMs = options.minutes * 60_000;
  return {
    agents: options.agents,
    watchers: options.watchers,
    durationMs,
    flushIntervalMs: 5_000,
    gatewayRestartAtMs: GATEWAY_RESTART_AT * durationMs,
    databaseRestartAtMs: DATABASE_RESTART_AT * durationMs,
  };
}

/** The keys of every agent with their intervals in seconds; 0 is collected once a connection. */
export const KEYS: Record<string, number> = {
  hostname: 0,
  cpu: 1,
  memory: 5,
  load: 5,
  disk: 10,
  branch: 10,
  job: 10,
  temperature: 15,
  uptime: 30,
  updates: 60,
};
