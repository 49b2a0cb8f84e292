import type { Command } from 'commander';
import { joinStorage, prepareSchema } from '../storage.ts';
import { print } from './output.ts';
import { settingsOf } from './settings-options.ts';

interface MigrateOptions {
  databaseUrl?: string;
  dataDir?: string;
  json?: boolean;
}

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description("bring the database's schema up to date; serve does the same at its start")
    .option('--database-url <url>', 'PostgreSQL 15 or newer; else the embedded server of the data directory')
    .option('--data-dir <path>', 'directory of the embedded server')
    .option('--json', 'print JSON for programs')
    .action(async ({ databaseUrl, dataDir, json }: MigrateOptions) => {
      const { config, origin } = settingsOf({ databaseUrl, dataDir });
      const say = (message: string) => process.stderr.write(`${message}\n`);
      const storage = await joinStorage({ config, explicitDataDir: origin.dataDir !== undefined, say });
      try {
        const result = await prepareSchema(storage.url);
        print(json, result, () =>
          result.applied.length === 0
            ? `The schema is up to date, at version ${result.version}.`
            : `Applied ${result.applied.join(', ')}; the schema is at version ${result.version}.`,
        );
      } finally {
        await storage.stop();
      }
    });
}
