import type { Command } from 'commander';
import { ApiClient, type ApiOptions, withApiOptions } from './api-client.ts';
import { CliError, print, table } from './output.ts';

interface ListedAgent {
  id: string;
  name: string;
  labels: Record<string, string>;
  status: string;
  last_connected_at: string | null;
}

const PAGE = 500;

export function addAgentsCommand(program: Command): void {
  const agents = program.command('agents').description('create, list, delete agents and renew their tokens');

  withApiOptions(agents.command('create'))
    .description('create agents and print their tokens, which are shown only now')
    .argument('<name...>', 'names, unique in the fleet')
    .option('--label <key=value>', 'a label of each of them; may repeat', collect, [])
    .action(async (names: string[], options: ApiOptions & { label: string[] }) => {
      const labels = parseLabels(options.label);
      const created = await new ApiClient(options).request<{ agents: { id: string; name: string; token: string }[] }>(
        'POST',
        '/api/v2/agents',
        { agents: names.map((name) => ({ name, labels })) },
      );
      print(options.json, created, () =>
        table(
          ['NAME', 'ID', 'TOKEN'],
          created.agents.map((agent) => [agent.name, agent.id, agent.token]),
        ),
      );
    });

  withApiOptions(agents.command('list'))
    .description('list agents')
    .option('--label <key=value>', 'only agents with this label; may repeat', collect, [])
    .action(async (options: ApiOptions & { label: string[] }) => {
      parseLabels(options.label);
      const all = await listAgents(new ApiClient(options), options.label);
      print(options.json, { agents: all }, () =>
        table(
          ['NAME', 'STATUS', 'LAST CONNECTED', 'LABELS', 'ID'],
          all.map((agent) => [
            agent.name,
            agent.status,
            agent.last_connected_at ?? '-',
            labelsText(agent.labels),
            agent.id,
          ]),
        ),
      );
    });

  withApiOptions(agents.command('delete'))
    .description('delete agents by name or id; their values go with them')
    .argument('<agent...>', 'names or ids')
    .action(async (wanted: string[], options: ApiOptions) => {
      const client = new ApiClient(options);
      const found = await findAgents(client, wanted);
      for (const agent of found) await client.request('DELETE', `/api/v2/agents/${agent.id}`);
      print(options.json, { deleted: found.map(({ id, name }) => ({ id, name })) }, () =>
        found.map((agent) => `deleted ${agent.name}`).join('\n'),
      );
    });

  withApiOptions(agents.command('rotate'))
    .description("renew an agent's token and print it")
    .argument('<agent>', 'name or id')
    .option('--overlap <duration>', 'how long the old token keeps working, like 10m')
    .action(async (wanted: string, options: ApiOptions & { overlap?: string }) => {
      const client = new ApiClient(options);
      const [agent] = await findAgents(client, [wanted]);
      const body = options.overlap === undefined ? {} : { overlap: options.overlap };
      const rotated = await client.request<{ token: string }>('POST', `/api/v2/agents/${agent?.id}/token`, body);
      print(options.json, rotated, () => rotated.token);
    });
}

/** Gathers an option that may repeat. */
export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

export function parseLabels(texts: string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new CliError(`--label ${JSON.stringify(text)} is not like key=value.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function labelsText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

/** Every agent with the given labels, page by page. */
export async function listAgents(client: ApiClient, labels: string[] = []): Promise<ListedAgent[]> {
  const all: ListedAgent[] = [];
  let after: string | null = '';
  while (after !== null) {
    const query = new URLSearchParams();
    for (const label of labels) query.append('label', label);
    query.set('limit', String(PAGE));
    if (after !== '') query.set('after', after);
    const page: { agents: ListedAgent[]; next: string | null } = await client.request('GET', `/api/v2/agents?${query}`);
    all.push(...page.agents);
    after = page.next;
  }
  return all;
}

async function findAgents(client: ApiClient, wanted: string[]): Promise<ListedAgent[]> {
  const all = await listAgents(client);
  return wanted.map((text) => {
    const agent = all.find(({ id, name }) => name === text || id === text);
    if (agent === undefined) throw new CliError(`There is no agent ${JSON.stringify(text)}.`);
    return agent;
  });
}
