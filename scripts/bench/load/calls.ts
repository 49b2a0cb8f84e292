/** Load: calls in a closed loop over some connections, one target at a time. */
import { answer } from '../stage/answer.ts';
import { GoFramedAgent } from './agent.ts';
import { ReportTemplate } from './report.ts';

interface Target {
  agents: GoFramedAgent[];
  template: ReportTemplate;
}

const targets = new Map<string, Target>();

interface OpenParams {
  name: string;
  url: string;
  tokens: string[];
  keys: number;
  playback?: boolean;
  separate?: boolean;
}

answer({
  async open({ name, keys, tokens, ...options }: OpenParams) {
    const agents = tokens.map((token) => new GoFramedAgent({ ...options, token }));
    await Promise.all(agents.map(({ opened }) => opened));
    targets.set(name, { agents, template: new ReportTemplate(keys) });
  },

  /** What the server sends during one call, as hex: before the client closes the stream, and after. */
  async record({ name }: { name: string }) {
    const { agents, template } = targetOf(name);
    const [agent] = agents;
    if (agent === undefined) throw new Error('nobody is connected');
    const phases: [string[], string[]] = [[], []];
    let phase = 0;
    agent.onMessage = (bytes) => phases[phase]?.push(bytes.toString('hex'));
    await new Promise<void>((resolve) =>
      agent.report(template.next(), resolve, () => {
        phase = 1;
      }),
    );
    agent.onMessage = null;
    return phases;
  },

  /** Each connection makes one call after the other for so long; returns how many there were. */
  run({ name, ms }: { name: string; ms: number }): Promise<{ calls: number; seconds: number }> {
    const { agents, template } = targetOf(name);
    const begun = performance.now();
    let calls = 0;
    let running = agents.length;
    return new Promise((resolve) => {
      for (const agent of agents) {
        const next = () => {
          calls += 1;
          if (performance.now() - begun < ms) agent.report(template.next(), next);
          else if (--running === 0) resolve({ calls, seconds: (performance.now() - begun) / 1_000 });
        };
        agent.report(template.next(), next);
      }
    });
  },
});

function targetOf(name: string): Target {
  const target = targets.get(name);
  if (target === undefined) throw new Error(`nothing is connected to ${name}`);
  return target;
}
