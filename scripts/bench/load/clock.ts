/** Microseconds on the machine's monotonic clock, which all processes share: times of one can be compared with another's. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + Math.floor(nanoseconds / 1e3);
}
