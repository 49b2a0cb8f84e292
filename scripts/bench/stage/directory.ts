import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new directory of the suite's. */
export function benchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  // Under root PostgreSQL runs as another user, who has to get through here.
  chmodSync(directory, 0o755);
  return directory;
}
