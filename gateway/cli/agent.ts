import type { Command } from 'commander';
import { HostAgent } from './agent/host-agent.ts';
import { DEFAULT_URL } from './api-client.ts';
import { CliError, print } from './output.ts';
import { onSignal } from './signals.ts';

interface AgentCommandOptions {
  url: string;
  token?: string;
  json?: boolean;
}

export function addAgentCommand(program: Command): void {
  program
    .command('agent')
    .description('run an agent on this host: it collects what its manifest names, or says how the host is')
    .option('--url <url>', 'the gateway', process.env.TIDEGATE_URL ?? DEFAULT_URL)
    .option('--token <token>', "the agent's own token, as `agents create` printed it; else TIDEGATE_TOKEN")
    .option('--json', 'print each change of the connection as a line of JSON')
    .action(async ({ url, token = process.env.TIDEGATE_TOKEN, json }: AgentCommandOptions) => {
      if (token === undefined) throw new CliError('An agent needs its token: give --token or TIDEGATE_TOKEN.');
      let refused: CliError | null = null;
      const agent = new HostAgent({
        url,
        token,
        onState(state) {
          if (state.state === 'refused')
            refused = new CliError(`The gateway refuses this agent: ${state.error.message}`);
          print(json, { state: state.state }, () => (state.state === 'connecting' ? '' : state.state));
          if (refused !== null) process.kill(process.pid, 'SIGTERM');
        },
      });
      agent.start();
      await onSignal(() => agent.close());
      if (refused !== null) throw refused;
    });
}
