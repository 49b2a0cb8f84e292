/** The two streams that an agent gives its connection up without: both are held until the agent itself ends them. */
import { describe, expect, it } from 'vitest';
import type { AgentConnection } from '../../../gateway/agents/connection.ts';
import { tailnetHandlers } from '../../../gateway/agents/services.ts';
import { createClient } from '../../../protocol/drpc/client.ts';
import { DrpcServer } from '../../../protocol/drpc/server.ts';
import { tailnetService } from '../../../protocol/messages/services.ts';
import { memoryStreamPair } from '../../support/memory-stream.ts';

/** Turns of the event loop in which an early end would have come. */
const MANY_TURNS = 50;
const UUID = new Uint8Array(16).fill(7);

function setUp() {
  const server = new DrpcServer<AgentConnection>().add(tailnetService, tailnetHandlers());
  const openStream = () => {
    const [client, serverEnd] = memoryStreamPair();
    server.serve(serverEnd, null as never);
    return client;
  };
  return { server, tailnet: createClient(tailnetService, { openStream }) };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What has become of the next reply so far. */
function next<Reply>(stream: { receive(): Promise<Reply | null> }) {
  const seen: { reply?: Reply | null; error?: unknown } = {};
  stream.receive().then(
    (reply) => {
      seen.reply = reply;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
}

describe('Coordinate', () => {
  it('is held whatever the agent says of itself and its peers, and ended when it disconnects', async () => {
    const { tailnet, server } = setUp();
    const coordination = await tailnet.Coordinate();
    const reply = next(coordination);
    await coordination.send({ updateSelf: { node: { id: 1 } } });
    await coordination.send({ addTunnel: { id: UUID } });
    await coordination.send({ readyForHandshake: [{ id: UUID }] });
    await coordination.send({ removeTunnel: { id: UUID } });
    await coordination.send({});
    await turns(MANY_TURNS);
    expect(reply).toEqual({});
    expect(server.openStreams).toBe(1);
    await coordination.send({ disconnect: {} });
    await turns(MANY_TURNS);
    expect(reply).toEqual({ reply: null });
    expect(server.openStreams).toBe(0);
  });
});

describe('StreamDERPMaps', () => {
  it('gives one map with home parameters and is held until the agent gives it up', async () => {
    const { tailnet, server } = setUp();
    const maps = await tailnet.StreamDERPMaps({});
    expect(await maps.receive()).toMatchObject({ homeParams: {} });
    const reply = next(maps);
    await turns(MANY_TURNS);
    expect(reply).toEqual({});
    expect(server.openStreams).toBe(1);
    maps.cancel();
    await turns(MANY_TURNS);
    expect(reply.error).toMatchObject({ code: 'cancelled' });
    expect(server.openStreams).toBe(0);
  });
});
