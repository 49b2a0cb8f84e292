import { coder } from '../messages/services.ts';
import type { AgentClient } from './client.ts';
import { type AgentManifest, readManifest } from './manifest.ts';
import { timestamp } from './report.ts';

/** The states of an agent's lifecycle, by their names in Coder's API. */
export type LifecycleState = Exclude<keyof typeof coder.agent.v2.Lifecycle.State, 'STATE_UNSPECIFIED'>;

/** What an agent says of itself after connecting. */
export interface AgentStartup {
  version: string;
  /** The directory it works in, as an absolute path. */
  expandedDirectory: string;
}

/** Fetches the manifest and says what has started, as Coder's agents do after every connect. */
export async function introduce(client: AgentClient, startup: AgentStartup): Promise<AgentManifest> {
  const manifest = readManifest(await client.agent.GetManifest({}));
  await client.agent.UpdateStartup({ startup: { ...startup, subsystems: [] } });
  return manifest;
}

export async function sendLifecycle(
  client: AgentClient,
  change: { state: LifecycleState; changedAtMs: number },
): Promise<void> {
  const state = coder.agent.v2.Lifecycle.State[change.state];
  await client.agent.UpdateLifecycle({ lifecycle: { state, changedAt: timestamp(change.changedAtMs) } });
}

/**
 * Holds the two streams that Coder's agents hold for their network, dropping what comes on them. Settles when either
 * ends, which for such an agent is a reason to reconnect.
 */
export async function holdTailnetStreams(client: AgentClient): Promise<void> {
  const streams = await Promise.all([client.tailnet.StreamDERPMaps({}), client.tailnet.Coordinate()]);
  await Promise.race(
    streams.map(async (stream) => {
      while ((await stream.receive()) !== null);
    }),
  );
}
