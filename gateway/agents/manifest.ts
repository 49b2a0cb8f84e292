import type { MetadataDescription } from '../../db/types.ts';
import type { coder } from '../../protocol/messages/services.ts';

type ManifestMessage = coder.agent.v2.Manifest.$Properties;

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/**
 * A DERP map without relays. The submessage `home_params` must be there, empty or not: Coder's agent dereferences it
 * unguarded.
 */
export const EMPTY_DERP_MAP = { homeParams: {}, regions: {} };

/** What an agent is told when it asks what it is and what to collect. */
export function manifestOf(agent: {
  agentId: string;
  name: string;
  descriptions: MetadataDescription[];
}): ManifestMessage {
  return {
    agentId: uuidBytes(agent.agentId),
    agentName: agent.name,
    // An agent wants a workspace; here each is its own.
    workspaceId: uuidBytes(agent.agentId),
    workspaceName: agent.name,
    ownerUsername: 'tidegate',
    derpMap: EMPTY_DERP_MAP,
    metadata: agent.descriptions.map((description) => ({
      key: description.key,
      displayName: description.displayName,
      script: description.script,
      interval: secondsAsNanos(description.intervalSeconds),
      timeout: secondsAsNanos(description.timeoutSeconds),
    })),
  };
}

/** Coder's agents read these two durations as a count of nanoseconds and take the count for seconds: 10 s is 10 ns. */
function secondsAsNanos(seconds: number) {
  return { seconds: Math.floor(seconds / 1e9), nanos: seconds % 1e9 };
}
