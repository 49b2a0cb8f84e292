import type { DecodedOf } from '../drpc/service.ts';
import type { agentService } from '../messages/services.ts';

/** One key that the gateway wants collected. */
export interface ManifestKey {
  key: string;
  displayName: string;
  script: string;
  /** Whole seconds; 0 collects once a connection. */
  intervalSeconds: number;
  /** Whole seconds; 0 leaves it to the agent. */
  timeoutSeconds: number;
}

/** What the gateway tells an agent about itself. */
export interface AgentManifest {
  /** A 36-character lower-case UUID. */
  agentId: string;
  agentName: string;
  keys: ManifestKey[];
}

type WireManifest = DecodedOf<(typeof agentService.methods.GetManifest)['reply']>;

export function readManifest(manifest: WireManifest): AgentManifest {
  return {
    agentId: uuid(manifest.agentId),
    agentName: manifest.agentName,
    keys: manifest.metadata.map(({ key, displayName, script, interval, timeout }) => ({
      key: key ?? '',
      displayName: displayName ?? '',
      script: script ?? '',
      intervalSeconds: wholeSeconds(interval),
      timeoutSeconds: wholeSeconds(timeout),
    })),
  };
}

const NANOS_PER_SECOND = 1_000_000_000;

/** Coder's servers put the number of seconds where a Duration has its nanoseconds: 10 s is `{nanos: 10}`. */
function wholeSeconds(duration: { seconds?: number | null; nanos?: number | null } | null | undefined): number {
  return (duration?.seconds ?? 0) * NANOS_PER_SECOND + (duration?.nanos ?? 0);
}

function uuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
