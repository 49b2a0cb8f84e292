import { request as httpsRequest } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFiles, selfSigned } from '../support/certificates.ts';
import { ADMIN_TOKEN, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { RawConnection } from '../support/hostile-agent.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { rawRequest, sendRaw } from '../support/raw-http.ts';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testGateway(database.url, { requestTimeoutMs: '2s', bodyBytes: '4KiB' });
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
});

/** As `curl --http2` and Java's client offer it. */
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'];
const AUTH = `Authorization: Bearer ${ADMIN_TOKEN}`;
const JSON_BODY = [AUTH, 'Content-Type: application/json'];

const get = (path: string, head: string[] = H2C) => rawRequest(`GET ${path} HTTP/1.1`, head);
const post = (head: string[], body = '') => rawRequest('POST /api/v2/agents HTTP/1.1', [...JSON_BODY, ...head], body);
const create = (name: string) => JSON.stringify({ agents: [{ name }] });

/** One connection on which each request waits for the answer of the one before. */
class Conversation extends RawConnection {
  #seen = 0;

  /** Sends the parts of one request, each once the gateway has had the one before, and returns its status and what came with it. */
  async ask(...parts: string[]): Promise<{ status: number; text: string }> {
    for (const part of parts) {
      this.socket.write(part);
      // A round trip: what was written on another connection before is there.
      await fetch(`${gateway.url}/healthz`);
    }
    return eventually('it is answered', () => {
      const text = this.received.subarray(this.#seen).toString('latin1');
      const head = /^HTTP\/1\.1 (\d{3}) [\s\S]*?\r\n\r\n/.exec(text);
      const length = Number(/content-length: (\d+)/i.exec(head?.[0] ?? '')?.[1] ?? 0);
      if (head === null || text.length < head[0].length + length) return null;
      this.#seen += head[0].length + length;
      return { status: Number(head[1]), text };
    });
  }
}

describe('an upgrade to anything but a WebSocket', () => {
  it('is ignored: the request is answered, and so are the next ones on its connection', async () => {
    const client = new Conversation(gateway.url);
    const plain = await sendRaw(gateway.url, get('/healthz', []));
    const { status, text } = await client.ask(get('/healthz'));
    expect(status).toBe(200);
    expect(text.split('\r\n\r\n')[1]).toBe(plain.text.split('\r\n\r\n')[1]);
    expect((await client.ask(get('/api/v2/agents', [AUTH]))).status).toBe(200);
    expect((await client.ask(get('/api/v2/agents', [AUTH, ...H2C]))).status).toBe(200);
    const handshake = RawConnection.request(ADMIN_TOKEN, [], 'GET /api/v2/watch HTTP/1.1');
    expect((await client.ask(handshake)).status).toBe(101);
    client.socket.destroy();
  });

  it.each(['TLS/1.0', 'websocket-of-another-kind', 'h2c, foo/2', ''])('is ignored: %j', async (protocol) => {
    const { statuses } = await sendRaw(gateway.url, get('/healthz', ['Connection: Upgrade', `Upgrade: ${protocol}`]));
    expect(statuses).toEqual([200]);
  });

  it('does not change who may do what, nor what there is', async () => {
    for (const [path, head, status] of [
      ['/api/v2/agents', H2C, 401],
      ['/api/v2/agents', [...H2C, 'Authorization: Bearer tgp_wrong'], 401],
      ['/nowhere', H2C, 404],
      ['/api/v2/watch', [AUTH, ...H2C], 404],
    ] as const) {
      expect((await sendRaw(gateway.url, get(path, [...head]))).statuses, `${path} ${head.length}`).toEqual([status]);
    }
  });

  it('has its body read, however it comes, within the limits of any other', async () => {
    const client = new Conversation(gateway.url);
    const whole = create('h2c whole');
    expect((await client.ask(post([...H2C, `Content-Length: ${whole.length}`], whole))).status).toBe(201);
    const cut = create('h2c in parts');
    const head = post([...H2C, `Content-Length: ${cut.length}`]);
    expect((await client.ask(head + cut.slice(0, 9), cut.slice(9))).status).toBe(201);
    const chunked = create('h2c in chunks');
    const chunk = `${chunked.length.toString(16)}\r\n${chunked}\r\n0\r\n\r\n`;
    expect((await client.ask(post([...H2C, 'Transfer-Encoding: chunked']), chunk)).status).toBe(201);
    expect((await client.ask(get('/healthz'))).status).toBe(200);
    client.socket.destroy();

    const large = create('x'.repeat(4_096));
    expect((await sendRaw(gateway.url, post([...H2C, `Content-Length: ${large.length}`], large))).statuses).toEqual([
      413,
    ]);
    expect((await sendRaw(gateway.url, post([...H2C, 'Content-Length: 9'], '{'))).statuses).toEqual([408]);
  });

  it('holds up no shutdown', async () => {
    const small = await testGateway(database.url);
    const idle = new RawConnection(small.url);
    idle.socket.write(get('/healthz'));
    expect(await idle.status()).toBe('200');
    const unfinished = new RawConnection(small.url);
    unfinished.socket.write(post([...H2C, 'Content-Length: 9'], '{'));
    await fetch(`${small.url}/healthz`);
    await small.stop();
    await eventually('both are closed', () => idle.closed && unfinished.closed);
  });

  it('is ignored over TLS as well', async () => {
    const certificate = await selfSigned('upgraded');
    const files = certificateFiles(certificate);
    const small = await testGateway(database.url, { tlsCert: files.cert, tlsKey: files.key });
    const status = await new Promise((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'h2c' };
      httpsRequest(`${small.url}/healthz`, { ca: certificate.cert, headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    await small.stop();
    files.remove();
  });
});
