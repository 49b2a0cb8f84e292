import { Session } from '../../db/session.ts';
import { microseconds } from '../../db/sql-time.ts';
import type { StoredState } from '../../gateway/cli/simulate/watchers.ts';
import type { SoakAgent } from './go-fleet.ts';

/** What the database holds, read on a connection of our own. */
export async function readStored(url: string, ids: readonly string[] = []): Promise<StoredState> {
  const session = await Session.open({ url, applicationName: 'soak' });
  try {
    const rows = await session.query<{ agent_id: string; key: string; value: string; error: string; at_us: string }>(
      `SELECT agent_id, key, value, error, ${microseconds('collected_at')} AS at_us FROM tidegate.agent_metadata`,
    );
    const state: StoredState = new Map(ids.map((id) => [id, new Map()]));
    for (const { agent_id, key, value, error, at_us } of rows) {
      const keys = state.get(agent_id) ?? new Map();
      state.set(agent_id, keys.set(key, { value, error, atUs: Number(at_us) }));
    }
    return state;
  } finally {
    await session.close();
  }
}

/** The acknowledged values of which neither they nor newer ones are stored: an agent numbers its values. */
export function missingValues(agents: readonly SoakAgent[], stored: StoredState, when: string): string[] {
  const missing: string[] = [];
  for (const { id, result } of agents) {
    for (const [key, number] of Object.entries(result.newest)) {
      const found = stored.get(id)?.get(key)?.value ?? 'nothing';
      if (!(Number(found) >= number)) {
        missing.push(`${when}: ${key} of ${id} was acknowledged as ${number}, and ${found} is stored`);
      }
    }
  }
  return missing;
}
