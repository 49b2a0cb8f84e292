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
  /** What is answered to a message that asks for a sign of life. */
  pong(text: string): string | null;
}

const noPong = () => null;

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
    pong: (text) => (text === '2' ? '3' : null),
  }),
  centrifugo: ({ agent }) => ({
    path: '/connection/websocket',
    hello: ['{"id":1,"connect":{}}'],
    ready: /"id":1,"connect"/,
    subscribe: ['{"id":2,"subscribe":{"channel":"fleet"}}'],
    report: (values) => JSON.stringify({ id: 3, publish: { channel: 'fleet', data: { agent, values } } }),
    acknowledges: (text) => text.includes('"id":3'),
    pong: (text) => (text === '{}' ? '{}' : null),
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
    acknowledges: (text) => text.startsWith('+OK'),
    pong: (text) => (text.startsWith('PING') ? 'PONG\r\n' : null),
  }),
};

export const json: TextDialect = {
  path: '/agent',
  hello: [],
  ready: null,
  subscribe: [],
  report: (values) => JSON.stringify({ values }),
  acknowledges: () => true,
  pong: noPong,
};
