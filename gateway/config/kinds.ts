import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/**
 * The kinds of value that a setting can have: how the text of a flag, a variable or a file becomes a typed value, and what
 * to tell a person whose text does not fit.
 */

/** Reads one kind of value. `parse` returns undefined for text that is not of this kind. */
export interface Kind<T> {
  /** What is allowed, as the end of a sentence: "a duration like 5s or 250ms". */
  readonly allowed: string;
  parse(text: string): T | undefined;
  /** Back to text, as `tidegate config` and `--help` show it. */
  format(value: T): string;
  /** Of a number: what it may be. */
  readonly bounds?: Bounds;
}

const DURATION_UNITS_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZE_UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

export interface Bounds {
  min?: number;
  max?: number;
}

function within(value: number, { min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

function boundsText(bounds: Bounds, format: (value: number) => string): string {
  if (bounds.min !== undefined && bounds.max !== undefined) {
    return ` from ${format(bounds.min)} to ${format(bounds.max)}`;
  }
  if (bounds.min !== undefined) return `, at least ${format(bounds.min)}`;
  if (bounds.max !== undefined) return `, at most ${format(bounds.max)}`;
  return '';
}

export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = DURATION_UNITS_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return ms === 0 ? '0' : `${ms}ms`;
}

export function parseDuration(text: string): number | undefined {
  if (/^0+$/.test(text.trim())) return 0;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * (DURATION_UNITS_MS[match[2] ?? ''] ?? Number.NaN);
}

/** Milliseconds. */
export function duration(bounds: Bounds = {}): Kind<number> {
  return {
    allowed: `a duration like 5s or 250ms${boundsText(bounds, formatDuration)}`,
    parse(text) {
      const ms = parseDuration(text);
      return ms === undefined ? undefined : within(ms, bounds);
    },
    format: formatDuration,
    bounds,
  };
}

function formatSize(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB']) {
    const size = SIZE_UNITS[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}

/** Bytes. */
export function size(bounds: Bounds = {}): Kind<number> {
  return {
    allowed: `a size like 64MiB or 2048B${boundsText(bounds, formatSize)}`,
    parse(text) {
      const match = /^(\d+(?:\.\d+)?)\s*([KMG]i?B|B|)$/.exec(text.trim());
      if (match === null) return undefined;
      const bytes = Number(match[1]) * (SIZE_UNITS[match[2] ?? ''] ?? Number.NaN);
      return Number.isInteger(bytes) ? within(bytes, bounds) : undefined;
    },
    format: formatSize,
    bounds,
  };
}

export function integer(bounds: Bounds = {}): Kind<number> {
  return {
    allowed: `a whole number${boundsText(bounds, String)}`,
    parse: (text) => (/^\d+$/.test(text.trim()) ? within(Number(text), bounds) : undefined),
    format: String,
    bounds,
  };
}

export function flag(): Kind<boolean> {
  const words: Record<string, boolean> = { true: true, false: false, yes: true, no: false, 1: true, 0: false };
  return { allowed: 'true or false', parse: (text) => words[text.trim().toLowerCase()], format: String };
}

export function oneOf<const T extends string>(...choices: T[]): Kind<T> {
  const last = choices.at(-1);
  return {
    allowed: `${choices.slice(0, -1).join(', ')} or ${last}`,
    parse: (text) => choices.find((choice) => choice === text.trim()),
    format: String,
  };
}

export function text(allowed: string): Kind<string> {
  return { allowed, parse: (value) => (value === '' ? undefined : value), format: String };
}

export function postgresUrl(): Kind<string> {
  return {
    allowed: 'a URL like postgres://user:password@host:5432/database',
    parse(value) {
      const url = parseUrl(value);
      return url !== null && /^postgres(ql)?:$/.test(url.protocol) ? value : undefined;
    },
    format: String,
  };
}

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

/** IP addresses and networks, separated by commas; and what @fastify/proxy-addr knows by name. */
export function networks(): Kind<readonly string[]> {
  return {
    allowed: 'addresses like 10.0.0.7, networks like 10.0.0.0/8, loopback, linklocal or uniquelocal, joined by commas',
    parse(value) {
      const parts = value.split(',').map((part) => part.trim());
      return parts.every(isNetwork) ? parts : undefined;
    },
    format: (parts) => parts.join(','),
  };
}

function isNetwork(part: string): boolean {
  // The library reads 1.2 as an address too, and takes other shapes with a prefix.
  if (!/^[a-z]+$/.test(part) && isIP(part.split('/')[0] ?? '') === 0) return false;
  try {
    proxyAddr.compile(part);
    return true;
  } catch {
    return false;
  }
}

/** Where a listener listens: an IPv4 or IPv6 address or a host name, and a port (0 picks a free one). */
export interface ListenAddress {
  host: string;
  port: number;
}

export function address(): Kind<ListenAddress> {
  return {
    allowed: 'host:port like 127.0.0.1:7080, [::1]:7080 or :7080 for all addresses',
    parse(value) {
      const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s[\]]*)):(\d{1,5})$/.exec(value.trim());
      if (match === null || Number(match[3]) > 65_535) return undefined;
      return { host: match[1] ?? (match[2] || '::'), port: Number(match[3]) };
    },
    format: ({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`),
  };
}
