/**
 * What agents in Go that behave as Coder's said to a gateway (test/interop/record/agents.ts), said to the agents' endpoint:
 * each call has to be answered as it was when the agent was content with it. Not compared is what the protocols leave
 * free: where frames are cut, when ACK, FIN and credit leave, and how the answers of different calls interleave.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeReport } from '../../../protocol/messages/report.ts';
import type { AgentVector } from '../../interop/record/agents.ts';
import { agentEndpointRig } from '../../support/agent-endpoint.ts';
import { type Cut, endOf, packetsOf, turnUntil, waysToArrive } from '../../support/recorded-calls.ts';
import { concat, DATA, decodeNaively, hex, PING, SYN, WINDOW } from '../../support/yamux-wire.ts';

const vectors: AgentVector[] = JSON.parse(readFileSync(new URL('../../vectors/agents.json', import.meta.url), 'utf8'));
/** Turns of the event loop within which an answer must be there. */
const MAX_TURNS = 200;

/** By stream, what a gateway has said on it: its packets, and how the stream ended. */
function answers(bytes: Uint8Array): Map<number, string[]> {
  const streams = new Map<number, { body: Uint8Array[]; ends: string[] }>();
  for (const frame of decodeNaively(bytes)) {
    const { type, flags, id, payload } = frame;
    if (type === PING && flags === SYN) continue;
    if (type > WINDOW) throw new Error(`a frame of type ${type}`);
    const stream = streams.get(id) ?? { body: [], ends: [] };
    if (type === DATA) stream.body.push(payload);
    stream.ends.push(...endOf(frame));
    streams.set(id, stream);
  }
  return new Map([...streams].map(([id, { body, ends }]) => [id, [...packetsOf(concat(body)), ...ends]]));
}

/** Everything that was recorded on each stream has been said. */
function covers(given: Map<number, string[]>, recorded: Map<number, string[]>): boolean {
  return [...recorded].every(([id, said]) => {
    const ours = given.get(id) ?? [];
    const hasEnded = ours.at(-1)?.startsWith('end') === true;
    return ours.length >= said.length && (hasEnded || said.at(-1)?.startsWith('end') !== true);
  });
}

async function replay({ agent, steps }: AgentVector, cut: Cut): Promise<void> {
  const rig = agentEndpointRig(agent);
  const socket = rig.connect();
  let recorded = '';
  for (const { from, bytes } of steps) {
    if (from === 'agent') {
      for (const piece of cut(hex(bytes))) socket.receive(piece);
      continue;
    }
    recorded += bytes;
    const expected = answers(hex(recorded));
    await turnUntil(() => covers(answers(concat(socket.sent)), expected), MAX_TURNS);
  }
  const recordedAnswers = answers(hex(recorded));
  const given = answers(concat(socket.sent));
  // Of a call that the agent gave up when it was told to stop, the answer may have come first: only its end is compared.
  for (const [id, said] of recordedAnswers) if (said.length === 1) given.set(id, given.get(id)?.slice(-1) ?? []);
  const sorted = (streams: Map<number, string[]>) => [...streams].sort(([one], [other]) => one - other);
  expect(sorted(given)).toEqual(sorted(recordedAnswers));
  expect(socket.closedWith).toBeNull();

  const keys = rig.reports.flatMap((report) =>
    decodeReport(report).map(({ keyStart, keyEnd }) => Buffer.from(report.subarray(keyStart, keyEnd)).toString()),
  );
  expect(new Set(keys)).toEqual(new Set(agent.keys));
  expect(rig.changes.flatMap(({ lifecycle }) => lifecycle?.state ?? [])).toEqual([
    ...['starting', 'ready', 'shutting_down', 'off'],
  ]);
  expect(rig.changes.filter(({ startup }) => startup?.version === 'v2.30.0')).toHaveLength(1);
  socket.close(1000);
  await rig.endpoint.close();
}

describe.each(vectors)('an agent of storj.io/$library', (vector) => {
  it.each(waysToArrive)('is answered as it was, its bytes $how', ({ cut }) => replay(vector, cut()));
});
