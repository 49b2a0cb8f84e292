import { FLUSH_CHANNEL, parseFlush } from '../../db/bus/channels.ts';
import { Session } from '../../db/session.ts';

/**
 * Records each flush inside its own transaction, so that the record is there exactly if the flush is; every flush writes
 * its nonce. Nothing of it asks a gateway.
 */
const INSTALL = `
  CREATE SCHEMA soak;
  CREATE TABLE soak.flushes (revision xid8 PRIMARY KEY, gateway text NOT NULL);
  CREATE FUNCTION soak.record() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO soak.flushes VALUES (pg_current_xact_id(), NEW.id);
      RETURN NULL;
    END $$;
  CREATE TRIGGER soak_inserted AFTER INSERT ON tidegate.gateways
    FOR EACH ROW WHEN (NEW.nonce IS NOT NULL) EXECUTE FUNCTION soak.record();
  CREATE TRIGGER soak_updated AFTER UPDATE OF nonce ON tidegate.gateways
    FOR EACH ROW WHEN (NEW.nonce IS NOT NULL) EXECUTE FUNCTION soak.record()`;

export interface FlushFigures {
  flushes: number;
  notifications: number;
  /** By gateway, in the order of their first flush. */
  flushesOfGateways: number[];
  /** Flushes that committed while nobody could listen: between the database's return and ours. */
  unheardAtRestart: number;
  /** Flushes without exactly one notification, and notifications without a flush; empty is what is promised. */
  mismatches: string[];
  maxNotificationBytes: number;
}

/** Counts flushes in the database and notifications by a LISTEN of its own, and holds one against the other. */
export class FlushAudit {
  readonly #url: string;
  readonly #heard: string[] = [];
  /** Revisions that were there before a LISTEN began: nobody could hear them. */
  readonly #excused = new Set<string>();
  #maxNotificationBytes = 0;
  #session: Session | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async install(): Promise<void> {
    const session = await Session.open({ url: this.#url, applicationName: 'soak' });
    await session.query(INSTALL);
    await session.close();
  }

  /** Begins to listen, or goes on after the database was away. */
  async listen(): Promise<void> {
    const session = await Session.open({
      url: this.#url,
      applicationName: 'soak',
      onNotification: (_channel, payload) => {
        this.#heard.push(parseFlush(payload)?.revision ?? `no flush: ${payload}`);
        this.#maxNotificationBytes = Math.max(this.#maxNotificationBytes, Buffer.byteLength(payload));
      },
    });
    this.#session = session;
    await session.query(`LISTEN ${FLUSH_CHANNEL}`);
    const heard = new Set(this.#heard);
    for (const { revision } of await this.#recorded(session)) if (!heard.has(revision)) this.#excused.add(revision);
  }

  /** Only once no gateway flushes any more. */
  async figures(): Promise<FlushFigures> {
    const session = this.#session;
    if (session === null) throw new Error('nobody listens');
    // Notifications come before the answer to whatever is asked behind them.
    const recorded = await this.#recorded(session);
    const counts = new Map<string, number>();
    for (const revision of this.#heard) counts.set(revision, (counts.get(revision) ?? 0) + 1);
    const mismatches: string[] = [];
    const byGateway = new Map<string, number>();
    let unheardAtRestart = 0;
    for (const { revision, gateway } of recorded) {
      byGateway.set(gateway, (byGateway.get(gateway) ?? 0) + 1);
      const heard = counts.get(revision) ?? 0;
      counts.delete(revision);
      if (heard === 0 && this.#excused.has(revision)) unheardAtRestart += 1;
      else if (heard !== 1) mismatches.push(`flush ${revision} was notified ${heard} times`);
    }
    for (const [revision, count] of counts) mismatches.push(`${count} notifications of no flush: ${revision}`);
    return {
      flushes: recorded.length,
      notifications: this.#heard.length,
      flushesOfGateways: [...byGateway.values()],
      unheardAtRestart,
      mismatches,
      maxNotificationBytes: this.#maxNotificationBytes,
    };
  }

  async close(): Promise<void> {
    await this.#session?.close();
  }

  #recorded(session: Session) {
    return session.query<{ revision: string; gateway: string }>(
      'SELECT revision::text AS revision, gateway FROM soak.flushes ORDER BY soak.flushes.revision',
    );
  }
}
