import type { Queryable } from '../session.ts';
import { CONTROL_CHANNEL, type ControlMessage } from './channels.ts';

/** Sends on the control channel. How often is the caller's to limit: at most one `reread` a second per gateway. */
export async function notifyControl(db: Queryable, message: ControlMessage): Promise<void> {
  await db.query('SELECT pg_notify($1, $2)', [CONTROL_CHANNEL, JSON.stringify(message)]);
}

/** Asks every gateway to look again at the tokens and agents it holds. */
export function notifyRereadTokens(db: Queryable): Promise<void> {
  return notifyControl(db, { v: 1, reread: 'tokens' });
}

/** Sends a nonce that the gateway itself must hear; not hearing it means that the bus is deaf. */
export function notifyProof(db: Queryable, proof: string): Promise<void> {
  return notifyControl(db, { v: 1, proof });
}
