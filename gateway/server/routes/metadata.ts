import type { FleetReader } from '../../../db/metadata/fleet-reader.ts';
import type { Database } from '../../../db/pool.ts';
import type { MetadataDescription, ValueRow } from '../../../db/types.ts';
import type { Route } from '../access.ts';
import { idParams } from '../schemas.ts';
import { visibleAgent } from './agents.ts';
import { idOf } from './wire.ts';

/** What Coder's clients read as "never collected". */
const NEVER = '0001-01-01T00:00:00Z';
/** The age of that: the largest duration that Go knows, in whole seconds. */
const NEVER_AGE_SECONDS = 9_223_372_036;

export function metadataRoutes(options: {
  db: Database;
  reader: Pick<FleetReader, 'readAgentMetadata'>;
  /** Microseconds on the collection clock. */
  nowUs(): number;
}): Route[] {
  return [
    {
      method: 'GET',
      url: '/api/v2/workspaceagents/:id/metadata',
      roles: ['admin', 'viewer'],
      schema: { params: idParams },
      async handle(request, _reply, identity) {
        const agent = await visibleAgent(options.db, idOf(request), identity);
        const read = await options.reader.readAgentMetadata(agent.id);
        return {
          cursor: String(read.cursor),
          metadata: metadataItems(agent.descriptions, read.values, options.nowUs()),
        };
      },
    },
    {
      // An agent polls this to learn whether it is to start over; 409 ends the polling for good.
      method: 'GET',
      url: '/api/v2/workspaceagents/me/reinit',
      roles: 'public',
      handle(_request, reply) {
        reply.code(409);
        return { message: 'Agents of this gateway are never re-initialized.' };
      },
    },
  ];
}

/** One key of an agent, in the shape of Coder's `watch-metadata`. */
export type MetadataItem = ReturnType<typeof metadataItems>[number];

type KnownValue = Pick<ValueRow, 'key' | 'value' | 'error' | 'collectedAtUs'>;

/** One item per key, described ones in their order, then the others by name; the shape of Coder's `watch-metadata`. */
export function metadataItems(descriptions: MetadataDescription[], values: KnownValue[], nowUs: number) {
  const byKey = new Map(values.map((value) => [value.key, value]));
  const described = new Set(descriptions.map(({ key }) => key));
  const others = values
    .filter(({ key }) => !described.has(key))
    .map(
      ({ key }): MetadataDescription => ({ key, displayName: key, script: '', intervalSeconds: 0, timeoutSeconds: 0 }),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return [...descriptions, ...others].map((description) => ({
    result: result(byKey.get(description.key), nowUs),
    description: {
      display_name: description.displayName,
      key: description.key,
      script: description.script,
      interval: description.intervalSeconds,
      timeout: description.timeoutSeconds,
    },
  }));
}

function result(value: KnownValue | undefined, nowUs: number) {
  if (value === undefined) return { collected_at: NEVER, age: NEVER_AGE_SECONDS, value: '', error: '' };
  return {
    collected_at: goTime(value.collectedAtUs),
    age: Math.max(0, Math.floor((nowUs - value.collectedAtUs) / 1e6)),
    value: value.value,
    error: value.error,
  };
}

/** RFC 3339 in UTC with microseconds, zeros at the end left out, as Go writes it. */
export function goTime(us: number): string {
  const seconds = Math.floor(us / 1e6);
  const fraction = String(us - seconds * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 19);
  return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
}
