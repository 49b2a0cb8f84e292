import type { ValueState } from './agent-facts.ts';
import type { KeyFilter } from './key-filter.ts';
import type { AgentState } from './subscription.ts';

/** How one value goes into a report: with its text, only by its key, or not at all. */
type Share = 'text' | 'same' | 'none';

interface Group {
  atUs: number;
  values: string;
  errors: string;
  same: string;
}

/** An agent as a snapshot shows it: with everything. */
export function encodeWhole(agent: AgentState, filter: KeyFilter, keysJson: string | null): string {
  return `${head(agent, keysJson)},"reports":${reports(agent, filter, () => 'text')}}`;
}

/**
 * An agent as a resumed snapshot shows it: with the values that a reader at `sinceRevision` may not have seen. Where
 * there are none: null, or with `always` the agent without values.
 */
export function encodeSinceRevision(
  agent: AgentState,
  filter: KeyFilter,
  { sinceRevision, keysJson, always }: { sinceRevision: bigint; keysJson: string | null; always: boolean },
): string | null {
  const json = reports(agent, filter, ({ revision }) =>
    revision === null || revision >= sinceRevision ? 'text' : 'none',
  );
  return json === '[]' && !always ? null : `${head(agent, keysJson)},"reports":${json}}`;
}

/**
 * What changed about an agent after `sinceSeq`, as an update shows it; empty where that is nothing.
 *
 * @param keysJson where its keys have changed: how they differ from the common ones now
 */
export function encodeChanges(
  agent: AgentState,
  filter: KeyFilter,
  { sinceSeq, keysJson }: { sinceSeq: number; keysJson: string | null },
): string {
  let json = '';
  if (agent.nameSeq > sinceSeq) json += `,"name":${JSON.stringify(agent.name)}`;
  if (agent.labelsSeq > sinceSeq) json += `,"labels":${JSON.stringify(agent.labels)}`;
  if (agent.statusSeq > sinceSeq) json += `,"status":"${agent.status}"`;
  if (keysJson !== null) json += `,"keys":${keysJson}`;
  const changed = reports(agent, filter, (value) => {
    if (value.seq <= sinceSeq) return 'none';
    return value.textSeq > sinceSeq ? 'text' : 'same';
  });
  if (changed !== '[]') json += `,"reports":${changed}`;
  return json === '' ? '' : `{"id":"${agent.id}"${json}}`;
}

function head(agent: AgentState, keysJson: string | null): string {
  const identity = `{"id":"${agent.id}","name":${JSON.stringify(agent.name)},"labels":${JSON.stringify(agent.labels)}`;
  return `${identity},"status":"${agent.status}"${keysJson === null ? '' : `,"keys":${keysJson}`}`;
}

function reports(agent: AgentState, filter: KeyFilter, shareOf: (value: ValueState) => Share): string {
  const groups: Group[] = [];
  for (const [key, value] of agent.values) {
    const share = filter.passes(key) ? shareOf(value) : 'none';
    if (share === 'none') continue;
    const group = groupAt(groups, value.atUs);
    const name = quote(key);
    if (share === 'same') group.same += `,${name}`;
    else addText(group, name, value);
  }
  return `[${groups.map(encodeGroup).join(',')}]`;
}

function addText(group: Group, name: string, { value, error }: ValueState): void {
  if (value !== '' || error === '') group.values += `,${name}:${JSON.stringify(value)}`;
  if (error !== '') group.errors += `,${name}:${JSON.stringify(error)}`;
}

/** The keys of one report share a time and follow each other, so the search is short. */
function groupAt(groups: Group[], atUs: number): Group {
  for (let i = groups.length - 1; i >= 0; i -= 1) {
    const group = groups[i];
    if (group?.atUs === atUs) return group;
  }
  const group = { atUs, values: '', errors: '', same: '' };
  groups.push(group);
  return group;
}

function encodeGroup({ atUs, values, errors, same }: Group): string {
  let json = `{"at":${atUs / 1000}`;
  if (values !== '' || errors !== '') json += `,"values":{${values.slice(1)}}`;
  if (errors !== '') json += `,"errors":{${errors.slice(1)}}`;
  if (same !== '') json += `,"same":[${same.slice(1)}]`;
  return `${json}}`;
}

/** A fleet has few distinct keys; beyond this many they are encoded anew each time. */
const QUOTED_KEYS = 10_000;
const quoted = new Map<string, string>();

function quote(key: string): string {
  let json = quoted.get(key);
  if (json === undefined) {
    json = JSON.stringify(key);
    if (quoted.size < QUOTED_KEYS) quoted.set(key, json);
  }
  return json;
}
