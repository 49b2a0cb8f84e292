import type { NoticeCode } from '../../protocol/watch/messages.ts';

/** A state of the gateway that watchers are told of while it lasts. */
export type ProblemCode = 'bus_degraded' | 'database_unavailable' | 'flush_behind' | 'draining';

const ends: Record<ProblemCode, NoticeCode | null> = {
  bus_degraded: 'bus_restored',
  database_unavailable: 'database_restored',
  flush_behind: 'flush_recovered',
  draining: null,
};

/** The problems that hold at present, as the messages that tell of them. */
export class Notices {
  readonly #active = new Map<ProblemCode, string>();

  get active(): string[] {
    return [...this.#active.values()];
  }

  /** The message that tells watchers of the change; null where nothing has changed. */
  set(code: ProblemCode, active: boolean, message: string): string | null {
    const known = this.#active.get(code);
    if (active) {
      const json = encode(code, message);
      if (known === json) return null;
      this.#active.set(code, json);
      return json;
    }
    if (known === undefined) return null;
    this.#active.delete(code);
    const end = ends[code];
    return end === null ? null : encode(end, message);
  }
}

const encode = (code: NoticeCode, message: string): string => JSON.stringify({ type: 'notice', code, message });
