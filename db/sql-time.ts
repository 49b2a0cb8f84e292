/** SQL for a timestamptz expression as whole microseconds since 1970. */
export const microseconds = (expression: string): string => `(extract(epoch from ${expression}) * 1000000)::bigint`;

/** SQL for a bigint expression of microseconds since 1970 as timestamptz; exact, unlike to_timestamp. */
export const instant = (expression: string): string =>
  `(timestamptz 'epoch' + ${expression} * interval '1 microsecond')`;

/** SQL for the time until a timestamptz expression by the database's clock, in milliseconds; negative once it has passed. */
export const millisecondsUntil = (expression: string): string =>
  `(extract(epoch from ${expression} - clock_timestamp()) * 1000)::float8`;
