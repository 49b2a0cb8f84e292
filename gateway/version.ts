import { readFileSync } from 'node:fs';

/** The version of this package. */
export const version: string = findVersion();

/** The package file lies above this module at different heights in the sources and in what is built from them. */
function findVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;
    } catch {}
  }
  return '0.0.0';
}
