import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { formatDuration } from './kinds.ts';
import { type Config, type Setting, type SettingName, settings, variableOf } from './settings.ts';

/** A setting that cannot be used; the message is one sentence that names it and what is allowed. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** Where settings come from, strongest first. */
export interface SettingSources {
  /** Flags as given on the command line, by setting name. */
  flags: Partial<Record<SettingName, string | boolean>>;
  env: Record<string, string | undefined>;
  /** Path of a YAML or JSON file whose keys are the flags' names. */
  file?: string | undefined;
}

export interface LoadedConfig {
  config: Config;
  /** Names of the settings that someone has set, and where. */
  origin: Partial<Record<SettingName, string>>;
}

/** Variables of this prefix that are not settings of the gateway. */
const OTHER_VARIABLES = new Set(['TIDEGATE_TOKEN', 'TIDEGATE_URL', 'TIDEGATE_CONFIG']);
/** What Kubernetes puts into the environment of every pod beside a service named tidegate. */
const KUBERNETES_VARIABLE = /^TIDEGATE_(SERVICE_HOST|SERVICE_PORT.*|PORT(_.*)?)$/;

/**
 * Joins flags, variables and file into the effective settings.
 * @throws {SettingError} for unknown names, values of the wrong kind and combinations that cannot work
 */
export function loadConfig(sources: SettingSources): LoadedConfig {
  const fromFile = sources.file === undefined ? {} : readSettingsFile(sources.file);
  refuseUnknownVariables(sources.env);

  const config: Partial<Record<SettingName, unknown>> = {};
  const origin: Partial<Record<SettingName, string>> = {};
  for (const name of Object.keys(settings) as SettingName[]) {
    const setting: Setting<unknown> = settings[name];
    const given =
      fromFlag(setting, sources.flags[name]) ?? fromEnvironment(setting, sources.env) ?? fromFileKey(setting, fromFile);
    config[name] = given === undefined ? setting.default : parseSetting(setting, given);
    if (given !== undefined) origin[name] = given.origin;
  }
  return { config: checkTogether(config as Config), origin };
}

interface Given {
  text: string;
  origin: string;
}

function fromFlag(setting: Setting<unknown>, value: string | boolean | undefined): Given | undefined {
  return value === undefined ? undefined : { text: String(value), origin: `--${setting.flag}` };
}

function fromEnvironment(setting: Setting<unknown>, env: SettingSources['env']): Given | undefined {
  const variable = variableOf(setting);
  const direct = env[variable];
  if (direct !== undefined) return { text: direct, origin: variable };
  const path = setting.secret === true ? env[`${variable}_FILE`] : undefined;
  if (path !== undefined) return { text: readSecretFile(`${variable}_FILE`, path), origin: `${variable}_FILE` };
  const other = setting.alsoEnv === undefined ? undefined : env[setting.alsoEnv];
  return other === undefined ? undefined : { text: other, origin: setting.alsoEnv ?? '' };
}

function fromFileKey(setting: Setting<unknown>, file: Record<string, unknown>): Given | undefined {
  const value = file[setting.flag];
  return value === undefined ? undefined : { text: String(value), origin: `${setting.flag} in the settings file` };
}

function parseSetting(setting: Setting<unknown>, given: Given): unknown {
  const value = setting.kind.parse(given.text);
  if (value !== undefined) return value;
  const shown = setting.secret === true ? '' : ` ${JSON.stringify(given.text)}`;
  throw new SettingError(`${given.origin}${shown} is not allowed: it takes ${setting.kind.allowed}.`);
}

function readSecretFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new SettingError(`${variable} names ${path}, which cannot be read.`, { cause });
  }
}

function readSettingsFile(path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = parseYaml(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new SettingError(`The settings file ${path} cannot be used: ${why}`, { cause });
  }
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new SettingError(`The settings file ${path} must hold names with values, like "flush-interval: 5s".`);
  }
  const known = new Set(Object.values(settings).map((setting) => setting.flag as string));
  for (const [key, value] of Object.entries(parsed)) {
    if (!known.has(key)) {
      throw new SettingError(`The settings file ${path} has "${key}", which is no setting; see tidegate serve --help.`);
    }
    if (typeof value === 'object' && value !== null) {
      throw new SettingError(`"${key}" in the settings file ${path} must be one value.`);
    }
  }
  return parsed as Record<string, unknown>;
}

function refuseUnknownVariables(env: SettingSources['env']): void {
  const known = new Set(OTHER_VARIABLES);
  for (const setting of Object.values(settings) as Setting<unknown>[]) {
    known.add(variableOf(setting));
    if (setting.secret === true) known.add(`${variableOf(setting)}_FILE`);
  }
  for (const variable of Object.keys(env)) {
    if (variable.startsWith('TIDEGATE_') && !known.has(variable) && !KUBERNETES_VARIABLE.test(variable)) {
      throw new SettingError(`The variable ${variable} is no setting; see tidegate serve --help.`);
    }
  }
}

const MIN_ADMIN_TOKEN_CHARACTERS = 16;

function checkTogether(config: Config): Config {
  if (config.ack === 'committed' && config.flushIntervalMs > config.ackTimeoutMs / 2) {
    throw new SettingError(
      `--flush-interval ${formatDuration(config.flushIntervalMs)} is above half of --ack-timeout ` +
        `${formatDuration(config.ackTimeoutMs)}: with --ack committed it may be at most ` +
        `${formatDuration(config.ackTimeoutMs / 2)}, or reports would be answered before their commit.`,
    );
  }
  if (config.unfinishedBytes < config.messageBytes) {
    throw new SettingError('--unfinished-bytes is below --message-bytes: it takes at least one whole message.');
  }
  if (config.adminToken !== undefined && config.adminToken.length < MIN_ADMIN_TOKEN_CHARACTERS) {
    throw new SettingError(`--admin-token is too short: it takes at least ${MIN_ADMIN_TOKEN_CHARACTERS} characters.`);
  }
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new SettingError('--tls-cert and --tls-key go together: give both for TLS, or neither.');
  }
  return config;
}
