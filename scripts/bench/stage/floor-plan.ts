import type { PlanStep } from '../servers/floor.ts';
import type { Program } from './program.ts';

/** Messages of one report as Go frames it: SYN, header, body; header and body of the close, FIN. */
const MESSAGES_BEFORE_ANSWER = 3;
const MESSAGES_OF_CALL = 6;

/** What the floor answers: what the gateway did in one call of the load's. */
export async function recordedPlan(load: Program): Promise<PlanStep[]> {
  const [answer, end] = await load.ask<[string[], string[]]>('record', { name: 'gateway' });
  return [
    { after: MESSAGES_BEFORE_ANSWER, messages: answer },
    { after: MESSAGES_OF_CALL, messages: end },
  ];
}
