import { type Command, Option } from 'commander';
import { collect, parseLabels } from './agents.ts';
import { ApiClient, type ApiOptions, withApiOptions } from './api-client.ts';
import { print, table } from './output.ts';

interface ListedToken {
  id: string;
  role: string;
  name: string;
  labels: Record<string, string> | null;
  created_at: string;
}

export function addTokensCommand(program: Command): void {
  const tokens = program.command('tokens').description("create, list and delete people's tokens");

  withApiOptions(tokens.command('create'))
    .description('create a token and print it; it is shown only now')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(['viewer', 'admin']).default('viewer'))
    .option('--label <key=value>', 'a viewer sees only agents with this label; may repeat', collect, [])
    .action(async (name: string, options: ApiOptions & { role: string; label: string[] }) => {
      const labels = parseLabels(options.label);
      const created = await new ApiClient(options).request<{ token: string }>('POST', '/api/v2/tokens', {
        name,
        role: options.role,
        ...(options.label.length > 0 && { labels }),
      });
      print(options.json, created, () => created.token);
    });

  withApiOptions(tokens.command('list'))
    .description('list tokens, without their secrets')
    .action(async (options: ApiOptions) => {
      const listed = await new ApiClient(options).request<{ tokens: ListedToken[] }>('GET', '/api/v2/tokens');
      print(options.json, listed, () =>
        table(
          ['NAME', 'ROLE', 'CREATED', 'ID'],
          listed.tokens.map((token) => [token.name, token.role, token.created_at, token.id]),
        ),
      );
    });

  withApiOptions(tokens.command('delete'))
    .description('revoke tokens; what is connected with them is closed within 5 s')
    .argument('<id...>', 'ids')
    .action(async (ids: string[], options: ApiOptions) => {
      const client = new ApiClient(options);
      for (const id of ids) await client.request('DELETE', `/api/v2/tokens/${encodeURIComponent(id)}`);
      print(options.json, { deleted: ids }, () => ids.map((id) => `deleted ${id}`).join('\n'));
    });
}
