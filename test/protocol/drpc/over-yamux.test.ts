import { describe, expect, it } from 'vitest';
import { createClient } from '../../../protocol/drpc/client.ts';
import { DrpcServer } from '../../../protocol/drpc/server.ts';
import { agentService, coder, tailnetService } from '../../../protocol/messages/services.ts';
import { YamuxSession } from '../../../protocol/yamux/session.ts';
import { settled } from './server-rig.ts';

/** Two real sessions joined by a transport that hands each message over in a later turn, cut into pieces. */
function yamuxPair(server: DrpcServer<string>, pieceBytes: number) {
  const reasons: unknown[] = [];
  const transportTo = (peer: () => YamuxSession) => ({
    send(bytes: Uint8Array) {
      setImmediate(() => {
        for (let from = 0; from < bytes.length; from += pieceBytes)
          peer().receive(bytes.slice(from, from + pieceBytes));
      });
      return true;
    },
    close: () => setImmediate(() => peer().transportClosed()),
  });
  const onClose = (reason: unknown) => reasons.push(reason);
  const gateway: YamuxSession = new YamuxSession({
    role: 'server',
    transport: transportTo(() => agent),
    events: { onStream: (stream) => server.serve(stream, 'agent-1'), onClose },
  });
  const agent: YamuxSession = new YamuxSession({
    role: 'client',
    transport: transportTo(() => gateway),
    events: { onStream: () => reasons.push('a stream from the gateway'), onClose },
  });
  return { agent, gateway, reasons };
}

function setUp(pieceBytes: number) {
  const aborted: string[] = [];
  const server = new DrpcServer<string>()
    .add(agentService, {
      GetManifest: () => ({ directory: 'd'.repeat(3_000_000) }),
      BatchUpdateMetadata: { raw: async () => ({}) },
    })
    .add(tailnetService, {
      async StreamDERPMaps(_request, call) {
        await call.send({ homeParams: {}, regions: {} });
        await call.aborted;
        aborted.push(call.rpc);
      },
      async Coordinate(call) {
        for await (const request of call) {
          if (request.disconnect) return;
          await call.send({ error: request.updateSelf?.node?.disco ?? '' });
        }
      },
    });
  const pair = yamuxPair(server, pieceBytes);
  const options = { openStream: () => pair.agent.openStream() };
  const tailnet = createClient(tailnetService, options);
  return { ...pair, server, aborted, tailnet, client: createClient(agentService, options) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

describe.each([1_000_000, 7])('over yamux sessions whose bytes come in pieces of %i', (pieceBytes) => {
  it('answers 600 calls in a row beside two held streams, and leaves nothing behind', async () => {
    const { server, client, tailnet, aborted, agent, reasons } = setUp(pieceBytes);
    const maps = await tailnet.StreamDERPMaps({});
    expect(Object.keys((await maps.receive())?.regions ?? { none: 0 })).toEqual([]);
    const coordination = await tailnet.Coordinate();
    await coordination.send({ updateSelf: { node: { disco: 'd' } } });
    expect((await coordination.receive())?.error).toBe('d');

    const metadata = Array.from({ length: 15 }, (_, i) => ({ key: `k${i}`, result: { value: 'v'.repeat(20) } }));
    for (let i = 0; i < 600; i++) await client.BatchUpdateMetadata({ metadata });
    await until(() => server.openStreams === 2);

    await coordination.send({ disconnect: {} });
    expect(await coordination.receive()).toBeNull();
    await until(() => server.openStreams === 1);
    expect(aborted).toEqual([]);
    agent.close();
    await until(() => server.openStreams === 0);
    expect(aborted).toEqual(['/coder.tailnet.v2.Tailnet/StreamDERPMaps']);
    await expect(maps.receive()).rejects.toMatchObject({ code: 'closed' });
    expect(reasons).not.toContain('a stream from the gateway');
  });

  it('carries an answer far larger than a window, and 200 calls at once', async () => {
    const { server, client } = setUp(Math.max(pieceBytes, 1_000));
    expect((await client.GetManifest({})).directory.length).toBe(3_000_000);
    const calls = Array.from({ length: 200 }, () => client.BatchUpdateMetadata({}));
    await Promise.all(calls);
    await until(() => server.openStreams === 0);
  });

  it('tells the handler of a call that is given up', async () => {
    const { tailnet, aborted } = setUp(pieceBytes);
    const aborter = new AbortController();
    const maps = await tailnet.StreamDERPMaps(new coder.tailnet.v2.StreamDERPMapsRequest(), { signal: aborter.signal });
    await maps.receive();
    aborter.abort();
    await until(() => aborted.length === 1);
    await expect(maps.receive()).rejects.toMatchObject({ code: 'cancelled' });
  });
});
