import { Session } from '../../../db/session.ts';
import { eventually } from '../../support/gateway.ts';
import { lockWaits } from '../../support/lock-waits.ts';

/** Its own detector never comes first, so that a deadlock is the flush's to lose. */
const NEVER = '10min';

/**
 * For databases whose flushes are to lose a deadlock: long enough for one to be made before it is looked for, which
 * happens once in a wait, and below the lock_timeout of flushes.
 */
export const DEADLOCK_LATE = { deadlock_timeout: '2s' };

/** Somebody else who holds rows that flushes write. Its own transactions can meet no serialization failure. */
export class RowHolder {
  readonly #session: Session;
  /** Looks on while the other one waits. */
  readonly #observer: Session;

  static async open(url: string): Promise<RowHolder> {
    const options = { url, applicationName: 'fault test' };
    const [session, observer] = await Promise.all([Session.open(options), Session.open(options)]);
    await session.query(`SET deadlock_timeout = '${NEVER}'`);
    return new RowHolder(session, observer);
  }

  private constructor(session: Session, observer: Session) {
    this.#session = session;
    this.#observer = observer;
  }

  /** Runs `body` in a transaction, which ends behind it without having changed anything. */
  async holding<T>(body: () => Promise<T>): Promise<T> {
    await this.#session.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      return await body();
    } finally {
      // Its own connection may be what the fault has ended.
      await this.#session.query('ROLLBACK').catch(() => {});
    }
  }

  /** Locks the values for which `which` is true, in the order in which a flush does; waits for whoever has them. */
  async lock(which = 'true'): Promise<void> {
    await this.#session.query(
      `SELECT FROM tidegate.agent_metadata WHERE ${which} ORDER BY agent_id, key COLLATE "C" FOR UPDATE`,
    );
  }

  /** Locks the last value of those, by agent and key: a flush has come by the others when it waits for this one. */
  async lockLast(which = 'true'): Promise<void> {
    await this.lock(`(agent_id, key) = (SELECT agent_id, key FROM tidegate.agent_metadata WHERE ${which}
      ORDER BY agent_id DESC, key COLLATE "C" DESC LIMIT 1)`);
  }

  /** Resolves once so many flushes wait for a lock at the same time. */
  async flushesWait(count: number, timeoutMs = 30_000): Promise<void> {
    const waiting = () => lockWaits(this.#observer, { application: 'tidegate flush%' });
    await eventually(`${count} flushes wait for a lock`, async () => (await waiting()) >= count, timeoutMs);
  }

  async close(): Promise<void> {
    await Promise.all([this.#session.close(), this.#observer.close()]);
  }
}

/**
 * Makes flushes fail with `state` until as many have. Where the machine stands still at the wrong moment, a flush runs into
 * its lock_timeout instead, and the next one meets.
 */
export async function often(
  state: string,
  times: number,
  failed: (state: string) => number,
  act: () => Promise<void>,
): Promise<void> {
  for (let acts = 1; failed(state) < times; acts += 1) {
    const before = failed(state);
    await act();
    const one = eventually(`a flush fails with ${state}`, () => failed(state) > before);
    if (acts > times) await one;
    else await one.catch(() => {});
  }
}
