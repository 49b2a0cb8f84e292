import type { AgentId, MetadataDescription } from '../../db/types.ts';
import { withinLimits } from '../auth/identity.ts';
import type { CancelTimer, Clock } from '../clock.ts';
import { type MetadataItem, metadataItems } from '../server/routes/metadata.ts';
import type { WatchHub } from './hub.ts';
import type { ObservedAgent } from './observed-agent.ts';

/** How often each feed is looked at; Coder's own rhythm. */
const TICK_MS = 1_000;
/** Without any change the state goes out this often all the same, so that ages advance. */
const REPEAT_AFTER_MS = 5_000;
/** How often an idle connection is shown to be alive. */
const PING_INTERVAL_MS = 15_000;

/** Where the messages of one feed go. */
export interface MetadataSink {
  /** The whole state, sorted as the agent's keys are. */
  send(items: MetadataItem[]): void;
  ping(): void;
  /** What was sent before has not left yet: the next state waits, and is newer then. */
  readonly busy: boolean;
  /** The agent is gone or no longer to be seen, or the gateway is ending; nothing follows. */
  end(): void;
}

export interface MetadataFeedsOptions {
  clock: Clock;
  hub: Pick<WatchHub, 'observe'>;
  /** Microseconds on the collection clock. */
  nowUs(): number;
  /** How an agent's keys are collected now. */
  describe(agentId: AgentId): Promise<MetadataDescription[]>;
}

/** Whom a feed follows. */
export interface Followed {
  agentId: AgentId;
  descriptions: MetadataDescription[];
  /** Labels without which the agent is not shown to whoever reads; null for none. */
  limits: Readonly<Record<string, string>> | null;
}

/**
 * The endpoints on which Coder's clients follow one agent: the whole state at once, again about a second later, then
 * whenever something has changed, at most once a second and at least every five.
 */
export class MetadataFeeds {
  readonly #options: MetadataFeedsOptions;
  readonly #feeds = new Set<MetadataFeed>();
  #cancelTick: CancelTimer | null = null;

  constructor(options: MetadataFeedsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** Begins a feed; the returned function stops it, when its connection has ended. */
  open(followed: Followed, sink: MetadataSink): () => void {
    const feed = new MetadataFeed({ ...this.#options, ...followed, sink, onEnd: () => this.#drop(feed) });
    this.#feeds.add(feed);
    feed.start();
    this.#cancelTick ??= this.#options.clock.after(TICK_MS, () => this.#tick());
    return () => this.#drop(feed);
  }

  /** Ends every feed. */
  close(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    for (const feed of [...this.#feeds]) feed.end();
  }

  #drop(feed: MetadataFeed): void {
    if (this.#feeds.delete(feed)) feed.stop();
  }

  #tick(): void {
    this.#cancelTick = null;
    for (const feed of this.#feeds) feed.tick();
    if (this.#feeds.size > 0) this.#cancelTick = this.#options.clock.after(TICK_MS, () => this.#tick());
  }
}

interface FeedOptions extends MetadataFeedsOptions, Followed {
  sink: MetadataSink;
  onEnd(): void;
}

class MetadataFeed {
  readonly #options: FeedOptions;
  #descriptions: MetadataDescription[];
  #agent: ObservedAgent | null = null;
  /** True from the start, so that the first state is sent twice. */
  #changed = true;
  #sentAtMs: number | null = null;
  #pingedAtMs: number;
  #stopObserving = () => {};

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#descriptions = options.descriptions;
    this.#pingedAtMs = options.clock.now();
  }

  start(): void {
    const { hub, agentId } = this.#options;
    this.#stopObserving = hub.observe(agentId, (agent) => this.#observed(agent));
  }

  stop(): void {
    this.#stopObserving();
  }

  end(): void {
    this.#options.sink.end();
    this.#options.onEnd();
  }

  tick(): void {
    const { clock, sink } = this.#options;
    const now = clock.now();
    // Of a connection whose reader takes nothing these would pile up.
    if (!sink.busy && now - this.#pingedAtMs >= PING_INTERVAL_MS) {
      this.#pingedAtMs = now;
      sink.ping();
    }
    if (this.#agent === null || this.#sentAtMs === null || sink.busy) return;
    if (this.#changed || now - this.#sentAtMs >= REPEAT_AFTER_MS) {
      this.#changed = false;
      this.#send(this.#agent);
    }
  }

  #observed(agent: ObservedAgent | null): void {
    if (agent === null) {
      // Not known yet is told as null as well; gone is what has been there.
      if (this.#agent !== null) this.end();
      return;
    }
    if (!withinLimits(agent.labels, this.#options.limits)) {
      this.end();
      return;
    }
    if (this.#agent !== null && this.#agent.keysVersion !== agent.keysVersion) this.#describeAgain();
    this.#agent = agent;
    this.#changed = true;
    if (this.#sentAtMs === null) this.#send(agent);
  }

  #send(agent: ObservedAgent): void {
    const { clock, sink, nowUs } = this.#options;
    this.#sentAtMs = clock.now();
    sink.send(metadataItems(this.#descriptions, agent.values, nowUs()));
  }

  #describeAgain(): void {
    const { describe, agentId } = this.#options;
    describe(agentId).then(
      (descriptions) => {
        this.#descriptions = descriptions;
        this.#changed = true;
      },
      // What is known stays; the next change of the keys asks again.
      () => {},
    );
  }
}
