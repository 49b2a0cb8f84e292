import { BusListener } from '../db/bus/listener.ts';
import { notifyControl } from '../db/bus/notify.ts';
import type { Database } from '../db/pool.ts';
import { Bus, type BusOptions } from './bus.ts';
import type { Log } from './log.ts';

export interface BusLinkOptions extends Omit<BusOptions, 'port'> {
  db: Database;
  /** A direct connection, where the main one goes through a pooler. */
  listenUrl: string;
  log: Log;
}

/** The bus on PostgreSQL: what is heard on the LISTEN connection goes to the {@link Bus}, what it has to say to NOTIFY. */
export class BusLink {
  readonly bus: Bus;
  readonly #listener: BusListener;
  readonly #listens: boolean;

  constructor(options: BusLinkOptions) {
    const { db, listenUrl, log, gatewayId } = options;
    this.#listens = options.mode === 'postgres';
    this.bus = new Bus({
      ...options,
      port: {
        control: (message) => notifyControl(db, message),
        reconnect: () => this.#listener.reconnect('notifications did not arrive'),
      },
    });
    this.#listener = new BusListener({
      url: listenUrl,
      gatewayId,
      onListening: () => this.bus.listening(),
      onNotification: (notification) => this.bus.heard(notification),
      onControl: (message) => this.bus.heardControl(message),
      onLost: (error) => {
        log.info({ err: error }, 'the LISTEN connection was lost and is made again');
        this.bus.lost();
      },
    });
  }

  start(): void {
    if (this.#listens) this.#listener.start();
    this.bus.start();
  }

  async close(): Promise<void> {
    this.bus.stop();
    await this.#listener.close();
  }
}
