import { auditActions } from '../../db/audit.ts';

/** The shapes of requests, as JSON Schema: what is refused with 400 and which field is named. */

const MAX_NAME = 128;
const MAX_LABELS = 64;

const name = { type: 'string', minLength: 1, maxLength: MAX_NAME, pattern: '^[^\\u0000-\\u001f\\u007f]+$' } as const;

export const labels = {
  type: 'object',
  maxProperties: MAX_LABELS,
  propertyNames: { minLength: 1, maxLength: MAX_NAME, pattern: '^[^\\u0000-\\u001f\\u007f=]+$' },
  additionalProperties: { type: 'string', maxLength: 256, pattern: '^[^\\u0000]*$' },
} as const;

/** One key that an agent is to collect. `keyBytes` is judged in bytes by the route. */
const description = {
  type: 'object',
  required: ['key'],
  additionalProperties: false,
  properties: {
    key: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^[^\\u0000]+$' },
    display_name: { type: 'string', maxLength: 256, pattern: '^[^\\u0000]*$' },
    script: { type: 'string', maxLength: 65_535, pattern: '^[^\\u0000]*$' },
    interval: { type: 'integer', minimum: 0, maximum: 31_536_000 },
    timeout: { type: 'integer', minimum: 0, maximum: 86_400 },
  },
} as const;

export const descriptions = { type: 'array', maxItems: 65_536, items: description } as const;

export interface DescriptionBody {
  key: string;
  display_name?: string;
  script?: string;
  interval?: number;
  timeout?: number;
}

export interface AgentBody {
  name: string;
  labels?: Record<string, string>;
  metadata?: DescriptionBody[];
}

export const createAgentsBody = {
  type: 'object',
  required: ['agents'],
  additionalProperties: false,
  properties: {
    agents: {
      type: 'array',
      minItems: 1,
      maxItems: 1_000,
      items: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: { name, labels, metadata: descriptions },
      },
    },
  },
} as const;

export const patchAgentBody = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: { name, labels, metadata: descriptions },
} as const;

export const rotateTokenBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { overlap: { type: 'string', maxLength: 32 } },
} as const;

export const createTokenBody = {
  type: 'object',
  required: ['role', 'name'],
  additionalProperties: false,
  properties: { role: { enum: ['viewer', 'admin'] }, name, labels },
} as const;

export const sessionBody = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: { token: { type: 'string', maxLength: 512 }, code: { type: 'string', maxLength: 512 } },
} as const;

const limit = { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$' } as const;

const label = { type: 'string', maxLength: 512, pattern: '^[^=]+=' } as const;

export const listAgentsQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    label: { anyOf: [label, { type: 'array', maxItems: MAX_LABELS, items: label }] },
    limit,
    after: { type: 'string', maxLength: 1_024 },
  },
} as const;

const id = { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' } as const;

export const listAuditQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit,
    before: { type: 'string', pattern: '^[0-9]{1,18}$' },
    action: { enum: auditActions },
    target: id,
  },
} as const;

export const idParams = { type: 'object', properties: { id } } as const;
