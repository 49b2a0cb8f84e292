import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { parseDuration } from '../config/kinds.ts';
import { ApiClient, type ApiOptions, withApiOptions } from './api-client.ts';
import { CliError, print } from './output.ts';
import { followingUrl } from './simulate/database-evidence.ts';
import { Progress } from './simulate/progress.ts';
import { simulate } from './simulate/run.ts';
import type { SimulateSettings } from './simulate/settings.ts';
import { summaryText } from './simulate/summary.ts';

interface SimulateOptions extends ApiOptions {
  agents: string;
  keys: string;
  interval: string;
  duration: string;
  watchers: string;
  repeat: string;
  burst?: boolean;
  ackMode: SimulateSettings['ackMode'];
  ackTimeout: string;
  databaseUrl?: string;
  keep?: boolean;
}

export function addSimulateCommand(program: Command): void {
  withApiOptions(program.command('simulate'))
    .description('run a simulated fleet against a gateway and check what became of every value')
    .option('--agents <n>', 'agents', '600')
    .option('--keys <n>', 'keys of each agent', '15')
    .option('--interval <duration>', 'time between two reports of an agent', '10s')
    .option('--duration <duration>', 'how long to report', '60s')
    .option('--watchers <n>', 'watch sockets, each following the whole simulated fleet', '0')
    .option('--burst', 'all agents report in the same instant')
    .option('--repeat <share>', 'share of values that repeat the one before, 0 to 1', '0')
    .addOption(
      new Option('--ack-mode <mode>', "the gateway's --ack")
        .choices(['committed', 'watched', 'accepted'])
        .default('committed'),
    )
    .option('--ack-timeout <duration>', "the gateway's --ack-timeout: a slower reply counts as accepted", '10s')
    .option('--database-url <url>', 'count notifications and verify values on connections of its own')
    .option('--keep', 'leave the simulated agents in place')
    .action(async (options: SimulateOptions) => {
      const stop = new AbortController();
      const interrupt = () => stop.abort();
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      const summary = await simulate(new ApiClient(options), settingsOf(options), {
        progress: new Progress({ quiet: options.json === true }),
        stop: stop.signal,
      });
      print(options.json, summary, () => summaryText(summary));
      if (summary.lost > 0) process.exitCode = 1;
    });
}

function settingsOf(options: SimulateOptions): SimulateSettings {
  return {
    agents: whole('agents', options.agents, 1, 100_000),
    keys: whole('keys', options.keys, 1, 256),
    intervalMs: milliseconds('interval', options.interval),
    durationMs: milliseconds('duration', options.duration),
    watchers: whole('watchers', options.watchers, 0, 10_000),
    burst: options.burst === true,
    repeat: share('repeat', options.repeat),
    ackMode: options.ackMode,
    ackTimeoutMs: milliseconds('ack-timeout', options.ackTimeout),
    databaseUrl:
      options.databaseUrl === undefined
        ? undefined
        : followingUrl(options.databaseUrl.trim(), join(options.dataDir, 'database-url')),
    keep: options.keep === true,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new CliError(
    `--${name} ${JSON.stringify(text)} is not allowed: it takes a whole number from ${min} to ${max}.`,
  );
}

function share(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new CliError(`--${name} ${JSON.stringify(text)} is not allowed: it takes a number from 0 to 1.`);
}

function milliseconds(name: string, text: string): number {
  const value = parseDuration(text);
  if (value !== undefined && value > 0) return value;
  throw new CliError(`--${name} ${JSON.stringify(text)} is not allowed: it takes a duration like 10s or 500ms.`);
}
