import type { NoticeCode } from '../../../protocol/watch/messages.ts';

/** Something that is wrong with us rather than with an agent. */
export interface Problem {
  code: 'page' | NoticeCode;
  sinceMs: number;
}

/** What a reader is told: what, what still works, and what to do. The banner adds since when. */
const SENTENCES: Partial<Record<Problem['code'], string>> = {
  page: 'This page has lost the gateway: values stay as they were and grow old. It reconnects by itself; if it does not, see whether the gateway runs and can be reached from here.',
  database_unavailable:
    'The gateway cannot reach its database: values of agents on this gateway still arrive here and are kept until they can be stored. See that PostgreSQL runs; nothing else needs doing.',
  flush_behind:
    'The gateway is behind with storing values: agents of this gateway are shown as they report, those of other gateways come late. Look at the load of PostgreSQL.',
  bus_degraded:
    'Notifications are not arriving: agents of this gateway are live, those of other gateways are polled and come a few seconds late. If a pooler stands before PostgreSQL, give the gateway a --listen-url that goes round it.',
  draining: 'This gateway is shutting down: the page goes over to the next one by itself.',
};

/** The most weighty first; only this one is shown. */
const WEIGHT: Problem['code'][] = ['page', 'draining', 'database_unavailable', 'flush_behind', 'bus_degraded'];

export function worstProblem(problems: readonly Problem[]): (Problem & { sentence: string }) | null {
  for (const code of WEIGHT) {
    const problem = problems.find((candidate) => candidate.code === code);
    const sentence = SENTENCES[code];
    if (problem !== undefined && sentence !== undefined) return { ...problem, sentence };
  }
  return null;
}

const ENDS: Partial<Record<NoticeCode, NoticeCode>> = {
  bus_restored: 'bus_degraded',
  database_restored: 'database_unavailable',
  flush_recovered: 'flush_behind',
};

/** The problems after a notice: a restoration ends its trouble, trouble told again keeps its beginning. */
export function afterNotice(problems: readonly Problem[], code: NoticeCode, nowMs: number): Problem[] {
  const ended = ENDS[code];
  if (ended !== undefined) return problems.filter((problem) => problem.code !== ended);
  return problems.some((problem) => problem.code === code) ? [...problems] : [...problems, { code, sinceMs: nowMs }];
}
