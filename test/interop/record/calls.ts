/** What Go's client and Go's server say to each other in the calls of go/calls.go, over yamux: `test/vectors/calls.json`. */
import { Peer, runPeer } from '../support/peer.ts';
import { DRPC_VERSIONS, type DrpcVersion } from '../support/versions.ts';
import { recordingProxy } from './proxy.ts';
import { writeVectors } from './vectors.ts';

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
  const proxy = await recordingProxy(address, {
    bytes(from, chunk) {
      const last = steps.at(-1);
      if (last?.from === from) last.bytes += chunk.toString('hex');
      else steps.push({ from, bytes: chunk.toString('hex') });
    },
  });
  try {
    await runPeer(library, 'calls-drive', { address: proxy.address, case: name });
    return { name, library, steps };
  } finally {
    await proxy.close();
    await server.stop();
  }
}

export async function recordCalls(): Promise<void> {
  const vectors: Vector[] = [];
  for (const { name: library } of DRPC_VERSIONS) {
    const names: string[] = await runPeer(library, 'calls-drive', {});
    for (const name of names.sort()) vectors.push(await recordCall(library, name));
  }
  writeVectors('calls.json', vectors);
}
