import { textArray } from '../array-literal.ts';
import { type DatabaseError, isDataError } from '../errors.ts';
import { holdsKept } from '../kept.ts';
import type { Session } from '../session.ts';
import type { AgentChange, AgentId, FlushBatch, FlushResult, FlushValue, KeptLimits } from '../types.ts';
import { bisect } from './bisect.ts';
import { chunkItems, chunkValues, pipeline } from './chunks.ts';
import {
  agentParameter,
  FIND_UNWRITTEN,
  INSERT_VALUES,
  keyParameters,
  LOCK_LIVE_AGENTS,
  UPDATE_AGENTS,
  UPDATE_VALUES,
  valueParameters,
} from './flush-statements.ts';
import { keep, lockAgents } from './keep.ts';

/** Agent changes in one statement. */
const MAX_AGENTS_PER_STATEMENT = 2_000;

export interface LandOptions {
  gatewayId: string;
  maxValuesPerStatement: number;
  limits: KeptLimits;
}

export type Outcome = Omit<FlushResult, 'revision'> & {
  /** Agents that this transaction wrote anything of. */
  agents: number;
};

/**
 * Writes a batch inside the open transaction, behind the savepoint `batch`. When data is refused, rolls back to that
 * savepoint and writes again with one savepoint per statement, so that only what is at fault stays out.
 */
export async function landBatch(session: Session, batch: FlushBatch, options: LandOptions): Promise<Outcome> {
  try {
    return await new Landing(session, options, 'plain').run(batch);
  } catch (error) {
    if (!isDataError(error)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT batch');
    return new Landing(session, options, 'bisecting').run(batch);
  }
}

class Landing {
  readonly #session: Session;
  readonly #options: LandOptions;
  readonly #mode: 'plain' | 'bisecting';
  readonly #changedAgents = new Set<AgentId>();
  readonly #unmatched: FlushValue[] = [];
  readonly #superseded: FlushValue[] = [];
  readonly #deleted: FlushValue[] = [];
  readonly #rejected: FlushResult['rejected'] = [];
  readonly #rejectedAgents: NonNullable<FlushResult['rejectedAgents']> = [];

  constructor(session: Session, options: LandOptions, mode: 'plain' | 'bisecting') {
    this.#session = session;
    this.#options = options;
    this.#mode = mode;
  }

  async run(batch: FlushBatch): Promise<Outcome> {
    await this.#changeAgents(batch.agents);
    await this.#updateValues(batch.values);
    await this.#insertUnmatched();
    return this.#outcome(batch);
  }

  async #changeAgents(changes: readonly AgentChange[]): Promise<void> {
    for (const chunk of chunkItems(changes, MAX_AGENTS_PER_STATEMENT)) {
      const kept = chunk.filter(holdsKept);
      // One pass of locks over all agents of the chunk, so that the two kinds of statement take none out of order.
      const live = kept.length === 0 ? null : await lockAgents(this.#session, chunk);
      await this.#writeChanges(chunk.filter(holdsState), (part) => this.#updateAgents(part));
      if (live === null) continue;
      await this.#writeChanges(
        kept.filter(({ agentId }) => live.has(agentId)),
        (part) => this.#keep(part),
      );
    }
  }

  async #updateAgents(changes: readonly AgentChange[]): Promise<void> {
    const rows = await this.#session.query<{ id: string }>(UPDATE_AGENTS, [
      agentParameter(changes),
      this.#options.gatewayId,
    ]);
    for (const { id } of rows) this.#changedAgents.add(id);
  }

  async #keep(changes: readonly AgentChange[]): Promise<void> {
    await keep(this.#session, changes, this.#options);
    for (const { agentId } of changes) this.#changedAgents.add(agentId);
  }

  async #writeChanges(
    changes: readonly AgentChange[],
    write: (part: readonly AgentChange[]) => Promise<void>,
  ): Promise<void> {
    if (changes.length === 0) return;
    if (this.#mode === 'plain') {
      await write(changes);
      return;
    }
    await bisect(this.#session, changes, write, (change, error) => {
      this.#rejectedAgents.push({ change, ...reasonOf(error) });
    });
  }

  async #updateValues(values: readonly FlushValue[]): Promise<void> {
    const chunks = chunkValues(values, this.#options.maxValuesPerStatement);
    if (this.#mode === 'plain') {
      await pipeline(chunks, {
        build: valueParameters,
        send: (parameters) => this.#session.query(UPDATE_VALUES, parameters),
        done: (chunk, { count }) => this.#sortOutUpdate(chunk, count),
      });
      return;
    }
    for (const chunk of chunks) await this.#bisectValues(chunk, (part) => this.#updateChunk(part));
  }

  async #updateChunk(chunk: readonly FlushValue[]): Promise<void> {
    const { count } = await this.#session.query(UPDATE_VALUES, valueParameters(chunk));
    await this.#sortOutUpdate(chunk, count);
  }

  /** Only when the count shows that something did not land is it worth asking what. */
  async #sortOutUpdate(chunk: readonly FlushValue[], updated: number): Promise<void> {
    if (updated === chunk.length) return;
    for (const { value, superseded } of await this.#findUnwritten(chunk)) {
      (superseded ? this.#superseded : this.#unmatched).push(value);
    }
  }

  /** All updates come before all inserts: so two flushes that meet take their locks in one order. */
  async #insertUnmatched(): Promise<void> {
    const values = this.#unmatched;
    for (const chunk of chunkValues(values, this.#options.maxValuesPerStatement)) {
      const live = await this.#lockLiveAgents(chunk);
      const insertable = chunk.filter((value) => live.has(value.agentId));
      for (const value of chunk) if (!live.has(value.agentId)) this.#deleted.push(value);
      if (insertable.length === 0) continue;
      if (this.#mode === 'plain') await this.#insertChunk(insertable);
      else await this.#bisectValues(insertable, (part) => this.#insertChunk(part));
    }
  }

  async #insertChunk(chunk: readonly FlushValue[]): Promise<void> {
    const { count } = await this.#session.query(INSERT_VALUES, valueParameters(chunk));
    if (count === chunk.length) return;
    for (const { value } of await this.#findUnwritten(chunk)) this.#superseded.push(value);
  }

  async #lockLiveAgents(chunk: readonly FlushValue[]): Promise<Set<AgentId>> {
    const ids = [...new Set(chunk.map((value) => value.agentId))];
    const rows = await this.#session.query<{ id: string }>(LOCK_LIVE_AGENTS, [textArray(ids)]);
    return new Set(rows.map(({ id }) => id));
  }

  async #findUnwritten(chunk: readonly FlushValue[]): Promise<{ value: FlushValue; superseded: boolean }[]> {
    const rows = await this.#session.query<{ position: number; superseded: boolean }>(
      FIND_UNWRITTEN,
      keyParameters(chunk),
    );
    return rows.flatMap(({ position, superseded }) => {
      const value = chunk[position - 1];
      return value === undefined ? [] : [{ value, superseded }];
    });
  }

  #bisectValues(chunk: readonly FlushValue[], write: (part: readonly FlushValue[]) => Promise<void>): Promise<void> {
    return bisect(this.#session, chunk, write, (value, error) => {
      this.#rejected.push({ value, ...reasonOf(error) });
    });
  }

  #outcome({ values }: FlushBatch): Outcome {
    const unwritten = new Set([...this.#superseded, ...this.#deleted, ...this.#rejected.map(({ value }) => value)]);
    const agents = this.#changedAgents;
    let previous = '';
    for (const value of values) {
      if (value.agentId === previous || (unwritten.size > 0 && unwritten.has(value))) continue;
      previous = value.agentId;
      agents.add(previous);
    }
    return {
      written: values.length - unwritten.size,
      superseded: this.#superseded,
      deleted: this.#deleted,
      rejected: this.#rejected,
      ...(this.#rejectedAgents.length > 0 && { rejectedAgents: this.#rejectedAgents }),
      agents: agents.size,
    };
  }
}

/** Whether a change holds something for the table `agents` itself. */
function holdsState({ connection, lifecycle, startup }: AgentChange): boolean {
  return connection !== undefined || lifecycle !== undefined || startup !== undefined;
}

function reasonOf(error: DatabaseError): { sqlState: string; message: string } {
  return { sqlState: error.sqlState ?? '', message: error.message };
}
