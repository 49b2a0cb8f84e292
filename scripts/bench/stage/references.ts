import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BINARIES, hasGo } from './go.ts';
import type { Program } from './program.ts';
import type { Stage } from './stage.ts';

const DIRECTORY = fileURLToPath(new URL('../references', import.meta.url));
const START_TIMEOUT_MS = 15_000;

/** A server that somebody would use in the gateway's place. */
export interface Reference {
  program: Program;
  url: string;
  /** Name, version and settings, for the page. */
  settings: string;
}

/** What the Go module proxy has, at the versions that were measured. */
const GO_PROGRAMS = {
  'nats-server': 'github.com/nats-io/nats-server/v2@v2.15.3',
  centrifugo: 'github.com/centrifugal/centrifugo/v6@v6.9.1',
} as const;

/** Installs what npm has; false where that fails. */
export function npmReferences(say: (text: string) => void): boolean {
  if (existsSync(join(DIRECTORY, 'node_modules'))) return true;
  say('installing Socket.IO');
  const options = { cwd: DIRECTORY, stdio: 'ignore' as const };
  return spawnSync('npm', ['ci', '--no-fund', '--no-audit'], options).status === 0;
}

/** Builds a program from the Go module proxy, once; null where that fails. Centrifugo takes some minutes. */
export function goProgram(name: keyof typeof GO_PROGRAMS, say: (text: string) => void): string | null {
  const binary = join(BINARIES, name);
  if (existsSync(binary)) return binary;
  if (!hasGo()) return null;
  say(`building ${GO_PROGRAMS[name]}`);
  const env = { ...process.env, GOBIN: BINARIES };
  return spawnSync('go', ['install', GO_PROGRAMS[name]], { stdio: 'ignore', env }).status === 0 ? binary : null;
}

export async function startSocketIo(stage: Stage, databaseUrl: string): Promise<Reference> {
  const program = stage.script('Socket.IO', 'references/socketio.mjs');
  const url = await program.ask<string>('listen', { databaseUrl });
  const { dependencies } = JSON.parse(readFileSync(join(DIRECTORY, 'package.json'), 'utf8'));
  const versions = ['socket.io', '@socket.io/postgres-adapter'].map((name) => `${name} ${dependencies[name]}`);
  return { program, url, settings: `${versions.join(' with ')}: WebSocket only, no compression, one room` };
}

export async function startNats(stage: Stage, binary: string): Promise<Reference> {
  const port = await freePort();
  const config = join(stage.directory(), 'nats.conf');
  writeFileSync(config, `listen: "127.0.0.1:-1"\nwebsocket { listen: "127.0.0.1:${port}", no_tls: true }\n`);
  const program = stage.program('NATS', binary, ['-c', config]);
  await untilListening(port);
  const settings = `${GO_PROGRAMS['nats-server']}: core publish and subscribe, \`verbose\` for the acknowledgement`;
  return { program, url: `http://127.0.0.1:${port}`, settings };
}

export async function startCentrifugo(stage: Stage, binary: string): Promise<Reference> {
  const port = await freePort();
  const config = join(stage.directory(), 'centrifugo.json');
  writeFileSync(
    config,
    JSON.stringify({
      http_server: { address: '127.0.0.1', port: String(port) },
      client: { insecure: true, allowed_origins: ['*'] },
      log: { level: 'error' },
    }),
  );
  const program = stage.program('Centrifugo', binary, ['-c', config]);
  await untilListening(port);
  const settings = `${GO_PROGRAMS.centrifugo}: memory engine, JSON, no history, \`client.insecure\``;
  return { program, url: `http://127.0.0.1:${port}`, settings };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (performance.now() > end) throw new Error(`nothing listens on port ${port}`);
    await pause(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
