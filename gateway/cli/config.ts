import type { Command } from 'commander';
import { type Setting, type SettingName, settings } from '../config/settings.ts';
import { print, table } from './output.ts';
import { settingsOf, withSettings } from './settings-options.ts';

export function addConfigCommand(program: Command): void {
  withSettings(program.command('config'))
    .description('show the effective settings and where they come from; secrets are hidden')
    .option('--json', 'print JSON for programs')
    .action((options: Record<string, string | undefined> & { json?: boolean | string }) => {
      const { config, origin } = settingsOf(options as Record<string, string | undefined>);
      const rows = (Object.keys(settings) as SettingName[]).map((name) => {
        const setting: Setting<unknown> = settings[name];
        return { setting: setting.flag, value: shownValue(setting, config[name]), from: origin[name] ?? 'default' };
      });
      print(Boolean(options.json), rows, () =>
        table(
          ['SETTING', 'VALUE', 'FROM'],
          rows.map((row) => [row.setting, row.value ?? '-', row.from]),
        ),
      );
    });
}

function shownValue(setting: Setting<unknown>, value: unknown): string | null {
  if (value === undefined) return null;
  return setting.secret === true ? '(hidden)' : setting.kind.format(value);
}
