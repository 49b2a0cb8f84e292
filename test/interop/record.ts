/**
 * Records the conversations in `test/vectors/` from live Go peers, from where `npm test` replays them without Go. Run by
 * `npm run test:interop -- --record`; arguments behind it name what to record: calls, yamux, agents.
 */
import { recordAgents } from './record/agents.ts';
import { recordCalls } from './record/calls.ts';
import { recordYamux } from './record/yamux.ts';

const RECORDERS: Record<string, () => Promise<void>> = {
  calls: recordCalls,
  yamux: recordYamux,
  agents: recordAgents,
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(RECORDERS)) {
  const record = RECORDERS[name];
  if (record === undefined)
    throw new Error(`nothing is called "${name}"; there are ${Object.keys(RECORDERS).join(', ')}`);
  await record();
}
