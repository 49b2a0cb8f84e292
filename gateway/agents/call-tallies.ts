import type { CallOutcome } from '../../protocol/drpc/server-connection.ts';
import { rpcName } from '../../protocol/drpc/service.ts';
import { agentService, tailnetService } from '../../protocol/messages/services.ts';
import type { TalliedCounter, Tally } from '../tally.ts';

type ByOutcome = Record<CallOutcome, Tally>;

/** Counts agents' calls by method and outcome; all methods that no service has are one, since peers choose their names. */
export class CallTallies {
  readonly #methods = new Map<string, ByOutcome>();
  readonly #unknown: ByOutcome;

  constructor(counter: TalliedCounter<'method' | 'outcome'>) {
    const byOutcome = (method: string): ByOutcome => ({
      ok: counter.of({ method, outcome: 'ok' }),
      error: counter.of({ method, outcome: 'error' }),
      cancelled: counter.of({ method, outcome: 'cancelled' }),
    });
    for (const service of [agentService, tailnetService]) {
      for (const method of Object.keys(service.methods)) this.#methods.set(rpcName(service, method), byOutcome(method));
    }
    this.#unknown = byOutcome('unknown');
  }

  count(rpc: string, outcome: CallOutcome): void {
    (this.#methods.get(rpc) ?? this.#unknown)[outcome].inc();
  }
}
