/**
 * Vitest's global set-up that looks for secrets: gives the run a directory for what the product says, and fails the run at
 * its end when a secret stands in any of it.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { SECRETS_FILE } from './outputs.ts';

/** Every token, session and code that Tidegate makes. */
const MADE = /tg[apsc]_[A-Za-z0-9_-]{43}/g;
/** A shorter one would be found in texts that have nothing to do with it. */
const MIN_SECRET_CHARACTERS = 8;

export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-outputs-'));
  project.provide('outputsDir', directory);
  return () => {
    const leaks = findLeaks(directory);
    rmSync(directory, { recursive: true, force: true });
    if (leaks.length === 0) return;
    // An error of a global teardown alone does not fail every kind of run.
    process.exitCode = 1;
    throw new Error(`secrets stand in what the product said:\n${leaks.join('\n')}`);
  };
}

/** One line for each place where a secret stands; the secret itself is shortened. */
export function findLeaks(directory: string): string[] {
  const secrets = readSecrets(join(directory, SECRETS_FILE));
  const files = readdirSync(directory).filter((name) => name.endsWith('.out'));
  return files.flatMap((name) =>
    readFileSync(join(directory, name), 'utf8')
      .split('\n')
      .flatMap((line) => [...secretsIn(line, secrets)].map((secret) => `${name}: ${shortened(line, secret)}`)),
  );
}

function* secretsIn(line: string, secrets: readonly string[]): Generator<string, void, void> {
  for (const [made] of line.matchAll(MADE)) yield made;
  for (const secret of secrets) if (line.includes(secret)) yield secret;
}

function readSecrets(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const secrets = new Set(lines.map((line) => JSON.parse(line) as string));
  return [...secrets].filter(({ length }) => length >= MIN_SECRET_CHARACTERS);
}

const CONTEXT_CHARACTERS = 80;

function shortened(line: string, secret: string): string {
  const at = line.indexOf(secret);
  const before = line.slice(Math.max(0, at - CONTEXT_CHARACTERS), at);
  return `${before}${secret.slice(0, 6)}…${line.slice(at + secret.length, at + secret.length + CONTEXT_CHARACTERS)}`;
}
