import { type Command, Option } from 'commander';
import { auditActions } from '../../db/audit.ts';
import { ApiClient, type ApiOptions, withApiOptions } from './api-client.ts';
import { CliError, print, table } from './output.ts';

interface ListedEntry {
  id: string;
  at: string;
  action: string;
  actor: { token_id: string | null; name: string; address: string };
  target: { id: string; name: string };
  detail: Record<string, unknown>;
}

interface AuditOptions extends ApiOptions {
  limit: string;
  action?: string;
  target?: string;
}

const MAX_LIMIT = 100_000;
const PAGE = 1_000;

export function addAuditCommand(program: Command): void {
  withApiOptions(program.command('audit'))
    .description('show who made, changed, rotated and deleted what, and who signed in; newest first')
    .option('--limit <n>', 'rows at most', '100')
    .addOption(new Option('--action <action>', 'only these').choices(auditActions))
    .option('--target <id>', 'only what was done to this agent or token')
    .action(async (options: AuditOptions) => {
      const entries = await readTrail(new ApiClient(options), { ...options, limit: limitOf(options.limit) });
      print(options.json, { entries }, () =>
        table(
          ['AT', 'WHO', 'FROM', 'DID', 'TO', 'DETAIL'],
          entries.map(({ at, actor, action, target, detail }) => [
            at,
            actor.name,
            actor.address || '-',
            action,
            target.name,
            JSON.stringify(detail),
          ]),
        ),
      );
    });
}

/** The newest rows, page by page. */
async function readTrail(
  client: ApiClient,
  { limit, action, target }: Pick<AuditOptions, 'action' | 'target'> & { limit: number },
): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  let before: string | null = '';
  while (before !== null && entries.length < limit) {
    const query = new URLSearchParams({ limit: String(Math.min(PAGE, limit - entries.length)) });
    if (before !== '') query.set('before', before);
    if (action !== undefined) query.set('action', action);
    if (target !== undefined) query.set('target', target);
    const page: { entries: ListedEntry[]; next: string | null } = await client.request('GET', `/api/v2/audit?${query}`);
    entries.push(...page.entries);
    before = page.next;
  }
  return entries;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new CliError(`--limit ${JSON.stringify(text)} is not allowed: it takes a whole number from 1 to ${MAX_LIMIT}.`);
}
