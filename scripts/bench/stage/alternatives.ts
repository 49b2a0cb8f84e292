import type { Dialect } from '../load/dialects.ts';
import type { PlanStep } from '../servers/floor.ts';
import { FLUSH_INTERVAL_MS, LIVE_INTERVAL_MS } from '../workload.ts';
import type { GatewaySubject } from './gateway-subject.ts';
import type { Database } from './postgres.ts';
import { goProgram, npmReferences, type Reference, startCentrifugo, startNats, startSocketIo } from './references.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

/** A bare `ws` server that answers as the gateway does and tells watchers of what came in, without looking at any of it. */
export interface Floor {
  name: string;
  dialect: 'floor' | 'one-message floor';
  /** How often watchers are told. */
  everyMs: number;
}

/** The one that the gateway is judged by. */
export const FLOOR: Floor = { name: 'floor', dialect: 'floor', everyMs: FLUSH_INTERVAL_MS };
export const OTHER_FLOORS: Floor[] = [
  { name: 'floor each 200 ms', dialect: 'floor', everyMs: LIVE_INTERVAL_MS },
  { name: 'one-message floor', dialect: 'one-message floor', everyMs: FLUSH_INTERVAL_MS },
];
const ONE_MESSAGE: PlanStep[] = [{ after: 1, messages: [Buffer.from('{"ok":true}').toString('hex')] }];

/** `plan` is what was recorded of the gateway; a report of one message has an answer of its own. */
export async function startFloor(
  stage: Stage,
  { name, dialect, everyMs }: Floor,
  { plan, tokens }: { plan: PlanStep[]; tokens: string[] },
): Promise<Subject> {
  const program = stage.script(name, 'servers/floor.ts');
  const answers = dialect === 'floor' ? plan : ONE_MESSAGE;
  const url = await program.ask<string>('listen', { plan: answers, everyMs });
  return { name, dialect, url, program, tokens, token: '' };
}

/** The usual design: a bare `ws` server with one UPDATE and NOTIFY for each report, on this database. */
export async function startWritePerReport(
  stage: Stage,
  { database, tokens }: Pick<GatewaySubject, 'database' | 'tokens'>,
): Promise<Subject> {
  const name = 'write per report';
  const program = stage.script(name, 'servers/write-per-report.ts');
  const url = await program.ask<string>('listen', { databaseUrl: database.url });
  return { name, dialect: 'json', url, program, database, tokens, token: '' };
}

/** Starts something that one would use in the gateway's place; it is alone on its database, if it has one. */
export type Alternative = (stage: Stage, tokens: string[]) => Promise<Subject>;

/**
 * What one would use in the gateway's place, as far as it can be had here: installed and built, not yet started. `note` is told
 * what each is, and what is missing.
 */
export function alternatives({ say, note }: { say(text: string): void; note(text: string): void }): Alternative[] {
  note('write per report is a bare `ws` server with one UPDATE and NOTIFY for each report.');
  const found: Alternative[] = [
    async (stage, tokens) => startWritePerReport(stage, { database: await stage.database(), tokens }),
  ];
  const add = (name: string, dialect: Dialect, start: (stage: Stage) => Promise<Reference & { database?: Database }>) =>
    found.push(async (stage, tokens) => {
      const { settings, ...reference } = await start(stage);
      note(`${name} is ${settings}.`);
      return { name, dialect, ...reference, tokens, token: '' };
    });
  if (npmReferences(say)) {
    add('Socket.IO', 'socket.io', async (stage) => {
      const database = await stage.database();
      return { ...(await startSocketIo(stage, database.url)), database };
    });
  } else note('Socket.IO could not be installed from npm.');
  const centrifugo = goProgram('centrifugo', say);
  if (centrifugo !== null) add('Centrifugo', 'centrifugo', (stage) => startCentrifugo(stage, centrifugo));
  else note('Centrifugo could not be built: no Go, or no Go module proxy.');
  const nats = goProgram('nats-server', say);
  if (nats !== null) add('NATS', 'nats', (stage) => startNats(stage, nats));
  else note('NATS could not be built: no Go, or no Go module proxy.');
  return found;
}
