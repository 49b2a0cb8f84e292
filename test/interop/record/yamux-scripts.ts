/** What a scripted client says to a server of hashicorp/yamux: steps of frames, each sent when the server is silent. */
export interface OddScript {
  name: string;
  /** Flags of `yamux-serve`. */
  serve?: Record<string, string | number>;
  steps: string[][];
}

const text = (words: string) => `${words.length} ${Buffer.from(words).toString('hex')}`;
const ECHO = text('echo\n');
const open = (id: number) => `window syn ${id} 0`;
const ping = (id: number) => `ping syn 0 ${id}`;

/** Two streams that echo, and what happens to them. */
export const ODD_SCRIPTS: OddScript[] = [
  { name: 'SYN on the first data', steps: [[`data syn 1 ${text('echo\nabc')}`], ['data fin 1 0']] },
  { name: 'SYN and FIN on the only data', steps: [[`data syn|fin 1 ${text('echo\nabc')}`]] },
  { name: 'SYN and FIN without data', steps: [['window syn|fin 1 0'], [ping(1)]] },
  { name: 'SYN and ACK together', steps: [['window syn|ack 1 0', `data - 1 ${ECHO}`], ['window fin 1 0']] },
  { name: 'SYN and RST together', steps: [['window syn|rst 1 0'], [ping(1)]] },
  { name: 'FIN as data without a payload', steps: [[open(1), `data - 1 ${ECHO}`], ['data fin 1 0']] },
  { name: 'FIN on data', steps: [[open(1), `data - 1 ${ECHO}`], [`data fin 1 ${text('abc')}`]] },
  {
    name: 'a second FIN',
    steps: [
      [open(1), `data - 1 ${text('first\n')}`],
      [open(3), `data - 3 ${text('ignore\n')}`],
      ['window fin 3 0'],
      ['window fin 3 0'],
      [ping(1)],
    ],
  },
  {
    name: 'data behind the FIN',
    steps: [[open(1), `data - 1 ${text('ignore\n')}`, 'window fin 1 0'], [`data - 1 ${text('late')}`], [ping(1)]],
  },
  { name: 'data for a stream that never was', steps: [[`data - 9 ${text('abc')}`], [ping(1)]] },
  {
    name: 'credit, FIN and RST for streams that never were',
    steps: [['window - 9 1000', 'window fin 11 0', 'window rst 13 0', 'data fin 15 0'], [ping(1)]],
  },
  {
    name: 'credit for a stream that has ended',
    steps: [[`data syn 1 ${ECHO}`, 'window fin 1 0'], ['window - 1 5', 'window ack 1 0'], [ping(1)]],
  },
  { name: 'a second SYN for a live stream', steps: [[open(1), `data - 1 ${ECHO}`], [open(1)], [ping(1)]] },
  {
    name: 'an id used again when its stream has ended',
    steps: [
      [`data syn 1 ${ECHO}`, 'window fin 1 0'],
      [`data syn 1 ${ECHO}`, 'window fin 1 0'],
    ],
  },
  { name: 'an even id from a client', steps: [[open(2), `data - 2 ${ECHO}`], ['window fin 2 0']] },
  {
    name: 'ids that go down',
    steps: [
      [`data syn 9 ${ECHO}`, 'window fin 9 0'],
      [`data syn 3 ${ECHO}`, 'window fin 3 0'],
    ],
  },
  { name: 'the largest id', steps: [[`data syn 4294967295 ${ECHO}`, 'window fin 4294967295 0']] },
  { name: 'stream 0', steps: [[open(0)], [ping(1)]] },
  {
    name: 'a whole window of data',
    steps: [[open(1), `data - 1 ${text('ignore\n')}`], ['data - 1 262137 pattern@0'], [ping(1)]],
  },
  {
    name: 'one byte more than the window, in a frame of its own',
    steps: [[open(1), `data - 1 ${text('ignore\n')}`], ['data - 1 262137 pattern@0'], ['data - 1 1 00'], [ping(1)]],
  },
  {
    name: 'a frame longer than the window',
    steps: [[open(1), `data - 1 ${text('ignore\n')}`], ['data - 1 262145 pattern@0'], [ping(1)]],
  },
  {
    name: 'RST, and what was under way behind it',
    steps: [[open(1), `data - 1 ${ECHO}`], ['window rst 1 0', `data - 1 ${text('late')}`, 'window fin 1 0'], [ping(1)]],
  },
  {
    name: 'RST by the server, whose FIN was not answered',
    serve: { 'close-timeout': '100ms' },
    steps: [[`data syn 1 ${text('cut 300000\n')}`], ['window - 1 100000'], [ping(1)]],
  },
  { name: 'RST on data', steps: [[open(1), `data - 1 ${ECHO}`], [`data rst 1 ${text('gone')}`], [ping(1)]] },
  { name: 'version 1', steps: [['v1type1 syn 1 0'], [ping(1)]] },
  { name: 'type 4', steps: [['type4 - 0 0'], [ping(1)]] },
  { name: 'a ping as the very first frame', steps: [[ping(4294967295)]] },
  { name: 'many pings, ids repeated', steps: [[ping(7), ping(7), ping(0), ping(8)]] },
  { name: 'an answer to a ping that was not sent', steps: [['ping ack 0 99'], [ping(1)]] },
  { name: 'a ping for a stream', steps: [['ping syn 5 3'], [ping(1)]] },
  { name: 'a ping without flags', steps: [['ping - 0 3'], [ping(1)]] },
  { name: 'flags that nobody knows', steps: [[`data syn|0x8000 1 ${ECHO}`], ['window fin|0x100 1 0']] },
  {
    name: 'credit up to the largest number',
    steps: [
      [open(1), `data - 1 ${text('echo\n')}`],
      ['window - 1 4294705151'],
      [`data - 1 ${text('abc')}`],
      ['window fin 1 0'],
    ],
  },
  {
    name: 'credit beyond the largest number',
    steps: [
      [open(1), `data - 1 ${text('echo\n')}`],
      ['window - 1 4294967295', 'window - 1 4294967295'],
      [`data - 1 ${text('abc')}`],
      ['window fin 1 0'],
    ],
  },
  { name: 'go-away 0, and a stream behind it', steps: [['go-away - 0 0'], [`data syn 1 ${ECHO}`, 'window fin 1 0']] },
  { name: 'go-away 1', steps: [['go-away - 0 1'], [ping(1)]] },
  { name: 'go-away 2', steps: [['go-away - 0 2'], [ping(1)]] },
  { name: 'go-away of a code that nobody knows', steps: [['go-away - 0 9'], [ping(1)]] },
  {
    name: 'a stream behind the go-away of the server',
    serve: { 'go-away-after': 1 },
    steps: [[`data syn 1 ${ECHO}`], [open(3)], ['window fin 1 0']],
  },
  {
    name: 'streams beyond a backlog of 256',
    serve: { accept: 0 },
    steps: [Array.from({ length: 258 }, (_, i) => open(2 * i + 1)), [ping(1)]],
  },
];
