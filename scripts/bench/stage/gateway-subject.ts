import { createAgents } from './agents.ts';
import type { Database } from './postgres.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

/** A gateway whose agents have been made. */
export interface GatewaySubject extends Subject {
  database: Database;
  agentIds: string[];
}

/** A gateway on this database, with its agents made. */
export async function gatewaySubject(
  stage: Stage,
  database: Database,
  { agents, flags = [] }: { agents: number; flags?: string[] },
): Promise<GatewaySubject> {
  const gateway = await stage.gateway(database, flags);
  const made = await createAgents(gateway, agents);
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
