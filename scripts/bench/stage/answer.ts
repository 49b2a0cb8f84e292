import { READY } from './program.ts';

/** The other side of `Program.ask`: what a script of this suite can be asked. */
// biome-ignore lint/suspicious/noExplicitAny: parameters cross a process border as JSON
export type Methods = Record<string, (params: any) => unknown>;

/** Answers the questions of the process that started this one, and ends with it. */
export function answer(methods: Methods): void {
  process.on('message', async ({ id, method, params }: { id: number; method?: string; params: unknown }) => {
    if (method === undefined) return;
    try {
      const run = methods[method];
      if (run === undefined) throw new Error(`there is no method ${method}`);
      process.send?.({ id, result: (await run(params)) ?? null });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  // The probe lets the process end in spite of the channel; a script that answers stays for as long as it is asked.
  process.channel?.ref();
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  // What is asked before somebody listens would be lost.
  process.send?.({ id: READY });
}
