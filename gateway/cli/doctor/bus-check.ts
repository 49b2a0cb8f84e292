import { randomUUID } from 'node:crypto';
import { BusListener } from '../../../db/bus/listener.ts';
import { notifyProof } from '../../../db/bus/notify.ts';
import type { Queryable } from '../../../db/session.ts';
import { type Examined, failed, ok } from './finding.ts';

/** A notification takes milliseconds; one that takes longer than this will not come. */
const ECHO_TIMEOUT_MS = 5_000;

const DEAF =
  'LISTEN is accepted, yet what is notified is not heard: the URL probably leads through a pooler that shares ' +
  'connections by transaction. Name a direct one with --listen-url; until then gateways poll once per flush interval.';

/** Listens as a gateway does, notifies through the main connection, and waits for the echo. */
export function checkBus(db: Queryable, listenUrl: string): Promise<Examined> {
  const nonce = randomUUID();
  return new Promise((resolve) => {
    const end = (examined: Examined) => {
      clearTimeout(timeout);
      void listener.close();
      resolve(examined);
    };
    let sentAtMs = 0;
    const listener = new BusListener({
      url: listenUrl,
      gatewayId: `doctor-${nonce.slice(0, 8)}`,
      onListening() {
        sentAtMs = performance.now();
        notifyProof(db, nonce).catch((error: Error) => end(failed(`NOTIFY was refused: ${error.message}.`)));
      },
      onNotification() {},
      onControl(message) {
        if (!('proof' in message) || message.proof !== nonce) return;
        end(ok(`What is notified is heard after ${(performance.now() - sentAtMs).toFixed(1)} ms.`));
      },
      onLost: (error) => end(failed(`LISTEN cannot be had: ${error.message}.`)),
    });
    const timeout = setTimeout(() => end(failed(DEAF)), ECHO_TIMEOUT_MS);
    listener.start();
  });
}
