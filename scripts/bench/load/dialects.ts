/** How agents and watchers speak with a server. */
export type Dialect = 'gateway' | 'floor' | 'one-message floor' | 'json' | 'socket.io' | 'centrifugo' | 'nats';

/** What a protocol of text messages needs: paths, greetings, how a report and its acknowledgement look. */
export interface TextDialect {
  path: string;
  /** Sent once the socket is open. */
  hello: string[];
  /** The message that says that the greetings have been taken; null where none comes. */
  ready: RegExp | null;
  subscribe: string[];
  report(values: Record<string, string>): string;
  acknowledges(text: string): boolean;
  /** How a sign of life is asked for, maybe in one message with others, and what is answered; null where it never is. */
  ping: { asks: RegExp; answer: string } | null;
}

export const textDialects: Record<
  Exclude<Dialect, 'gateway' | 'floor'>,
  (options: { agent: number; token: string }) => TextDialect
> = {
  'one-message floor': () => ({ ...json, path: '/agent' }),
  json: ({ token }) => ({ ...json, report: (values) => JSON.stringify({ agent: token, values }) }),
  'socket.io': ({ agent }) => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    hello: ['40'],
    ready: /^40/,
    subscribe: ['42["watch"]'],
    report: (values) => `421${JSON.stringify(['report', { agent, values }])}`,
    acknowledges: (text) => text.startsWith('431'),
    ping: { asks: /^2$/, answer: '3' },
  }),
  centrifugo: ({ agent }) => ({
    path: '/connection/websocket',
    hello: ['{"id":1,"connect":{}}'],
    ready: /"id":1,"connect"/,
    subscribe: ['{"id":2,"subscribe":{"channel":"fleet"}}'],
    report: (values) => JSON.stringify({ id: 3, publish: { channel: 'fleet', data: { agent, values } } }),
    acknowledges: (text) => text.includes('"id":3'),
    ping: { asks: /^\{\}$/m, answer: '{}' },
  }),
  nats: ({ agent }) => ({
    path: '/',
    hello: ['CONNECT {"verbose":true,"pedantic":false,"echo":false}\r\n'],
    ready: /\+OK/,
    subscribe: ['SUB fleet 1\r\n'],
    report: (values) => {
      const payload = JSON.stringify({ agent, values });
      return `PUB fleet ${payload.length}\r\n${payload}\r\n`;
    },
    acknowledges: (text) => /^\+OK/m.test(text),
    ping: { asks: /^PING\r$/m, answer: 'PONG\r\n' },
  }),
};

export const json: TextDialect = {
  path: '/agent',
  hello: [],
  ready: null,
  subscribe: [],
  report: (values) => JSON.stringify({ values }),
  acknowledges: () => true,
  ping: null,
};
