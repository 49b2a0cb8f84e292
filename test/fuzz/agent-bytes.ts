import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { settled } from '../protocol/drpc/server-rig.ts';
import { agentEndpointRig } from '../support/agent-endpoint.ts';
import { concat, cutAtRandom, decodeNaively, seededRandom } from '../support/yamux-wire.ts';
import type { Fuzzer } from './fuzzer.ts';
import { agentSides, changedFrames, pieceBytes } from './recorded.ts';

interface Program {
  pieces: string[];
  cut: number;
}

/** What a whole agent said, changed at random, against the agents' endpoint with its sessions, calls and services. */
export const agentBytes: Fuzzer<Program> = {
  name: 'agent bytes',
  programs: fc.record({ pieces: changedFrames(agentSides(), 80), cut: fc.nat(1_000) }),
  actions: ({ pieces }) => pieces.length,
  async run({ pieces, cut }) {
    const rig = agentEndpointRig({ keys: ['cpu', 'branch'] });
    const socket = rig.connect();
    const bytes = concat(pieces.map(pieceBytes));
    for (const piece of cutAtRandom(bytes, seededRandom(cut), 1 + (cut % 4) * 200)) socket.receive(piece);
    await settled();
    await settled();
    // Whole frames, and the last word where the peer has broken the protocol.
    decodeNaively(concat(socket.sent));
    socket.close(1000);
    await settled();
    assert.equal(rig.endpoint.sockets, 0);
    await rig.endpoint.close();
  },
};
