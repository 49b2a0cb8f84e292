import { expect, it } from 'vitest';
import { MetadataFeeds } from '../../../gateway/watch/metadata-feed.ts';
import type { AgentObserver, ObservedAgent } from '../../../gateway/watch/observed-agent.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const AGENT: ObservedAgent = { id: 'agent', name: 'a', labels: {}, status: 'connected', keysVersion: 1, values: [] };

/** One feed, whose reader may stop to take anything. */
function rig() {
  const clock = new FakeClock();
  const said: string[] = [];
  const sink = {
    busy: false,
    send: () => said.push('state'),
    ping: () => said.push('ping'),
    end: () => said.push('end'),
  };
  const hub = {
    observe(_agentId: string, onAgent: AgentObserver) {
      onAgent(AGENT);
      return () => {};
    },
  };
  const feeds = new MetadataFeeds({ clock, hub, nowUs: () => 0, describe: async () => [] });
  feeds.open({ agentId: AGENT.id, descriptions: [], limits: null }, sink);
  return { clock, said, sink };
}

it('shows every 15 s that an idle connection is alive', () => {
  const { clock, said } = rig();
  clock.advance(60_000);
  expect(said.filter((what) => what === 'ping')).toHaveLength(4);
});

it('writes nothing more to a reader who takes nothing, and goes on when he does', () => {
  const { clock, said, sink } = rig();
  sink.busy = true;
  said.length = 0;
  clock.advance(600_000);
  expect(said).toEqual([]);
  sink.busy = false;
  clock.advance(1_000);
  expect(said).toEqual(['ping', 'state']);
});
