/**
 * Loaded into a gateway before anything else: its wall clock is off by FAULT_CLOCK_OFFSET_MS, and steps by an hour at each
 * SIGUSR2: forward, back to two hours less, forward again. Monotonic time goes on as ever, as it does when a clock is set.
 */
const RealDate = Date;
const STEPS_MS = [3_600_000, -7_200_000, 3_600_000];
let offsetMs = Number(process.env.FAULT_CLOCK_OFFSET_MS ?? 0);
let steps = 0;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};

/** As a line of the gateway's log, so that a test sees what came of it. */
function tell() {
  console.error(JSON.stringify({ level: 30, msg: 'the wall clock', saysMs: Date.now(), isMs: RealDate.now() }));
}

process.on('SIGUSR2', () => {
  offsetMs += STEPS_MS[steps % STEPS_MS.length] ?? 0;
  steps += 1;
  tell();
});
tell();
