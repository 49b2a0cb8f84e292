import type { NoticeCode } from '../../../protocol/watch/messages.ts';

/** Something that is wrong with us rather than with an agent. */
export interface Problem {
  code: 'page' | 'page_database' | NoticeCode;
  sinceMs: number;
}

/** What a reader is told, in one sentence: what, what still works, and what to do. The banner adds since when. */
const SENTENCES: Partial<Record<Problem['code'], string>> = {
  page: 'This page has lost the gateway and shows the values it had; it reconnects by itself, and if it does not, see whether the gateway runs and can be reached from here.',
  page_database:
    'The gateway cannot reach its database and lets this page in when it can; agents stay connected and what they report is kept until then: see that PostgreSQL runs.',
  database_unavailable:
    'The gateway cannot reach its database, while values of agents on this gateway still arrive here and are kept until they can be stored: see that PostgreSQL runs.',
  flush_behind:
    'The gateway is behind with storing values, so that those of agents on other gateways come late: look at the load of PostgreSQL.',
  bus_degraded:
    'Notifications are not arriving, so that values of agents on other gateways come a few seconds late: if a pooler stands before PostgreSQL, give the gateway a --listen-url that goes round it.',
  draining:
    'This gateway is shutting down: the page goes over to the next one by itself, and nothing needs doing here.',
};

/** The most weighty first; only this one is shown. */
const WEIGHT: Problem['code'][] = [
  'page',
  'page_database',
  'draining',
  'database_unavailable',
  'flush_behind',
  'bus_degraded',
];

/** Those of the page's own connection: while one of them lasts, no value can be newer. */
export function isOfPage({ code }: Problem): boolean {
  return code === 'page' || code === 'page_database';
}

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
