import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { SYSTEM_DIR } from '../../db/embedded/place.ts';
import { ADMIN_TOKEN_FILE } from '../auth/admin-token.ts';
import { settings } from '../config/settings.ts';
import { CliError } from './output.ts';

/** The options that every command which speaks HTTP takes. */
export interface ApiOptions {
  url: string;
  token?: string;
  adminToken?: string;
  dataDir: string;
  json?: boolean;
}

const DEFAULT_DATA_DIR = settings.dataDir.default;
export const DEFAULT_URL = 'http://127.0.0.1:7080';

export function withApiOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the gateway', process.env.TIDEGATE_URL ?? DEFAULT_URL)
    .option('--token <token>', 'a token; else TIDEGATE_TOKEN, else the one that serve keeps in the data directory')
    .option('--admin-token <token>', 'the same as --token')
    .option('--data-dir <path>', 'data directory of a gateway on this host', DEFAULT_DATA_DIR)
    .option('--json', 'print JSON for programs');
}

/** Speaks the gateway's HTTP API; every failure is a {@link CliError} of one sentence. */
export class ApiClient {
  readonly url: string;
  readonly token: string;

  constructor(options: ApiOptions) {
    this.url = options.url.replace(/\/+$/, '');
    if (!/^https?:\/\/[^/]/.test(this.url)) {
      throw new CliError(`--url ${JSON.stringify(options.url)} is not a URL like ${DEFAULT_URL}.`);
    }
    this.token = findToken(options);
  }

  /** The WebSocket URL of a path. */
  socketUrl(path: string): string {
    return `${this.url.replace(/^http/, 'ws')}${path}`;
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new CliError(`No gateway answers at ${this.url}: ${causeOf(error)}.`);
    }
    const text = await response.text();
    if (!response.ok) throw new CliError(refusal(response.status, text));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

function findToken(options: ApiOptions): string {
  const given = options.token ?? options.adminToken ?? process.env.TIDEGATE_TOKEN ?? process.env.TIDEGATE_ADMIN_TOKEN;
  if (given !== undefined) return given;
  const directories = [options.dataDir];
  // Under root the embedded server may have had to move there from the default.
  if (options.dataDir === DEFAULT_DATA_DIR) directories.push(join(SYSTEM_DIR, 'data'));
  for (const directory of directories) {
    try {
      return readFileSync(join(directory, ADMIN_TOKEN_FILE), 'utf8').trim();
    } catch {}
  }
  const path = join(options.dataDir, ADMIN_TOKEN_FILE);
  throw new CliError(`A token is needed: give --token or TIDEGATE_TOKEN (${path} cannot be read).`);
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
}

function refusal(status: number, text: string): string {
  try {
    const { message, detail, validations = [] } = JSON.parse(text);
    const fields = validations.map((v: { field: string; detail: string }) => `${v.field}: ${v.detail}`);
    return `${[message, detail, ...fields].filter(Boolean).join(' ')} (${status})`;
  } catch {
    return `The gateway answered ${status}: ${text.slice(0, 200)}`;
  }
}
