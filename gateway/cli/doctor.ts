import type { Command } from 'commander';
import { joinStorage } from '../storage.ts';
import { examine } from './doctor/examine.ts';
import { print, table } from './output.ts';
import { settingsOf } from './settings-options.ts';

interface DoctorOptions {
  databaseUrl?: string;
  listenUrl?: string;
  dataDir?: string;
  json?: boolean;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look at what a gateway needs: database, schema, bus, clock; exits 1 when something is broken')
    .option('--database-url <url>', 'PostgreSQL 15 or newer; else the embedded server of the data directory')
    .option('--listen-url <url>', 'a direct URL for LISTEN, where the database URL goes through a pooler')
    .option('--data-dir <path>', 'directory of the embedded server')
    .option('--json', 'print JSON for programs')
    .action(async ({ databaseUrl, listenUrl, dataDir, json }: DoctorOptions) => {
      const { config, origin } = settingsOf({ databaseUrl, listenUrl, dataDir });
      const say = (message: string) => process.stderr.write(`${message}\n`);
      const storage = await joinStorage({ config, explicitDataDir: origin.dataDir !== undefined, say });
      try {
        const findings = await examine({ url: storage.url, listenUrl: config.listenUrl });
        const healthy = findings.every(({ verdict }) => verdict === 'ok' || verdict === 'warning');
        process.exitCode = healthy ? 0 : 1;
        print(json, { healthy, findings }, () =>
          table(
            ['CHECK', 'VERDICT', 'FINDING'],
            findings.map(({ check, verdict, finding }) => [check, verdict, finding]),
          ),
        );
      } finally {
        await storage.stop();
      }
    });
}
