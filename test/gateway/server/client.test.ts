import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { settings } from '../../../gateway/config/settings.ts';
import { clientReader } from '../../../gateway/server/client.ts';

const request = (remoteAddress: string, headers: Record<string, string> = {}, encrypted = false) =>
  ({ socket: { remoteAddress, encrypted }, headers }) as unknown as IncomingMessage;

const forwarded = (of: string) => ({
  'x-forwarded-for': of,
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'fleet.example.org',
  host: 'inside:7080',
});

describe('whom a request comes from', () => {
  it('is its peer, whatever the headers say, where no proxy is trusted', () => {
    const read = clientReader([]);
    expect(read(request('192.0.2.9', forwarded('198.51.100.1')))).toEqual({
      address: '192.0.2.9',
      https: false,
      host: 'inside:7080',
    });
    expect(read(request('::ffff:127.0.0.1', {}, true))).toEqual({ address: '127.0.0.1', https: true, host: undefined });
  });

  it('is what a trusted proxy says, and no further back than the first who is not trusted', () => {
    const read = clientReader(['10.0.0.0/8', 'loopback']);
    const told = (peer: string, of: string) => read(request(peer, forwarded(of))).address;
    expect(told('10.1.2.3', '198.51.100.1')).toBe('198.51.100.1');
    expect(told('::1', '198.51.100.1')).toBe('198.51.100.1');
    expect(told('::ffff:10.1.2.3', '198.51.100.1')).toBe('198.51.100.1');
    // The client has put somebody else in front.
    expect(told('10.1.2.3', '203.0.113.66, 198.51.100.1')).toBe('198.51.100.1');
    expect(told('10.1.2.3', '198.51.100.1, 10.9.9.9')).toBe('198.51.100.1');
    expect(told('192.0.2.9', '198.51.100.1')).toBe('192.0.2.9');
    for (const nonsense of ['', 'unknown', '<script>', '198.51.100.1:8080']) {
      expect(told('10.1.2.3', nonsense), nonsense).toBe('10.1.2.3');
    }
    expect(read(request('10.1.2.3', forwarded('198.51.100.1')))).toMatchObject({
      https: true,
      host: 'fleet.example.org',
    });
    expect(read(request('192.0.2.9', forwarded('198.51.100.1')))).toMatchObject({ https: false, host: 'inside:7080' });
  });

  it('takes of a list of hosts and schemes the one that the nearest proxy wrote', () => {
    const read = clientReader(['loopback']);
    const headers = { 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'evil.example.org, fleet.example.org' };
    expect(read(request('127.0.0.1', headers))).toMatchObject({ https: false, host: 'fleet.example.org' });
  });
});

describe('--trust-proxy', () => {
  const { kind } = settings.trustProxy;

  it('takes addresses, networks and the names of the private ones', () => {
    for (const good of ['127.0.0.1', '::1', '10.0.0.0/8', 'loopback, uniquelocal', 'fd00::/8,192.0.2.1']) {
      expect(kind.format(kind.parse(good) ?? []), good).toBe(good.replaceAll(' ', ''));
    }
  });

  it('takes nothing else: not everybody, no host names, no lists with holes', () => {
    for (const bad of ['', 'true', 'all', '*', 'proxy.example.org', '10.0.0.0/33', '10.0.0.1,', '1.2.3']) {
      expect(kind.parse(bad), bad).toBeUndefined();
    }
  });
});
