/**
 * - `ok`: as it should be.
 * - `warning`: works, and somebody should know.
 * - `failed`: a gateway cannot keep its promises like this.
 * - `unknown`: could not be looked at, since something before it failed.
 */
export type Verdict = 'ok' | 'warning' | 'failed' | 'unknown';

/** What one check has found, in sentences for people. */
export interface Finding {
  check: string;
  verdict: Verdict;
  finding: string;
}

/** A finding before it has the name of its check. */
export type Examined = Omit<Finding, 'check'>;

export const ok = (finding: string): Examined => ({ verdict: 'ok', finding });
export const warning = (finding: string): Examined => ({ verdict: 'warning', finding });
export const failed = (finding: string): Examined => ({ verdict: 'failed', finding });
