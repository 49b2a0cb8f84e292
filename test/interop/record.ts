/**
 * Records what Go's client and Go's server say to each other in the calls of go/calls.go, over yamux, into
 * `test/vectors/calls.json`, from where `npm test` replays them without Go. Run by `npm run test:interop -- --record`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Peer, runPeer } from './support/peer.ts';
import { connect, listen } from './support/tcp.ts';
import { DRPC_VERSIONS, type DrpcVersion } from './support/versions.ts';

const VECTORS = fileURLToPath(new URL('../vectors', import.meta.url));

interface Vector {
  name: string;
  /** Version of storj.io/drpc on both sides; hashicorp/yamux is 0.1.2. */
  library: DrpcVersion;
  /** In the order in which they passed: who sent which bytes, in hexadecimal. */
  steps: { from: 'client' | 'server'; bytes: string }[];
}

async function recordCall(library: DrpcVersion, name: string): Promise<Vector> {
  const server = new Peer(library, 'calls-serve');
  const { address } = await server.event('listening');
  const steps: Vector['steps'] = [];
  const pass = (from: 'client' | 'server', source: Socket, target: Socket) => {
    source.on('data', (chunk) => {
      const last = steps.at(-1);
      if (last?.from === from) last.bytes += chunk.toString('hex');
      else steps.push({ from, bytes: chunk.toString('hex') });
      target.write(chunk);
    });
    source.on('end', () => target.end());
  };
  const proxy = await listen(async (client) => {
    client.pause();
    const upstream = await connect(address);
    pass('client', client, upstream);
    pass('server', upstream, client);
    client.resume();
  });
  try {
    await runPeer(library, 'calls-drive', { address: proxy.address, case: name });
    return { name, library, steps };
  } finally {
    await proxy.close();
    await server.stop();
  }
}

const vectors: Vector[] = [];
for (const { name: library } of DRPC_VERSIONS) {
  const names: string[] = await runPeer(library, 'calls-drive', {});
  for (const name of names.sort()) vectors.push(await recordCall(library, name));
}
mkdirSync(VECTORS, { recursive: true });
writeFileSync(`${VECTORS}/calls.json`, `${JSON.stringify(vectors, null, 1)}\n`);
console.log(`${vectors.length} calls were recorded into test/vectors/calls.json`);
