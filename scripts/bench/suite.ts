import type { Scenario } from './scenario.ts';
import { call } from './scenarios/call.ts';

/** All of them, in the order of the page. */
export const suite: Scenario[] = [call];
