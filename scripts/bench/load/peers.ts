import { WebSocket } from 'ws';
import { GoFramedAgent } from './agent.ts';
import { type Dialect, json, type TextDialect, textDialects } from './dialects.ts';
import { keyNames, ReportTemplate, valueText } from './report.ts';

/** One reporter, whatever it speaks. */
export interface Reporter {
  readonly opened: Promise<void>;
  /** Reports values collected at that time; `onAnswer` hears that they were acknowledged, `onEnd` that another may follow. */
  report(atUs: number, onAnswer: () => void, onEnd: () => void): void;
  /** Drops the connection without a word. */
  terminate(): void;
}

export interface ReporterOptions {
  dialect: Dialect;
  url: string;
  token: string;
  /** Its number in the fleet. */
  agent: number;
  keys: number;
  /** Keeps the two streams open that agents keep open. */
  held: boolean;
  /** How many keys have a new value in each report; all where it is not said. The gateway's dialect only. */
  freshKeys?: number;
  onClose(): void;
}

const templates = new Map<number, ReportTemplate>();

function templateOf(keys: number): ReportTemplate {
  const template = templates.get(keys) ?? new ReportTemplate(keys);
  templates.set(keys, template);
  return template;
}

export function reporter(options: ReporterOptions): Reporter {
  const { dialect } = options;
  if (dialect === 'gateway' || dialect === 'floor') return new CoderReporter(options);
  return new TextReporter(options, textDialects[dialect](options));
}

class CoderReporter implements Reporter {
  readonly #agent: GoFramedAgent;
  readonly #template: ReportTemplate;
  readonly #freshKeys: number | undefined;
  readonly opened: Promise<void>;

  constructor({ dialect, url, token, keys, held, freshKeys, onClose }: ReporterOptions) {
    this.#template = templateOf(keys);
    this.#freshKeys = freshKeys;
    this.#agent = new GoFramedAgent({ url, token, playback: dialect === 'floor', onClose });
    this.opened = this.#agent.opened.then(() => {
      if (held) this.#agent.holdStreams();
    });
  }

  report(atUs: number, onAnswer: () => void, onEnd: () => void): void {
    this.#agent.report(this.#template.at(atUs, this.#freshKeys), onEnd, onAnswer);
  }

  terminate(): void {
    this.#agent.terminate();
  }
}

class TextReporter implements Reporter {
  readonly #socket: WebSocket;
  readonly #dialect: TextDialect;
  readonly #keys: string[];
  #onAnswer: (() => void) | null = null;
  #onEnd: (() => void) | null = null;
  readonly opened: Promise<void>;

  constructor({ url, keys, onClose }: ReporterOptions, dialect: TextDialect) {
    this.#dialect = dialect;
    this.#keys = keyNames(keys);
    this.#socket = open(url, dialect.path);
    this.opened = greeted(this.#socket, dialect);
    this.#socket.on('close', onClose);
    this.#socket.on('message', (data: Buffer) => this.#take(data.toString('latin1')));
  }

  report(atUs: number, onAnswer: () => void, onEnd: () => void): void {
    this.#onAnswer = onAnswer;
    this.#onEnd = onEnd;
    const values = Object.fromEntries(this.#keys.map((key, index) => [key, valueText(atUs, index)]));
    this.#socket.send(this.#dialect.report(values));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #take(text: string): void {
    answerPing(this.#socket, this.#dialect, text);
    if (this.#onEnd !== null && this.#dialect.acknowledges(text)) {
      const [onAnswer, onEnd] = [this.#onAnswer, this.#onEnd];
      this.#onEnd = null;
      onAnswer?.();
      onEnd();
    }
  }
}

export interface WatcherOptions {
  dialect: Dialect;
  url: string;
  token: string;
  /** Ids of the agents that are watched; null for all. */
  agents: string[] | null;
  onMessage(data: Buffer): void;
}

/** Connects a watcher; resolves once it is there. */
export async function watcher({ dialect, url, token, agents, onMessage }: WatcherOptions): Promise<WebSocket> {
  if (dialect === 'gateway') return gatewayWatcher({ url, token, agents, onMessage });
  if (dialect === 'floor' || dialect === 'one-message floor' || dialect === 'json') {
    const socket = open(url, '/watch');
    socket.on('message', onMessage);
    await greeted(socket, json);
    return socket;
  }
  const text = textDialects[dialect]({ agent: 0, token: '' });
  const socket = open(url, text.path);
  socket.on('message', (data: Buffer) => {
    answerPing(socket, text, data.toString('latin1'));
    onMessage(data);
  });
  await greeted(socket, text);
  for (const message of text.subscribe) socket.send(message);
  return socket;
}

async function gatewayWatcher({ url, token, agents, onMessage }: Omit<WatcherOptions, 'dialect'>): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v2/watch`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const snapshot = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data.includes('"last":true')) resolve();
      onMessage(data);
    });
  });
  socket.send(JSON.stringify({ type: 'watch', agents: agents ?? 'all' }));
  await snapshot;
  return socket;
}

function open(url: string, path: string): WebSocket {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { perMessageDeflate: false, origin: url });
  socket.on('error', () => {});
  return socket;
}

/** Whoever does not answer loses the connection. */
function answerPing(socket: WebSocket, { ping }: TextDialect, text: string): void {
  if (ping?.asks.test(text)) socket.send(ping.answer);
}

function greeted(socket: WebSocket, { hello, ready }: TextDialect): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      for (const message of hello) socket.send(message);
      if (ready === null) resolve();
    });
    socket.on('message', (data: Buffer) => {
      if (ready?.test(data.toString('latin1'))) resolve();
    });
  });
}
