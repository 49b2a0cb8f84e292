/** The libraries that the peers are built of; `docs/compatibility.md` names the same. */
export const DRPC_VERSIONS = [
  { name: 'drpc-1.0.0', modfile: 'go.mod' },
  { name: 'drpc-0.0.34', modfile: 'go.drpc0.mod' },
] as const;

export type DrpcVersion = (typeof DRPC_VERSIONS)[number]['name'];

/** Where `test/interop/run.ts` says what directory it has built the peers in. */
export const PEERS_VARIABLE = 'TIDEGATE_INTEROP_PEERS';
