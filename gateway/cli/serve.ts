import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { LoadedConfig } from '../config/load.ts';
import { fitYoungGeneration } from '../engine.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { createLog } from '../log.ts';
import { openStorage, prepareSchema } from '../storage.ts';
import { print } from './output.ts';
import { settingsOf, withSettings } from './settings-options.ts';
import { onSignal } from './signals.ts';

type ServeOptions = Record<string, string | undefined> & { json?: string | boolean | undefined };

export function addServeCommand(program: Command): void {
  withSettings(program.command('serve'))
    .description('run a gateway until SIGTERM or Ctrl-C')
    .option('--json', 'print the addresses as one line of JSON')
    .action(async (options: ServeOptions) => {
      const served = await serve(settingsOf(options), { json: Boolean(options.json) });
      await onSignal(async () => {
        process.exitCode = (await served.stop()) ? 0 : 1;
      });
    });
}

/** A running gateway with its database. */
export interface Served {
  gateway: Gateway;
  databaseUrl: string;
  dataDir: string;
  /** For commands that run beside the gateway; empty where this gateway knows no admin token. */
  adminToken(): string;
  /** Drains and ends both; false when not everything could be stored in time. */
  stop(): Promise<boolean>;
}

/** Starts a gateway and, where none is named, its database; says where it is. */
export async function serve({ config, origin }: LoadedConfig, options: { json: boolean }): Promise<Served> {
  fitYoungGeneration();
  const log = createLog(config.logLevel);
  const storage = await openStorage({
    config,
    explicitDataDir: origin.dataDir !== undefined,
    say: (message) => log.info(message),
  });
  try {
    await prepareSchema(storage.url);
    const gateway = await startGateway({ config, databaseUrl: storage.url, dataDir: storage.dataDir, log });
    // Without TLS there is nothing to read again, and a terminal that closes ends the process as SIGTERM does.
    if (config.tlsCert !== undefined) process.on('SIGHUP', () => gateway.reloadTls());
    print(options.json, greeting(gateway), () => greetingText(gateway, storage));
    return {
      gateway,
      databaseUrl: storage.url,
      dataDir: storage.dataDir,
      adminToken: () =>
        config.adminToken ??
        (gateway.adminToken.path === null ? '' : readFileSync(gateway.adminToken.path, 'utf8').trim()),
      stop: async () => {
        const { drained, left } = await gateway.stop();
        if (!drained) log.error({ left }, 'not everything could be stored before the end');
        await storage.stop();
        return drained;
      },
    };
  } catch (error) {
    await storage.stop();
    throw error;
  }
}

function greeting(gateway: Gateway) {
  const { url, metricsUrl, signInUrl, adminToken } = gateway;
  return { url, metricsUrl, signInUrl, ...(adminToken.made !== null && { adminToken: adminToken.made }) };
}

function greetingText(gateway: Gateway, storage: { embedded: boolean; dataDir: string }): string {
  const { adminToken, signInUrl } = gateway;
  return [
    `Tidegate listens on ${gateway.url} (metrics on ${gateway.metricsUrl}/metrics).`,
    ...(storage.embedded
      ? [`PostgreSQL runs in ${storage.dataDir}; its URL stands in ${storage.dataDir}/database-url.`]
      : []),
    ...(adminToken.made === null
      ? []
      : [`The admin token, shown only now and kept in ${adminToken.path}:`, `  ${adminToken.made}`]),
    ...(signInUrl === null ? [] : ['Open the dashboard (the link signs in once, for ten minutes):', `  ${signInUrl}`]),
  ].join('\n');
}
