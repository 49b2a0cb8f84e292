import { encodeChanges, encodeWhole } from './encode.ts';
import type { AgentState, Subscription } from './subscription.ts';
import type { Transmission } from './watcher.ts';

export interface CatchUpOptions {
  subscription: Subscription;
  /** What the watcher has been sent. */
  sinceSeq: number;
  /** The state's sequence number now: the watcher has seen all up to it when this is through. */
  seq: number;
  messageChars: number;
}

/** Everything that changed in a subscription since one watcher was last sent something, the newest of each key only. */
export class CatchUp implements Transmission {
  readonly seq: number;
  readonly cursor = null;
  readonly #options: CatchUpOptions;
  readonly #changed: AgentState[] = [];
  #removed: string[] = [];
  #at = 0;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.seq = options.seq;
    const { subscription, sinceSeq } = options;
    for (const [agent, joinedSeq] of subscription.members) {
      if (agent.seq > sinceSeq || joinedSeq > sinceSeq) this.#changed.push(agent);
    }
    for (const [id, leftSeq] of subscription.left) if (leftSeq > sinceSeq) this.#removed.push(id);
  }

  next(): string | null {
    if (this.#removed.length > 0) {
      const agents = this.#removed;
      this.#removed = [];
      return JSON.stringify({ type: 'removed', agents });
    }
    const parts: string[] = [];
    let chars = 0;
    while (this.#at < this.#changed.length && chars < this.#options.messageChars) {
      const agent = this.#changed[this.#at];
      this.#at += 1;
      const json = agent === undefined ? '' : changesFor(this.#options.subscription, agent, this.#options.sinceSeq);
      if (json === '') continue;
      parts.push(json);
      chars += json.length;
    }
    return parts.length === 0 ? null : `{"type":"update","agents":[${parts.join(',')}]}`;
  }
}

/** An agent in an update for watchers who have seen the state up to `sinceSeq`; empty where there is nothing to say. */
export function changesFor(subscription: Subscription, agent: AgentState, sinceSeq: number): string {
  const joinedSeq = subscription.members.get(agent);
  if (joinedSeq === undefined) return '';
  if (joinedSeq > sinceSeq) {
    return encodeWhole(agent, subscription.filter, subscription.differencesJson(agent.keySet));
  }
  const keysJson = agent.keysSeq > sinceSeq ? subscription.differencesJson(agent.keySet) : null;
  return encodeChanges(agent, subscription.filter, { sinceSeq, keysJson });
}
