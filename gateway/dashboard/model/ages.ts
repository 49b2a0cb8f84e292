const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age in at most three characters and a unit: `now`, `4 s`, `12 min`, `3 h`, `9 d`. */
export function formatAge(ageMs: number): string {
  if (ageMs < SECOND) return 'now';
  if (ageMs < MINUTE) return `${Math.floor(ageMs / SECOND)} s`;
  if (ageMs < HOUR) return `${Math.floor(ageMs / MINUTE)} min`;
  if (ageMs < DAY) return `${Math.floor(ageMs / HOUR)} h`;
  return `${Math.floor(ageMs / DAY)} d`;
}

/** The same within a sentence: `for 12 min`, `less than a second`. */
export function formatSpan(ageMs: number): string {
  return ageMs < SECOND ? 'less than a second' : formatAge(ageMs);
}

/** An instant in the reader's own zone, to the second. */
export function formatInstant(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** The exact instant in UTC, for the hover. */
export function exactInstant(atMs: number): string {
  return new Date(atMs).toISOString();
}
