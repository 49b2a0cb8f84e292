import { type Command, Option } from 'commander';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { type Setting, type SettingName, settings, variableOf } from '../config/settings.ts';

/** Adds a flag for every setting of the gateway, with its default and variable in the help. */
export function withSettings(command: Command): Command {
  command.addOption(new Option('--config <path>', 'YAML or JSON file of settings').env('TIDEGATE_CONFIG'));
  for (const setting of Object.values(settings) as Setting<unknown>[]) {
    const shown = setting.default === undefined ? 'none' : setting.kind.format(setting.default);
    command.addOption(
      new Option(`--${setting.flag} <value>`, `${setting.description} (default ${shown}; ${variableOf(setting)})`),
    );
  }
  return command;
}

/**
 * The effective settings of a command made with {@link withSettings}.
 * @param fallback what this command uses where nobody has set anything
 * @throws {SettingError}
 */
export function settingsOf(
  options: Record<string, string | undefined>,
  fallback: Partial<Record<SettingName, string>> = {},
): LoadedConfig {
  const flags: Partial<Record<SettingName, string>> = {};
  for (const [name, setting] of Object.entries(settings) as [SettingName, Setting<unknown>][]) {
    const given = options[camelCase(setting.flag)];
    const byVariable = process.env[variableOf(setting)] !== undefined;
    const value = given ?? (byVariable || options.config !== undefined ? undefined : fallback[name]);
    if (value !== undefined) flags[name] = value;
  }
  return loadConfig({ flags, env: process.env, file: options.config });
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
