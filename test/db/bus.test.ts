import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flushPayload, parseControl, parseFlush } from '../../db/bus/channels.ts';
import { BusListener } from '../../db/bus/listener.ts';
import { notifyProof, notifyRereadTokens } from '../../db/bus/notify.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

let database: TestDatabase;
let proxy: TcpProxy;
let listener: BusListener;
let events: EventEmitter;

beforeAll(async () => {
  database = await testDatabase({ migrated: false });
});
afterAll(() => database.drop());
beforeEach(async () => {
  const started = await TcpProxy.start(database.url);
  proxy = started.proxy;
  events = new EventEmitter();
  listener = new BusListener({
    url: started.url,
    gatewayId: 'gw-1',
    random: () => 0,
    onListening: () => events.emit('listening'),
    onNotification: (notification) => events.emit('notification', notification),
    onControl: (message) => events.emit('control', message),
    onLost: (error) => events.emit('lost', error),
  });
});
afterEach(async () => {
  await listener.close();
  await proxy.close();
});

/** Starts listening for the event now, so that one which comes early is not missed. */
const next = async (event: string): Promise<unknown> => (await once(events, event))[0];

async function started(): Promise<void> {
  const listening = next('listening');
  listener.start();
  await listening;
}

const flush = { v: 1 as const, gateway: 'gw-2', revision: '813', values: 9000, agents: 600 };
const notify = (payload: string) => database.query('SELECT pg_notify($1, $2)', ['tidegate', payload]);

describe('the listener', () => {
  test('hears both channels, and counts what it does not understand', async () => {
    await started();
    const heard = next('notification');
    for (const malformed of [
      '',
      'x',
      '{}',
      '{"v":2}',
      '[]',
      'null',
      '{"v":1,"gateway":"g","revision":"-1","values":1,"agents":1}',
    ]) {
      await notify(malformed);
    }
    await notify(flushPayload(flush));
    expect(await heard).toEqual(flush);
    expect(listener.malformedCount).toBe(7);
    const proof = next('control');
    await notifyProof(database, 'nonce');
    expect(await proof).toEqual({ v: 1, proof: 'nonce' });
    const reread = next('control');
    await notifyRereadTokens(database);
    expect(await reread).toEqual({ v: 1, reread: 'tokens' });
  });

  test('comes back by itself after its backend was ended, and says so after LISTEN', async () => {
    await started();
    const lost = next('lost');
    const listening = next('listening');
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'tidegate listen gw-1' AND datname = current_database()`,
    );
    expect(await lost).toMatchObject({ code: 'connection_lost' });
    await listening;
    // LISTEN stands by the time it is announced: nothing that is notified from then on is missed.
    const heard = next('notification');
    await notify(flushPayload(flush));
    expect(await heard).toEqual(flush);
  });

  test('goes on trying while the database is away', async () => {
    let away = true;
    proxy.onClientData = (_bytes, link) => {
      if (away) link.cutClient();
      return away ? 'swallow' : 'forward';
    };
    const first = next('lost');
    listener.start();
    await first;
    await next('lost');
    await next('lost');
    expect(listener.listening).toBe(false);
    const listening = next('listening');
    away = false;
    await listening;
    expect(listener.listening).toBe(true);
  });

  test('makes a new connection on demand when the one it has is deaf', async () => {
    await started();
    const lost = next('lost');
    const listening = next('listening');
    listener.reconnect('no echo');
    expect(await lost).toMatchObject({ code: 'connection_lost', message: 'no echo' });
    await listening;
    expect(proxy.connections).toBe(2);
  });

  test('is silent once closed, also while it is connecting or waiting to', async () => {
    proxy.onClientData = (_bytes, link) => {
      link.cutClient();
      return 'swallow';
    };
    const lost = next('lost');
    listener.start();
    await lost;
    await listener.close();
    const said: string[] = [];
    events.on('lost', () => said.push('lost'));
    events.on('listening', () => said.push('listening'));
    const before = proxy.connections;
    listener.reconnect('ignored');
    await database.query('SELECT pg_sleep(0.05)');
    expect(said).toEqual([]);
    expect(proxy.connections - before).toBeLessThanOrEqual(1);
  });
});

test('payloads are read strictly', () => {
  expect(flushPayload(flush)).toBe('{"v":1,"gateway":"gw-2","revision":"813","values":9000,"agents":600}');
  expect(parseFlush(flushPayload(flush))).toEqual(flush);
  expect(parseControl('{"v":1,"reread":"everything"}')).toBeNull();
  expect(parseControl('{"v":1,"proof":1}')).toBeNull();
  expect(parseControl('{"v":2,"reread":"tokens"}')).toBeNull();
});
