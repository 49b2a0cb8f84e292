import { describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from '../../../protocol/drpc/client.ts';
import { DrpcError } from '../../../protocol/drpc/error.ts';
import type { ServiceHandlers } from '../../../protocol/drpc/handlers.ts';
import { DrpcServer, type DrpcServerOptions } from '../../../protocol/drpc/server.ts';
import { agentService, tailnetService } from '../../../protocol/messages/services.ts';
import { type MemoryStream, type MemoryStreamOptions, memoryStreamPair } from '../../support/memory-stream.ts';

interface Setup {
  agent?: ServiceHandlers<typeof agentService, string>;
  tailnet?: ServiceHandlers<typeof tailnetService, string>;
  server?: DrpcServerOptions<string>;
  client?: Partial<ClientOptions>;
  wire?: MemoryStreamOptions;
}

function setUp({ agent = {}, tailnet = {}, server: serverOptions, client: clientOptions, wire = {} }: Setup) {
  const server = new DrpcServer<string>(serverOptions).add(agentService, agent).add(tailnetService, tailnet);
  const streams: { client: MemoryStream; server: MemoryStream }[] = [];
  const openStream = () => {
    const [client, serverEnd] = memoryStreamPair(wire, wire);
    streams.push({ client, server: serverEnd });
    server.serve(serverEnd, 'agent-1');
    return client;
  };
  const options = { openStream, ...clientOptions };
  return {
    server,
    streams,
    agent: createClient(agentService, options),
    tailnet: createClient(tailnetService, options),
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const code = (expected: string) => expect.objectContaining({ name: 'DrpcError', code: expected });

describe('a unary call', () => {
  it('carries request, metadata and reply, and finishes both directions', async () => {
    let seen: unknown;
    const { agent, server, streams } = setUp({
      agent: {
        UpdateStartup(request, call) {
          seen = [call.rpc, call.context, call.metadata, request.startup?.version];
          return { version: 'v2' };
        },
      },
    });
    const reply = await agent.UpdateStartup({ startup: { version: 'v1' } }, { metadata: [['trace', 'ä']] });
    expect(reply.version).toBe('v2');
    expect(seen).toEqual(['/coder.agent.v2.Agent/UpdateStartup', 'agent-1', new Map([['trace', 'ä']]), 'v1']);
    await settled();
    expect(server.openStreams).toBe(0);
    expect(streams[0]?.client.sent.map((event) => event.type)).toEqual(['write', 'end']);
    expect(streams[0]?.server.sent.map((event) => event.type)).toEqual(['write', 'end']);
  });

  it('may be answered late', async () => {
    let answer: (reply: object) => void = () => {};
    const { agent } = setUp({
      agent: {
        BatchUpdateMetadata: {
          raw: () =>
            new Promise((resolve) => {
              answer = resolve;
            }),
        },
      },
    });
    const call = agent.BatchUpdateMetadata({ metadata: [{ key: 'cpu' }] });
    await settled();
    answer({});
    await expect(call).resolves.toEqual({});
  });

  it('answers an unknown method, one without a handler, and a handler that throws', async () => {
    const thrown = new Error('secret');
    const causes: unknown[] = [];
    const { agent, server } = setUp({
      agent: {
        UpdateStats: () => Promise.reject(thrown),
        UpdateStartup() {
          throw new DrpcError('refused', 'not now', { wireCode: 7 });
        },
      },
      server: { onHandlerError: (cause) => causes.push(cause) },
    });
    await expect(agent.GetManifest({})).rejects.toMatchObject({
      code: 'remote',
      wireCode: 12,
      message: 'Unimplemented',
    });
    await expect(agent.UpdateStats({})).rejects.toMatchObject({ wireCode: 0, message: 'internal error' });
    await expect(agent.UpdateStartup({})).rejects.toMatchObject({ wireCode: 7, message: 'not now' });
    const stranger = createClient(
      { name: 'a.B', methods: { C: agentService.methods.GetManifest } },
      {
        openStream() {
          const [client, serverEnd] = memoryStreamPair();
          server.serve(serverEnd, 'x');
          return client;
        },
      },
    );
    await expect(stranger.C({})).rejects.toMatchObject({
      wireCode: 0,
      message: 'protocol error: unknown rpc: "/a.B/C"',
    });
    expect(causes).toEqual([thrown]);
    await settled();
    expect(server.openStreams).toBe(0);
  });

  it('gets a whole manifest of 4 MiB - 1 and 4 MiB, and refuses 4 MiB + 1', async () => {
    const limit = 4 * 1024 * 1024;
    // Tag and length of the field take five bytes of the message.
    let directory = '';
    const { agent } = setUp({ agent: { GetManifest: () => ({ directory }) } });
    for (const size of [limit - 1, limit]) {
      directory = 'x'.repeat(size - 5);
      expect((await agent.GetManifest({})).directory.length).toBe(size - 5);
    }
    directory = 'x'.repeat(limit + 1 - 5);
    await expect(agent.GetManifest({})).rejects.toEqual(code('too_large'));
  });
});
