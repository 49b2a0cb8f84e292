import type { PlanStep } from '../servers/floor.ts';
import { KEYS } from '../workload.ts';
import type { Program } from './program.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subject.ts';

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

/** The same, of a call that one of the gateway's agents makes for it. */
export async function planOf(stage: Stage, { url, tokens }: Subject): Promise<PlanStep[]> {
  const recorder = stage.script('recorder', 'load/calls.ts');
  await recorder.ask('open', { name: 'gateway', url, tokens: tokens.slice(0, 1), keys: KEYS });
  const plan = await recordedPlan(recorder);
  await recorder.stop();
  return plan;
}
