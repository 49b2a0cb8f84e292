import { createAgents } from './agents.ts';
import type { Database, Stage } from './stage.ts';
import type { Subject } from './subject.ts';

export interface GatewaySubjectOptions {
  agents: number;
  keys: number;
  flags?: string[];
}

/** A gateway on this database, with its agents made. */
export async function gatewaySubject(
  stage: Stage,
  database: Database,
  { agents, keys, flags = [] }: GatewaySubjectOptions,
): Promise<Subject & { database: Database; agentIds: string[] }> {
  const gateway = await stage.gateway(database, flags);
  const made = await createAgents(gateway, { count: agents, keys });
  return {
    name: 'gateway',
    dialect: 'gateway',
    url: gateway.url,
    program: gateway.program,
    database,
    tokens: made.map(({ token }) => token),
    token: gateway.client.token,
    agentIds: made.map(({ id }) => id),
  };
}
