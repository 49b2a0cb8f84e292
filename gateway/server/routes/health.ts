import type { Route } from '../access.ts';

/** What `/readyz` says of each part. */
export interface Readiness {
  database: 'ok' | 'unavailable';
  bus: 'ok' | 'degraded';
  draining: boolean;
}

/** Many probes ask with HEAD. */
const PROBES = ['GET', 'HEAD'] as const;

export function healthRoutes(readiness: () => Readiness): Route[] {
  return [
    {
      method: PROBES,
      url: '/healthz',
      roles: 'public',
      handle: () => ({ message: 'The event loop turns.' }),
    },
    {
      method: PROBES,
      url: '/readyz',
      roles: 'public',
      handle(_request, reply) {
        const checks = readiness();
        const ready = checks.database === 'ok' && !checks.draining;
        reply.code(ready ? 200 : 503);
        return { message: readyMessage(checks), checks };
      },
    },
  ];
}

function readyMessage(checks: Readiness): string {
  if (checks.draining) return 'The gateway is shutting down.';
  if (checks.database !== 'ok')
    return 'PostgreSQL cannot be reached; agents stay connected and what they report waits.';
  if (checks.bus !== 'ok')
    return 'Ready, but notifications do not arrive; the database is read once per flush interval.';
  return 'Ready.';
}
