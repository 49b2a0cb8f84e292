import { strict as assert } from 'node:assert';
import { eventually, type TestGateway } from './gateway.ts';

/** An honest agent and an honest watcher of the same gateway, who must notice nothing of what others do. */
export interface Neighbours {
  /** A value reported from now on is acknowledged and seen, and neither has lost its connection. */
  expectUnharmed(): Promise<void>;
}

export async function neighboursOf(gateway: TestGateway): Promise<Neighbours> {
  const [created] = await gateway.createAgents({ name: 'neighbour', metadata: [{ key: 'count', interval: 1 }] });
  if (created === undefined) throw new Error('no neighbour');
  const noticed: string[] = [];
  let acknowledged = 0;
  let count = 0;
  const agent = gateway.agent(created, {
    events: {
      onStateChange: ({ state }) => noticed.push(`agent ${state}`),
      onUnacknowledged: () => noticed.push('a report was not acknowledged'),
      onAcknowledged: ({ values }) => {
        acknowledged = Math.max(acknowledged, Number(values.get('count')?.value ?? 0));
      },
    },
  });
  const watcher = gateway.watch({
    onConnection: ({ state }) => noticed.push(`watcher ${state}`),
    onNotice: ({ code }) => noticed.push(`notice ${code}`),
  });
  const report = () => {
    count += 1;
    agent.report({ count: String(count) });
    return count;
  };
  const seen = () => Number(watcher.agents.get(created.id)?.values.get('count')?.value ?? 0);
  await eventually(
    'both are connected',
    () => agent.state.state === 'connected' && watcher.connection.state === 'live',
  );
  report();
  await eventually('the first value is acknowledged and seen', () => acknowledged > 0 && seen() > 0);
  noticed.length = 0;

  return {
    async expectUnharmed() {
      const wanted = report();
      await eventually('the neighbour is acknowledged', () => acknowledged >= wanted);
      await eventually('the watcher sees it', () => seen() >= wanted);
      assert.deepEqual(noticed.splice(0), []);
    },
  };
}
