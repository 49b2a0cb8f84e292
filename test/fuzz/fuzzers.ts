import { agentBytes } from './agent-bytes.ts';
import { drpcBytes } from './drpc-bytes.ts';
import { drpcClientPrograms } from './drpc-client.ts';
import { drpcServerPrograms } from './drpc-server.ts';
import type { AnyFuzzer } from './fuzzer.ts';
import { yamuxBytes } from './yamux-bytes.ts';
import { yamuxClientPrograms, yamuxServerPrograms } from './yamux-programs.ts';

/** All that need nothing but this process, and how many programs of each `npm test` runs. */
export const FUZZERS: readonly { fuzzer: AnyFuzzer; runs: number }[] = [
  { fuzzer: yamuxServerPrograms, runs: 300 },
  { fuzzer: yamuxClientPrograms, runs: 300 },
  { fuzzer: yamuxBytes, runs: 500 },
  { fuzzer: drpcServerPrograms, runs: 500 },
  { fuzzer: drpcClientPrograms, runs: 500 },
  { fuzzer: drpcBytes, runs: 500 },
  { fuzzer: agentBytes, runs: 200 },
];
