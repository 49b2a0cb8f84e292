import type { EncodableOf } from '../drpc/service.ts';
import type { agentService } from '../messages/services.ts';
import type { ValueBatch } from './pending-values.ts';

type WireReport = EncodableOf<(typeof agentService.methods.BatchUpdateMetadata)['request']>;

/** The request that carries a batch. `age` stays 0, as Coder's agents send it. */
export function reportRequest(values: ValueBatch): WireReport {
  return {
    metadata: Array.from(values, ([key, { value, error, collectedAtMs }]) => ({
      key,
      result: { collectedAt: timestamp(collectedAtMs), value, error },
    })),
  };
}

/** Milliseconds since 1970 as a protobuf Timestamp, to the microsecond: more than that a double does not hold. */
export function timestamp(ms: number): { seconds: number; nanos: number } {
  const us = Math.round(ms * 1_000);
  const seconds = Math.floor(us / 1_000_000);
  return { seconds, nanos: (us - seconds * 1_000_000) * 1_000 };
}
