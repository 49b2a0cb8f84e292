/** Load: watchers, each with a socket of its own, that note how old what they are shown is. */
import type { WebSocket } from 'ws';
import { answer } from '../stage/answer.ts';
import { nowUs } from './clock.ts';
import type { Dialect } from './dialects.ts';
import { Latencies, type LatencyFigures } from './latencies.ts';
import { watcher } from './peers.ts';

export interface OpenWatchers {
  name: string;
  dialect: Dialect;
  url: string;
  token: string;
  /** What each watcher watches: ids of agents, or null for all of them. */
  watched: (string[] | null)[];
}

export interface WatcherFigures {
  /** Over all watchers. */
  bytes: number;
  /** From the collection of an agent's values to their arrival at a watcher, in milliseconds. */
  latency: LatencyFigures;
}

/** Values are times of sending: see `report.ts`. One of a report stands for all, since they were sent together. */
const VALUE = /(\d{13})#\d\d/g;
/** Messages of different watchers that are equal are looked into once. */
const REMEMBERED = 16;

class LoadWatchers {
  readonly #sockets: WebSocket[] = [];
  #latency = new Latencies();
  #bytes = 0;
  /** Watchers that have lost their connection. */
  closed = 0;
  readonly #seen: { data: Buffer; sentUs: number[] }[] = [];

  async connect({ watched, ...options }: OpenWatchers): Promise<void> {
    for (const agents of watched) {
      const socket = await watcher({ ...options, agents, onMessage: (data) => this.#take(data) });
      socket.on('close', () => {
        this.closed += 1;
      });
      this.#sockets.push(socket);
    }
  }

  begin(): void {
    this.#latency = new Latencies();
    this.#bytes = 0;
  }

  figures(): WatcherFigures {
    return { bytes: this.#bytes, latency: this.#latency.figures() };
  }

  /** The first watcher takes no more bytes from its socket, or takes them again. */
  hold(held: boolean): void {
    if (held) this.#sockets[0]?.pause();
    else this.#sockets[0]?.resume();
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #take(data: Buffer): void {
    this.#bytes += data.length;
    const atUs = nowUs();
    for (const sentUs of this.#timesIn(data)) this.#latency.add((atUs - sentUs) / 1_000);
  }

  #timesIn(data: Buffer): number[] {
    const known = this.#seen.find((seen) => seen.data.equals(data));
    if (known !== undefined) return known.sentUs;
    const text = data.toString('latin1');
    const isSnapshot = text.startsWith('{"type":"snapshot"');
    const times = isSnapshot ? [] : Array.from(text.matchAll(VALUE), ([, digits]) => Number(digits));
    const sentUs = times.filter((time, i) => time > 0 && time !== times[i - 1]);
    this.#seen.unshift({ data, sentUs });
    if (this.#seen.length > REMEMBERED) this.#seen.pop();
    return sentUs;
  }
}

const groups = new Map<string, LoadWatchers>();

function groupOf(name: string): LoadWatchers {
  const group = groups.get(name);
  if (group === undefined) throw new Error(`there are no watchers ${name}`);
  return group;
}

answer({
  async open(options: OpenWatchers) {
    const group = new LoadWatchers();
    groups.set(options.name, group);
    await group.connect(options);
  },
  /** Milliseconds from dialing until one more watcher has been shown everything. */
  async comeBack({ url, token }: { url: string; token: string }): Promise<number> {
    const begun = performance.now();
    const socket = await watcher({ dialect: 'gateway', url, token, agents: null, onMessage: () => {} });
    const tookMs = performance.now() - begun;
    socket.terminate();
    return tookMs;
  },
  begin: ({ name }: { name: string }) => groupOf(name).begin(),
  figures: ({ name }: { name: string }) => groupOf(name).figures(),
  closed: ({ name }: { name: string }) => groupOf(name).closed,
  hold: ({ name, held }: { name: string; held: boolean }) => groupOf(name).hold(held),
  leave({ name }: { name: string }) {
    groupOf(name).close();
    groups.delete(name);
  },
});
