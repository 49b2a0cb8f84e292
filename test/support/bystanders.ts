import type { Agent } from '../../protocol/agent/agent.ts';
import type { WatchClient } from '../../protocol/watch/client.ts';
import { type CreatedAgent, eventually, type TestGateway } from './gateway.ts';

/** A healthy agent and a healthy watcher beside whatever a test does to their gateway: they are to notice nothing. */
export class Bystanders {
  readonly #gateway: TestGateway;
  readonly #created: CreatedAgent;
  readonly #agent: Agent;
  readonly #watcher: WatchClient;
  /** What has happened to their connections since the beginning. */
  readonly #noticed: string[] = [];
  #reports = 0;

  static async beside(gateway: TestGateway): Promise<Bystanders> {
    const [created] = (await gateway.createAgents({ name: 'bystander', labels: { bystander: 'yes' } })) as [
      CreatedAgent,
    ];
    const both = new Bystanders(gateway, created);
    await both.#report();
    both.#noticed.length = 0;
    return both;
  }

  private constructor(gateway: TestGateway, created: CreatedAgent) {
    this.#gateway = gateway;
    this.#created = created;
    this.#agent = gateway.agent(created, {
      events: { onStateChange: ({ state }) => this.#noticed.push(`agent ${state}`) },
    });
    this.#watcher = gateway.watch({
      onConnection: ({ state }) => this.#noticed.push(`watcher ${state}`),
      onNotice: ({ code }) => this.#noticed.push(`notice ${code}`),
      onError: (message) => this.#noticed.push(`error ${message}`),
    });
  }

  /** Fails if either has noticed anything, or if a report does not come through; and if the gateway faulted. */
  async areFine(): Promise<void> {
    await this.#report();
    // Taken out, so that what one test has done is not held against the next.
    const noticed = this.#noticed.splice(0);
    if (noticed.length > 0) throw new Error(`the bystanders noticed: ${noticed.join(', ')}`);
    const health = await fetch(`${this.#gateway.url}/healthz`);
    if (health.status !== 200) throw new Error(`/healthz answered ${health.status}`);
  }

  async #report(): Promise<void> {
    this.#reports += 1;
    const value = String(this.#reports);
    this.#agent.report({ serial: value });
    await this.#agent.idle();
    await eventually(
      'the watcher sees the report',
      () => this.#watcher.agents.get(this.#created.id)?.values.get('serial')?.value === value,
    );
  }
}
