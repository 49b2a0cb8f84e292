import type { AgentFacts } from './agent-facts.ts';
import type { KeyFilter } from './key-filter.ts';
import type { KeyDescription, KeySet } from './key-sets.ts';

/** The descriptions that most agents of a subscription share, so that of each agent only the differences are said. */
export class CommonKeys {
  readonly json: string;
  readonly #filter: KeyFilter;
  readonly #common: ReadonlyMap<string, KeyDescription>;
  readonly #differences = new Map<KeySet, string>();

  constructor(agents: Iterable<AgentFacts>, filter: KeyFilter) {
    this.#filter = filter;
    this.#common = commonKeys(agents, filter);
    this.json = toJson(this.#common);
  }

  /** Where an agent's keys differ from the common ones, as JSON; `{}` where they do not. */
  differencesJson(keySet: KeySet): string {
    let json = this.#differences.get(keySet);
    if (json === undefined) {
      json = this.#compare(keySet);
      this.#differences.set(keySet, json);
    }
    return json;
  }

  #compare(keySet: KeySet): string {
    const differences = new Map<string, KeyDescription>();
    for (const [key, description] of keySet.keys) {
      if (this.#filter.passes(key) && this.#common.get(key) !== description) differences.set(key, description);
    }
    for (const key of this.#common.keys()) if (!keySet.keys.has(key)) differences.set(key, { json: 'null' });
    return toJson(differences);
  }
}

/** A description is common when more than half of the agents share it: then naming the exceptions is shorter. */
function commonKeys(agents: Iterable<AgentFacts>, filter: KeyFilter): Map<string, KeyDescription> {
  const bySet = new Map<KeySet, number>();
  let total = 0;
  for (const agent of agents) {
    bySet.set(agent.keySet, (bySet.get(agent.keySet) ?? 0) + 1);
    total += 1;
  }
  const sets = [...bySet].sort(([, a], [, b]) => b - a);
  const counts = new Map<string, Map<KeyDescription, number>>();
  for (const [{ keys }, agentsOfSet] of sets) {
    for (const [key, description] of keys) {
      if (!filter.passes(key)) continue;
      const ofKey = counts.get(key) ?? new Map<KeyDescription, number>();
      ofKey.set(description, (ofKey.get(description) ?? 0) + agentsOfSet);
      counts.set(key, ofKey);
    }
  }
  const common = new Map<string, KeyDescription>();
  for (const [key, ofKey] of counts) {
    for (const [description, count] of ofKey) if (count * 2 > total) common.set(key, description);
  }
  return common;
}

function toJson(keys: ReadonlyMap<string, KeyDescription>): string {
  return `{${[...keys].map(([key, { json }]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
