import type { WatchRequest } from '../../protocol/watch/messages.ts';
import type { WatchSettings } from './settings.ts';

/** A request that cannot be served; the text says what is wrong and what is allowed. */
export class WatchRequestError extends Error {
  override readonly name = 'WatchRequestError';
  readonly code = 'bad_watch_request';
}

type RequestLimits = Pick<WatchSettings, 'requestBytes' | 'requestIds' | 'requestLabels' | 'requestKeys'>;

/** Reads a message of a watcher; throws a {@link WatchRequestError} for anything that is not a `watch` request. */
export function parseRequest(text: string, limits: RequestLimits): WatchRequest {
  const message = parseObject(text, limits);
  if (message.type !== 'watch') fail(`"type" must be "watch", not ${show(message.type)}`);
  const request: WatchRequest = { type: 'watch', agents: agentsOf(message.agents, limits) };
  if (isGiven(message.labels)) request.labels = labelsOf(message.labels, limits);
  if (isGiven(message.keys)) request.keys = stringsOf(message.keys, { field: 'keys', most: limits.requestKeys });
  if (isGiven(message.since)) request.since = stringOf(message.since, 'since');
  return request;
}

function parseObject(text: string, { requestBytes }: RequestLimits): Record<string, unknown> {
  // A character takes at most three bytes for each of its code units: most requests need no count.
  if (text.length * 3 > requestBytes) {
    const bytes = Buffer.byteLength(text);
    if (bytes > requestBytes) fail(`the request has ${bytes} bytes; at most ${requestBytes} are allowed`);
  }
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    fail('the request is not JSON');
  }
  if (!isObject(message)) fail('the request must be a JSON object');
  return message;
}

function agentsOf(value: unknown, { requestIds }: RequestLimits): 'all' | string[] {
  if (value === 'all') return 'all';
  if (!Array.isArray(value)) fail(`"agents" must be "all" or a list of agent ids, not ${show(value)}`);
  return stringsOf(value, { field: 'agents', most: requestIds }).map((id) => id.toLowerCase());
}

function labelsOf(value: unknown, { requestLabels }: RequestLimits): Record<string, string> {
  if (!isObject(value)) fail(`"labels" must be an object of strings, not ${show(value)}`);
  const entries = Object.entries(value);
  if (entries.length > requestLabels)
    fail(`"labels" has ${entries.length} labels; at most ${requestLabels} are allowed`);
  for (const [name, label] of entries) stringOf(label, `labels.${name.slice(0, 64)}`);
  return value as Record<string, string>;
}

function stringsOf(value: unknown, { field, most }: { field: string; most: number }): string[] {
  if (!Array.isArray(value)) fail(`"${field}" must be a list of strings, not ${show(value)}`);
  if (value.length > most) fail(`"${field}" has ${value.length} entries; at most ${most} are allowed`);
  return value.map((entry) => stringOf(entry, field));
}

function stringOf(value: unknown, field: string): string {
  if (typeof value !== 'string') fail(`"${field}" must hold strings, not ${show(value)}`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  // What is nested may be so deep that it cannot be written.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const json = JSON.stringify(value);
  return json.length > 64 ? `${json.slice(0, 64)}…` : json;
}

function fail(message: string): never {
  throw new WatchRequestError(message);
}
