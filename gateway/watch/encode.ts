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
  // Not by for-of, which makes an array of each key and its value.
  agent.values.forEach((value, key) => {
    const share = filter.passes(key) ? shareOf(value) : 'none';
    if (share === 'none') return;
    const group = groupAt(groups, value.atUs);
    if (share === 'same') group.same += group.same === '' ? quoted(key).name : `,${quoted(key).name}`;
    else addText(group, key, value);
  });
  let json = '';
  for (const group of groups) json += json === '' ? encodeGroup(group) : `,${encodeGroup(group)}`;
  return `[${json}]`;
}

function addText(group: Group, key: string, { value, error }: ValueState): void {
  if (value !== '' || error === '') group.values = withMember(group.values, key, value);
  if (error !== '') group.errors = withMember(group.errors, key, error);
}

/** Text is put behind text, never cut or joined before all of a frame is there: each would copy it once more. */
function withMember(members: string, key: string, text: string): string {
  const { first, further } = quoted(key);
  return (members === '' ? first : members + further) + JSON.stringify(text);
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
  if (values !== '' || errors !== '') json += `,"values":{${values}}`;
  if (errors !== '') json += `,"errors":{${errors}}`;
  if (same !== '') json += `,"same":[${same}]`;
  return `${json}}`;
}

/** A fleet has few distinct keys; beyond this many they are encoded anew each time. */
const QUOTED_KEYS = 10_000;
const quotedKeys = new Map<string, QuotedKey>();

/** A key as JSON: by itself, and as it begins the first member of an object and each further one. */
interface QuotedKey {
  name: string;
  first: string;
  further: string;
}

function quoted(key: string): QuotedKey {
  let json = quotedKeys.get(key);
  if (json === undefined) {
    const name = JSON.stringify(key);
    json = { name, first: `${name}:`, further: `,${name}:` };
    if (quotedKeys.size < QUOTED_KEYS) quotedKeys.set(key, json);
  }
  return json;
}
