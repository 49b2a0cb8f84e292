import type { Command } from 'commander';
import { WebSocket } from 'ws';
import { WatchClient, type WatchClientOptions } from '../../protocol/watch/client.ts';
import { type WatchSubscription, watchCloseCodes } from '../../protocol/watch/messages.ts';
import { collect, parseLabels } from './agents.ts';
import { ApiClient, type ApiOptions, withApiOptions } from './api-client.ts';
import { CliError, print } from './output.ts';
import { onSignal } from './signals.ts';
import { type FleetView, fleetTable, summaryLine } from './watch/fleet-table.ts';
import { agentJson, JsonOutput, LineOutput, TableOutput, viewOf, type WatchOutput } from './watch/outputs.ts';
import { Terminal } from './watch/terminal.ts';

type WatchEvents = Pick<WatchClientOptions, 'onChange' | 'onNotice' | 'onConnection'>;

interface WatchOptions extends ApiOptions {
  label: string[];
  key: string[];
  once?: boolean;
}

export function addWatchCommand(program: Command): void {
  withApiOptions(program.command('watch'))
    .description('watch the fleet: a live table in a terminal, a line for each value elsewhere')
    .option('--label <key=value>', 'only agents with this label; may repeat', collect, [])
    .option('--key <key>', 'only this key; may repeat', collect, [])
    .option('--once', 'print the state once and end')
    .action(async (options: WatchOptions) => {
      const api = new ApiClient(options);
      const subscription: WatchSubscription = {
        agents: 'all',
        ...(options.label.length > 0 && { labels: parseLabels(options.label) }),
        ...(options.key.length > 0 && { keys: options.key }),
      };
      await (options.once === true ? showOnce : follow)(api, subscription, options);
    });
}

async function showOnce(api: ApiClient, subscription: WatchSubscription, options: WatchOptions): Promise<void> {
  const view = await new Promise<FleetView>((resolve, reject) => {
    const watcher = watch(api, subscription, {
      onConnection(connection) {
        const { state } = connection;
        if (state === 'live') resolve(viewOf(watcher, subscription.keys));
        else if (state === 'refused') reject(refusal(connection.code));
        else if (state === 'waiting') reject(new CliError(`No gateway answers at ${api.url}.`));
        if (state === 'live' || state === 'waiting') watcher.stop();
      },
    });
    watcher.start();
  });
  print(options.json, { agents: Array.from(view.agents.values(), agentJson) }, () =>
    [summaryLine(view), '', ...fleetTable(view)].join('\n'),
  );
}

async function follow(api: ApiClient, subscription: WatchSubscription, options: WatchOptions): Promise<void> {
  let refused: CliError | null = null;
  const client = watch(api, subscription, {
    onChange: (change) => output.changed(change),
    onNotice: (notice) => output.notice(notice),
    onConnection(connection) {
      output.connection(connection);
      if (connection.state !== 'refused') return;
      refused = refusal(connection.code);
      process.kill(process.pid, 'SIGTERM');
    },
  });
  const output = outputFor(options, () => viewOf(client, subscription.keys));
  client.start();
  await onSignal(async () => {
    client.stop();
    output.close();
  });
  if (refused !== null) throw refused;
}

function watch(api: ApiClient, subscription: WatchSubscription, events: WatchEvents): WatchClient {
  const headers = { authorization: `Bearer ${api.token}` };
  const url = api.socketUrl('/api/v2/watch');
  return new WatchClient({ connect: () => new WebSocket(url, { headers }) as never, subscription, ...events });
}

function outputFor(options: WatchOptions, view: () => FleetView): WatchOutput {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  if (options.json === true) return new JsonOutput(write);
  if (!process.stdout.isTTY) return new LineOutput(write);
  return new TableOutput({ terminal: new Terminal(process.stdout, process.stdin), view });
}

function refusal(code: number): CliError {
  const why =
    code === watchCloseCodes.forbidden ? 'the token may not watch' : 'no one has this token, or it was revoked';
  return new CliError(`The gateway refuses to show the fleet: ${why} (${code}).`);
}
