import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, SettingError } from '../../../gateway/config/load.ts';
import { type Setting, type SettingName, settings } from '../../../gateway/config/settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidegate-config-'));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('settings', () => {
  it('has a default that its own kind accepts for every setting', () => {
    for (const setting of Object.values(settings) as Setting<unknown>[]) {
      if (setting.default === undefined) continue;
      expect(setting.kind.parse(setting.kind.format(setting.default)), setting.flag).toEqual(setting.default);
    }
  });

  const bounded = (Object.entries(settings) as [SettingName, Setting<number>][]).flatMap(([name, { flag, kind }]) => {
    const { min = 0, max = null } = kind.bounds ?? {};
    if (kind.bounds === undefined) return [];
    const cases: [string, number, SettingName, boolean][] = [
      [flag, min + 1, name, true],
      [flag, min, name, true],
    ];
    // Nothing below 0 can be written.
    if (min > 0) cases.push([flag, min - 1, name, false]);
    if (max !== null) cases.push([flag, max - 1, name, true], [flag, max, name, true], [flag, max + 1, name, false]);
    return cases;
  });

  it.each(bounded)('takes --%s %i only within its bounds', (_flag, value, name, allowed) => {
    const { kind } = settings[name] as Setting<number>;
    expect(kind.parse(kind.format(value))).toBe(allowed ? value : undefined);
    if (allowed) return;
    const load = () => loadConfig({ flags: { [name]: kind.format(value) }, env: {} });
    expect(load).toThrow(SettingError);
    expect(load).toThrow(kind.allowed);
  });

  it('takes flags over variables over the file over defaults', () => {
    const path = file('order.yaml', 'flush-interval: 1s\nlive-interval: 100ms\nack-timeout: 20s\n');
    const { config, origin } = loadConfig({
      flags: { flushIntervalMs: '3s' },
      env: { TIDEGATE_FLUSH_INTERVAL: '2s', TIDEGATE_LIVE_INTERVAL: '50ms' },
      file: path,
    });
    expect(config.flushIntervalMs).toBe(3_000);
    expect(config.liveIntervalMs).toBe(50);
    expect(config.ackTimeoutMs).toBe(20_000);
    expect(config.batchMaxValues).toBe(200_000);
    expect(origin).toEqual({
      flushIntervalMs: '--flush-interval',
      liveIntervalMs: 'TIDEGATE_LIVE_INTERVAL',
      ackTimeoutMs: 'ack-timeout in the settings file',
    });
  });

  it('reads a JSON file and secrets from files', () => {
    const { config } = loadConfig({
      flags: {},
      env: { TIDEGATE_ADMIN_TOKEN_FILE: file('secret', 'a-long-enough-secret\n') },
      file: file('settings.json', '{"listen":"[::1]:0","batch-max-bytes":"1MiB","declared-keys-only":true}'),
    });
    expect(config.listen).toEqual({ host: '::1', port: 0 });
    expect(config.batchMaxBytes).toBe(1_048_576);
    expect(config.declaredKeysOnly).toBe(true);
    expect(config.adminToken).toBe('a-long-enough-secret');
  });

  it('takes DATABASE_URL unless its own variable is set', () => {
    const env = { DATABASE_URL: 'postgres://a@h/x' };
    expect(loadConfig({ flags: {}, env }).config.databaseUrl).toBe('postgres://a@h/x');
    expect(
      loadConfig({ flags: {}, env: { ...env, TIDEGATE_DATABASE_URL: 'postgres://b@h/x' } }).config.databaseUrl,
    ).toBe('postgres://b@h/x');
  });

  it.each([
    [{ flags: { flushIntervalMs: 'soon' }, env: {} }, /--flush-interval "soon".*a duration like 5s or 250ms/],
    [{ flags: { flushIntervalMs: '5' }, env: {} }, /--flush-interval "5"/],
    [{ flags: { batchMaxBytes: '-1' }, env: {} }, /--batch-max-bytes "-1".*a size/],
    [{ flags: { ack: 'never' }, env: {} }, /--ack "never".*committed, watched or accepted/],
    [{ flags: { listen: 'localhost' }, env: {} }, /--listen "localhost".*host:port/],
    [{ flags: { listen: '127.0.0.1:99999' }, env: {} }, /--listen/],
    [{ flags: {}, env: { TIDEGATE_FLUSH_INTERVALL: '5s' } }, /TIDEGATE_FLUSH_INTERVALL is no setting/],
    [{ flags: {}, env: {}, file: file('unknown.yaml', 'flush: 5s') }, /"flush", which is no setting/],
    [{ flags: {}, env: {}, file: file('list.yaml', '- 1') }, /must hold names with values/],
    [{ flags: {}, env: {}, file: '/nowhere/x.yaml' }, /\/nowhere\/x.yaml cannot be used/],
    [{ flags: { flushIntervalMs: '6s' }, env: {} }, /--flush-interval 6s is above half of --ack-timeout 10s/],
    [{ flags: { ackTimeoutMs: '26s' }, env: {} }, /--ack-timeout "26s".*25s/],
    [{ flags: { adminToken: 'short' }, env: {} }, /--admin-token is too short/],
  ])('refuses %j in one sentence', (sources, message) => {
    expect(() => loadConfig(sources)).toThrow(SettingError);
    expect(() => loadConfig(sources)).toThrow(message);
  });

  it('allows a long flush interval where replies do not wait for it', () => {
    expect(loadConfig({ flags: { flushIntervalMs: '1m', ack: 'accepted' }, env: {} }).config.flushIntervalMs).toBe(
      60_000,
    );
  });

  it('never shows a secret that is wrong', () => {
    const attempt = () => loadConfig({ flags: {}, env: { TIDEGATE_DATABASE_URL: 'mysql://root:hunter2@h/x' } });
    expect(attempt).toThrow(/postgres:\/\//);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it('ignores what Kubernetes injects for a service of the same name', () => {
    const env = {
      TIDEGATE_SERVICE_HOST: '10.0.0.1',
      TIDEGATE_PORT: 'tcp://10.0.0.1:7080',
      TIDEGATE_PORT_7080_TCP: 'x',
    };
    expect(loadConfig({ flags: {}, env }).config.listen.port).toBe(7080);
  });
});
