import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VECTORS = fileURLToPath(new URL('../../vectors', import.meta.url));

/** Writes a file of `test/vectors/`. */
export function writeVectors(file: string, vectors: readonly unknown[]): void {
  mkdirSync(VECTORS, { recursive: true });
  writeFileSync(`${VECTORS}/${file}`, `${JSON.stringify(vectors, null, 1)}\n`);
  console.log(`${vectors.length} conversations were recorded into test/vectors/${file}`);
}
