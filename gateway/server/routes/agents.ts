import { readAgentDetails } from '../../../db/agent-details.ts';
import {
  createAgents,
  deleteAgent,
  getAgent,
  listAgents,
  type NewAgent,
  patchAgent,
  rotateToken,
} from '../../../db/agents.ts';
import { DatabaseError } from '../../../db/errors.ts';
import type { Database } from '../../../db/pool.ts';
import type { AgentId, AgentRow, MetadataDescription } from '../../../db/types.ts';
import { type Identity, labelLimits, withinLimits } from '../../auth/identity.ts';
import { hashToken, newToken } from '../../auth/token.ts';
import { parseDuration } from '../../config/kinds.ts';
import type { Config } from '../../config/settings.ts';
import { actorOf, type Route } from '../access.ts';
import { ApiError, type FieldError } from '../errors.ts';
import {
  type AgentBody,
  createAgentsBody,
  type DescriptionBody,
  idParams,
  listAgentsQuery,
  patchAgentBody,
  rotateTokenBody,
} from '../schemas.ts';
import { agentDetail, agentSummary } from './agent-json.ts';
import { idOf } from './wire.ts';

/** What a change by HTTP sets off in the rest of the gateway. All of it has committed by then. */
export interface FleetEffects {
  /** Agents were created or changed: watchers everywhere are to learn of it. */
  changed(): void;
  /** Its manifest has changed: the agent is to fetch it again, wherever it is connected. */
  described(): void;
  /** An agent's labels have changed: viewers limited to labels may have to lose sight of it, on every gateway. */
  relabelled(): void;
  deleted(id: AgentId): void;
  /** Tokens were revoked or replaced: what is connected with them is to be closed on every gateway. */
  revoked(): void;
}

export interface AgentRoutesOptions {
  db: Database;
  config: Pick<Config, 'keysPerAgent' | 'keyBytes'>;
  effects: FleetEffects;
}

const READERS = ['admin', 'viewer'] as const;
const ADMIN = ['admin'] as const;
const PAGE = 500;
/** Longest time for which a replaced token may stay good: long enough for any roll-out, short enough to end. */
const MAX_OVERLAP_MS = 30 * 86_400_000;

export function agentRoutes({ db, config, effects }: AgentRoutesOptions): Route[] {
  return [
    {
      method: 'POST',
      url: '/api/v2/agents',
      roles: ADMIN,
      schema: { body: createAgentsBody },
      async handle(request, reply, identity) {
        const { agents } = request.body as { agents: AgentBody[] };
        checkKeys(
          agents.map((agent, index) => ({ field: `body.agents.${index}.metadata`, metadata: agent.metadata })),
          config,
        );
        const made = agents.map((agent) => ({ agent, token: newToken('tga') }));
        const created = await orConflict(
          createAgents(
            db,
            made.map(({ agent, token }) => newAgent(agent, token)),
            actorOf(request, identity),
          ),
        );
        effects.changed();
        reply.code(201);
        return { agents: created.map(({ id, name }, index) => ({ id, name, token: made[index]?.token })) };
      },
    },
    {
      method: 'GET',
      url: '/api/v2/agents',
      roles: READERS,
      schema: { querystring: listAgentsQuery },
      async handle(request, _reply, identity) {
        const query = request.query as { label?: string | string[]; limit?: string; after?: string };
        const labels = labelFilter([query.label ?? []].flat(), identity);
        if (labels === null) return { agents: [], next: null };
        const page = await listAgents(db, { labels, limit: Number(query.limit ?? PAGE), after: query.after ?? null });
        return { agents: page.agents.map(agentSummary), next: page.next };
      },
    },
    {
      method: 'GET',
      url: '/api/v2/agents/:id',
      roles: READERS,
      schema: { params: idParams },
      handle: async (request, _reply, identity) => {
        const id = idOf(request);
        return agentDetail(visible(await readAgentDetails(db, id), { id, identity }));
      },
    },
    {
      method: 'PATCH',
      url: '/api/v2/agents/:id',
      roles: ADMIN,
      schema: { params: idParams, body: patchAgentBody },
      async handle(request, _reply, identity) {
        const { metadata, ...rest } = request.body as Partial<AgentBody>;
        checkKeys([{ field: 'body.metadata', metadata }], config);
        const patch = { ...rest, ...(metadata && { metadata: metadata.map(description) }) };
        const id = idOf(request);
        await orConflict(patchAgent(db, id, patch, actorOf(request, identity)));
        effects.changed();
        if (patch.labels !== undefined) effects.relabelled();
        if (metadata !== undefined) effects.described();
        return agentDetail(visible(await readAgentDetails(db, id), { id, identity }));
      },
    },
    {
      method: 'DELETE',
      url: '/api/v2/agents/:id',
      roles: ADMIN,
      schema: { params: idParams },
      async handle(request, reply, identity) {
        const id = idOf(request);
        if (!(await deleteAgent(db, id, actorOf(request, identity)))) throw noSuchAgent(id);
        effects.deleted(id);
        effects.revoked();
        effects.changed();
        reply.code(204);
      },
    },
    {
      method: 'POST',
      url: '/api/v2/agents/:id/token',
      roles: ADMIN,
      schema: { params: idParams, body: rotateTokenBody },
      async handle(request, _reply, identity) {
        const overlapMs = overlapOf((request.body as { overlap?: string } | null)?.overlap);
        const token = newToken('tga');
        const renewed = { tokenHash: hashToken(token), overlapMs };
        await orConflict(rotateToken(db, idOf(request), renewed, actorOf(request, identity)));
        effects.revoked();
        return { token };
      },
    },
  ];
}

/** The agent, if whoever asks may see it: to a viewer limited by labels, any other agent does not exist. */
export async function visibleAgent(db: Database, id: AgentId, identity: Identity | null): Promise<AgentRow> {
  return visible(await getAgent(db, id), { id, identity });
}

/** @throws {ApiError} 404 */
function visible<Agent extends AgentRow>(
  agent: Agent | null,
  { id, identity }: { id: AgentId; identity: Identity | null },
): Agent {
  if (agent === null || !withinLimits(agent.labels, labelLimits(identity))) throw noSuchAgent(id);
  return agent;
}

function noSuchAgent(id: AgentId): ApiError {
  return new ApiError(404, `There is no agent ${id}.`);
}

function newAgent(agent: AgentBody, token: string): NewAgent {
  return {
    name: agent.name,
    labels: agent.labels ?? {},
    metadata: (agent.metadata ?? []).map(description),
    tokenHash: hashToken(token),
  };
}

function description(body: DescriptionBody): MetadataDescription {
  return {
    key: body.key,
    displayName: body.display_name ?? body.key,
    script: body.script ?? '',
    intervalSeconds: body.interval ?? 0,
    timeoutSeconds: body.timeout ?? 0,
  };
}

/** @throws {ApiError} 400 for keys that are too long, given twice, or too many */
function checkKeys(
  agents: { field: string; metadata: DescriptionBody[] | undefined }[],
  config: Pick<Config, 'keysPerAgent' | 'keyBytes'>,
): void {
  const validations = agents.flatMap(({ field, metadata = [] }): FieldError[] => {
    const problems: FieldError[] = [];
    if (metadata.length > config.keysPerAgent) {
      problems.push({ field, detail: `has ${metadata.length} keys; at most ${config.keysPerAgent} are allowed` });
    }
    const seen = new Set<string>();
    for (const { key } of metadata) {
      if (Buffer.byteLength(key) > config.keyBytes) {
        problems.push({ field, detail: `has a key longer than ${config.keyBytes} bytes: ${JSON.stringify(key)}` });
      }
      if (seen.has(key)) problems.push({ field, detail: `has the key ${JSON.stringify(key)} twice` });
      seen.add(key);
    }
    return problems;
  });
  if (validations.length > 0) throw new ApiError(400, 'The request is not valid.', { validations });
}

/** The labels to look for, or null when no agent can have them all for this viewer. */
function labelFilter(texts: string[], identity: Identity | null): Record<string, string> | null {
  const wanted = texts.map((text): [string, string] => {
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const limits = Object.entries(labelLimits(identity) ?? {});
  const labels = new Map<string, string>();
  for (const [key, value] of [...limits, ...wanted]) {
    if (labels.has(key) && labels.get(key) !== value) return null;
    labels.set(key, value);
  }
  return Object.fromEntries(labels);
}

function overlapOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const overlapMs = parseDuration(text);
  if (overlapMs === undefined || overlapMs > MAX_OVERLAP_MS) {
    const detail = `${JSON.stringify(text)} is not a duration like 10m, at most 30d`;
    throw new ApiError(400, 'The request is not valid.', { validations: [{ field: 'body.overlap', detail }] });
  }
  return overlapMs;
}

/** Turns what the database says about a name or an id into an answer. */
async function orConflict<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === 'name_taken') {
      const name = JSON.stringify(error.detail);
      throw new ApiError(409, `The name ${name} is taken.`, {
        detail: 'Nothing of the request was made.',
        validations: [{ field: 'name', detail: `${name} is taken` }],
      });
    }
    if (error.code === 'not_found') throw noSuchAgent(error.detail ?? '');
    throw error;
  }
}
