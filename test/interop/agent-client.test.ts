/** Our agent SDK with a gateway made of coder/websocket, hashicorp/yamux and storj.io/drpc. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Agent, type AgentOptions } from '../../protocol/agent/agent.ts';
import { connectAgent } from '../../protocol/agent/client.ts';
import { eventually } from '../support/gateway.ts';
import { pattern } from './support/pattern.ts';
import { Peer } from './support/peer.ts';
import { DRPC_VERSIONS } from './support/versions.ts';

describe.each(DRPC_VERSIONS.map(({ name }) => name))('our agent with a gateway of storj.io/%s', (version) => {
  let peer: Peer;
  let url: string;
  let agent: Agent | null = null;

  beforeEach(async () => {
    peer = new Peer(version, 'gateway');
    url = `http://${(await peer.event('listening')).address}`;
  });
  afterEach(async () => {
    await agent?.close();
    agent = null;
    peer.kill();
  });

  const startAgent = (options: Partial<AgentOptions> = {}) => {
    agent = new Agent({ url, token: 'good', WebSocket, tailnet: true, ...options } as AgentOptions);
    agent.start();
    return agent;
  };

  it('introduces itself, takes the manifest, reports, and says goodbye', async () => {
    let keys: string[] = [];
    const reporting = startAgent({
      lifecycle: ['STARTING', 'READY'],
      events: {
        onManifest: (manifest) => (keys = manifest.keys.map(({ key, intervalSeconds }) => `${key} ${intervalSeconds}`)),
      },
    });
    for (let i = 0; i < 300; i += 1) {
      reporting.report({ cpu: `${i} %`, disk: { value: 'half', error: 'cut' } });
      await reporting.idle();
    }
    await eventually('the manifest is here', () => keys.length > 0);
    expect(keys).toEqual(['cpu 10']);
    await reporting.close();
    expect(await peer.stop()).toMatchObject({
      connects: 1,
      startups: 1,
      states: ['STARTING', 'READY'],
      reports: 300,
      values: { cpu: '299 %', disk: 'half' },
      errors: { cpu: '', disk: 'cut' },
    });
  });

  it.each(['drop', 'go-away'])('comes back after "%s" and reports what waits', async (order) => {
    let connects = 0;
    const reporting = startAgent({
      events: { onStateChange: ({ state }) => (connects += Number(state === 'connected')) },
    });
    reporting.report({ cpu: 'before' });
    await reporting.idle();
    peer.write(order);
    await eventually('the agent reports to a new connection', async () => {
      reporting.report({ cpu: 'after' });
      await reporting.idle();
      return connects === 2;
    });
    await reporting.close();
    expect(await peer.stop()).toMatchObject({ connects: 2, values: { cpu: 'after' } });
  });

  it('is told why it is refused', async () => {
    await expect(connectAgent({ url, token: 'bad', WebSocket })).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('Workspace agent token invalid.'),
    });
  });

  it('makes 10,000 calls one after the other and 500 at the same time, and pings', async () => {
    const client = await connectAgent({ url, token: 'good', WebSocket });
    const metadata = [{ key: 'cpu', result: { value: '1', collectedAt: { seconds: 1, nanos: 0 } } }];
    for (let i = 0; i < 10_000; i += 1) await client.agent.BatchUpdateMetadata({ metadata });
    await Promise.all(Array.from({ length: 500 }, () => client.agent.BatchUpdateMetadata({ metadata })));
    expect(await client.ping()).toBeGreaterThan(0);
    client.close();
    expect(await peer.stop()).toMatchObject({ reports: 10_500 });
  });

  it('sends a message of 4 MiB; one byte more fails alone', async () => {
    const client = await connectAgent({ url, token: 'good', WebSocket });
    const sizes = [];
    for (const bytes of [4 * 1024 * 1024, 4 * 1024 * 1024 + 1]) {
      // A field of a tag and four bytes of length around the output, within the same around the log.
      const logs = [
        {
          output: Buffer.from(pattern(bytes - 10))
            .toString('latin1')
            .replace(/[^a-z]/g, 'x'),
        },
      ];
      sizes.push(
        await client.agent.BatchCreateLogs({ logs }).then(
          () => 'ok',
          (error) => error.message,
        ),
      );
      await client.agent.UpdateLifecycle({ lifecycle: { state: 5 } });
    }
    // The Go gateway here does not serve logs: that answer says that the message came whole.
    expect(sizes[0]).toBe('Unimplemented');
    expect(sizes[1]).not.toBe('Unimplemented');
    client.close();
  });
});
