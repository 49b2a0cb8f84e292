import type { Scenario } from './scenario.ts';
import { ack } from './scenarios/ack.ts';
import { call } from './scenarios/call.ts';
import { elsewhere } from './scenarios/elsewhere.ts';
import { flush } from './scenarios/flush.ts';
import { growth } from './scenarios/growth.ts';
import { idle } from './scenarios/idle.ts';
import { page } from './scenarios/page.ts';
import { promise } from './scenarios/promise.ts';
import { storm } from './scenarios/storm.ts';
import { watching } from './scenarios/watching.ts';

/** All of them, in the order of docs/performance.md. */
export const suite: Scenario[] = [call, idle, promise, ack, flush, watching, elsewhere, growth, storm, page];

/** What `--quick` runs where none is named: a browser in front of a fleet takes too long even in its short form. */
export const quickSuite: Scenario[] = suite.filter((scenario) => scenario !== page);
