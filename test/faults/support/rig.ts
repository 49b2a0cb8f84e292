import { DatabaseEvidence } from '../../../gateway/cli/simulate/database-evidence.ts';
import { Watchers } from '../../../gateway/cli/simulate/watchers.ts';
import { eventually } from '../../support/gateway.ts';
import { FaultFleet, type FaultFleetOptions, START_TIMEOUT_MS } from './fleet.ts';
import { GatewayProcess, type GatewayProcessOptions } from './gateway-process.ts';
import type { Outcome } from './results.ts';

export interface RigOptions {
  /** Where the truth is read, past every proxy. */
  databaseUrl: string | (() => string);
  gateway: GatewayProcessOptions | GatewayProcess;
  agents?: number;
  keys?: number | string[];
  /** Keys that are the fleet's alone; default all. */
  accountFor?: string[];
  intervalMs?: number;
  /** Stands in front of every value. */
  padding?: string;
  watchers?: number;
  /** Where the watchers are; default: where the agents are. */
  watchAt?: GatewayProcess;
  /** Further gateways on the same database. */
  others?: GatewayProcess[];
  /** Where agents dial, when not the gateway itself. */
  agentUrl?: string;
  agentOptions?: FaultFleetOptions['agentOptions'];
}

/** What the rig found once the load had ended. */
export interface Verdict extends Pick<Outcome, 'lost' | 'cutOff'> {
  committed: number;
  accepted: number;
  unanswered: number;
}

let rigs = 0;

/** A gateway under load with everything that tells whether a fault did harm. */
export class Rig {
  readonly gateway: GatewayProcess;
  readonly fleet: FaultFleet;
  readonly watchers: Watchers;
  readonly evidence: DatabaseEvidence;
  /** Every gateway that writes to this database. */
  readonly #gateways: GatewayProcess[];
  /** Committed flushes when the evidence began to listen, and when it did. */
  #flushesBefore = { most: 0, least: 0 };

  /**
   * Resolves once every agent reports, every watcher watches and the first reports are stored. When that fails, nothing
   * of it is left running, the gateway neither.
   */
  static async start(options: RigOptions): Promise<Rig> {
    const gateway =
      options.gateway instanceof GatewayProcess ? options.gateway : await GatewayProcess.start(options.gateway);
    let rig: Rig | null = null;
    try {
      rig = await Rig.#around(gateway, options);
      await rig.#begin();
      return rig;
    } catch (error) {
      await (rig ?? gateway).close();
      throw error;
    }
  }

  /** Everything there is to a rig, not yet started. */
  static async #around(gateway: GatewayProcess, options: RigOptions): Promise<Rig> {
    rigs += 1;
    const name = `fleet${rigs}`;
    const { databaseUrl, agents = 60, keys = 5, intervalMs = 1_000, watchers: watcherCount = 5 } = options;
    const { client } = gateway;
    const fleet = await FaultFleet.create({
      client,
      name,
      agents,
      keys,
      intervalMs,
      ...(options.padding !== undefined && { padding: options.padding }),
      ...(options.accountFor !== undefined && { accountFor: options.accountFor }),
      ...(options.agentUrl !== undefined && { url: options.agentUrl }),
      ...(options.agentOptions !== undefined && { agentOptions: options.agentOptions }),
    });
    const watchers = new Watchers({
      count: watcherCount,
      client: options.watchAt?.client ?? client,
      labels: { fleet: name },
      agents: fleet.agents,
      ledger: fleet.ledger,
    });
    const evidence = new DatabaseEvidence({ url: typeof databaseUrl === 'string' ? () => databaseUrl : databaseUrl });
    return new Rig(gateway, fleet, watchers, evidence, [gateway, ...(options.others ?? [])]);
  }

  private constructor(
    gateway: GatewayProcess,
    fleet: FaultFleet,
    watchers: Watchers,
    evidence: DatabaseEvidence,
    gateways: GatewayProcess[],
  ) {
    this.#gateways = gateways;
    this.gateway = gateway;
    this.fleet = fleet;
    this.watchers = watchers;
    this.evidence = evidence;
  }

  async #begin(): Promise<void> {
    await this.watchers.connect(AbortSignal.timeout(START_TIMEOUT_MS));
    const least = await this.#flushes();
    await this.evidence.begin();
    this.#flushesBefore = { least, most: await this.#flushes() };
    await this.fleet.start();
  }

  /**
   * Milliseconds from now until every agent has been told that a report which it sends from now on is stored.
   */
  async recovery(timeoutMs = 90_000): Promise<number> {
    const begun = performance.now();
    await this.fleet.allCommittedSince(begun, timeoutMs);
    return performance.now() - begun;
  }

  /**
   * Ends the load and compares: what was acknowledged with what is stored, and every watcher's state with it. Accepted
   * values have to be stored too, since the gateway lives; whatever else is not as it should be throws.
   */
  async verdict(): Promise<Verdict> {
    const { cutOff } = this.fleet;
    await this.fleet.finish();
    let lost: number | null = null;
    await eventually(
      'everything is stored and every watcher shows it',
      async () => {
        const stored = await this.evidence.stored(this.fleet.agents);
        const missing = this.fleet.missing(stored);
        lost ??= missing.lost;
        return missing.missingAccepted === 0 && this.watchers.exact(stored) === this.watchers.count;
      },
      45_000,
    );
    await this.#compareNotifications();
    const { committed, accepted, unanswered } = this.fleet.ledger;
    return { lost: lost ?? 0, cutOff, committed, accepted, unanswered };
  }

  /** Where both can be known: neither the database nor a gateway was away meanwhile. */
  async #compareNotifications(): Promise<void> {
    if (this.#gateways.some(({ starts }) => starts > 1)) return;
    // One that committed just when the listening began may have been heard or not.
    const { least, most } = this.#flushesBefore;
    // Those are two ways, and the last flush may still be on one of them.
    await eventually('as many notifications were heard as flushes counted', async () => {
      const { notifications } = await this.evidence.figures();
      if (notifications === null) return true;
      const flushes = await this.#flushes();
      return notifications >= flushes - most && notifications <= flushes - least;
    });
  }

  async #flushes(): Promise<number> {
    const counts = await Promise.all(this.#gateways.map((gateway) => gateway.metric('tidegate_flushes_total')));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Ends the load and the gateway. */
  async close(): Promise<void> {
    this.watchers.close();
    await this.fleet.close();
    await this.evidence.close();
    await this.gateway.close();
  }
}

/** Runs `body` with a rig, which is closed whatever happens. */
export async function withRig<T>(options: RigOptions, body: (rig: Rig) => Promise<T>): Promise<T> {
  const rig = await Rig.start(options);
  try {
    return await body(rig);
  } finally {
    await rig.close();
  }
}
