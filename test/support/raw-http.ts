import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** Statuses of the answers, in their order. */
  statuses: number[];
  text: string;
}

/** A TCP connection to the gateway, for bytes that no HTTP client would send. */
export function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends bytes and gathers what comes until the gateway closes, or until `answers` answers have begun. */
export async function sendRaw(url: string, bytes: string | Buffer, { answers = 1 } = {}): Promise<RawAnswer> {
  const socket = await dial(url);
  return new Promise((resolve) => {
    let text = '';
    // A body ends without a line of its own, so the next answer may begin anywhere in a line.
    const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    const settle = () => {
      socket.destroy();
      resolve({ statuses: statuses(), text });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (statuses().filter((status) => status !== 100).length >= answers && text.includes('\r\n\r\n')) settle();
    });
    // A reset is an answer too.
    socket.on('error', () => {});
    socket.on('close', settle);
    socket.write(bytes);
  });
}

/** A request as text; `head` is its lines after the request line, `Host` among them unless it is given. */
export function rawRequest(line: string, head: readonly string[] = [], body = ''): string {
  const host = head.some((one) => /^host:/i.test(one)) ? [] : ['Host: gateway'];
  return [line, ...host, ...head, '', body].join('\r\n');
}
