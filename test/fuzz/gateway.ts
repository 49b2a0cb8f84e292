import fc from 'fast-check';
import type { CreatedAgent, TestGateway } from '../support/gateway.ts';
import { data, HostileSession } from '../support/hostile-agent.ts';
import { type Neighbours, neighboursOf } from '../support/neighbours.ts';
import { concat, cutAtRandom, seededRandom } from '../support/yamux-wire.ts';
import { CLOSE_SEND, FrameCounter, frames, INVOKE, MESSAGE, METADATA } from './drpc-packets.ts';
import type { Fuzzer } from './fuzzer.ts';
import { agentSides, changedFrames, pieceBytes } from './recorded.ts';
import { peerFrameLines } from './yamux-programs.ts';

interface Session {
  pieces: string[];
  /** How its bytes are cut into messages; 0: one message for each piece. */
  cut: number;
  /** Whether it takes what the gateway sends. */
  reads: boolean;
}

interface Program {
  sessions: Session[];
}

const RPCS = [
  ...['GetManifest', 'UpdateStats', 'UpdateLifecycle', 'UpdateStartup', 'BatchUpdateMetadata', 'BatchCreateLogs'],
  ...['BatchUpdateAppHealths', 'ReportConnection', 'PushContextState', 'Nothing'],
].map((name) => `/coder.agent.v2.Agent/${name}`);
const TAILNET = ['StreamDERPMaps', 'Coordinate', 'PostTelemetry'].map((name) => `/coder.tailnet.v2.Tailnet/${name}`);

/** Streams on which random DRPC is said, a Data frame for each packet. */
const calls = fc
  .array(
    fc.record({
      id: fc.constantFrom(1, 3, 5),
      frame: frames([INVOKE, MESSAGE, MESSAGE, CLOSE_SEND, METADATA], [...RPCS, ...TAILNET]),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((said) => {
    const counters = new Map<number, FrameCounter>();
    return said.map(({ id, frame }) => {
      const isNew = !counters.has(id);
      const counter = counters.get(id) ?? new FrameCounter();
      counters.set(id, counter);
      return `x ${Buffer.from(data(id, counter.bytes(frame), isNew ? 1 : 0)).toString('hex')}`;
    });
  });

const session: fc.Arbitrary<Session> = fc.record({
  pieces: fc.oneof(changedFrames(agentSides(), 60), fc.array(peerFrameLines, { minLength: 1, maxLength: 40 }), calls),
  cut: fc.nat(100),
  reads: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
});

/** Connections that a program makes at once. */
const MOST_SESSIONS = 8;

/**
 * Agents that say random things to a whole gateway over real sockets, several at once. Whatever they say, an honest agent
 * and an honest watcher beside them must notice nothing.
 */
export class GatewayFuzz {
  readonly #gateway: TestGateway;
  readonly #neighbours: Neighbours;
  readonly #agents: CreatedAgent[];

  private constructor(gateway: TestGateway, neighbours: Neighbours, agents: CreatedAgent[]) {
    this.#gateway = gateway;
    this.#neighbours = neighbours;
    this.#agents = agents;
  }

  static async on(gateway: TestGateway): Promise<GatewayFuzz> {
    const agents = await gateway.createAgents(
      ...Array.from({ length: MOST_SESSIONS }, (_, i) => ({ name: `fuzz-${i}`, metadata: [{ key: 'cpu' }] })),
    );
    return new GatewayFuzz(gateway, await neighboursOf(gateway), agents);
  }

  get fuzzer(): Fuzzer<Program> {
    return {
      name: 'gateway',
      programs: fc.record({ sessions: fc.array(session, { minLength: 1, maxLength: MOST_SESSIONS }) }),
      actions: ({ sessions }) => sessions.reduce((sum, { pieces }) => sum + pieces.length, 0),
      run: async ({ sessions }) => {
        await Promise.all([
          ...sessions.map((said, at) => this.#attack(said, this.#agents[at] as CreatedAgent)),
          this.#neighbours.expectUnharmed(),
        ]);
        await this.#neighbours.expectUnharmed();
      },
    };
  }

  async #attack({ pieces, cut, reads }: Session, agent: CreatedAgent): Promise<void> {
    const attacker = await HostileSession.dial(this.#gateway.url, agent.token);
    try {
      if (!reads) attacker.stopReading();
      const parts = pieces.map(pieceBytes);
      const whole = concat(parts);
      const longest = whole.length > 5_000 ? 100_000 : 1 + cut;
      for (const message of cut === 0 ? parts : cutAtRandom(whole, seededRandom(cut), longest)) attacker.say(message);
      attacker.readAgain();
      await attacker.taken();
    } finally {
      attacker.drop();
    }
  }
}
