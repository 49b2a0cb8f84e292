/** What all routes read and write alike. */
import type { FastifyRequest } from 'fastify';

/** The `:id` of a route, as ids are stored. */
export function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id.toLowerCase();
}

/** Microseconds since 1970 as RFC 3339, whole milliseconds. */
export function rfc3339(us: number | null): string | null {
  return us === null ? null : new Date(us / 1_000).toISOString();
}
