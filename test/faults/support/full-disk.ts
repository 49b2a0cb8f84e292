import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { privateDir } from '../../support/postgres.ts';

/** A small disk of its own, to be filled to its last byte. Mounting it takes root. */
export class FullDisk {
  readonly directory: string;
  readonly #ballast: string;

  static async mount(mebibytes: number): Promise<FullDisk> {
    const directory = privateDir();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', directory], { stdio: 'pipe' });
    chmodSync(directory, 0o755);
    return new FullDisk(directory);
  }

  private constructor(directory: string) {
    this.directory = directory;
    this.#ballast = `${directory}/ballast`;
  }

  fill(): void {
    const file = openSync(this.#ballast, 'w');
    const block = Buffer.alloc(64 * 1024);
    try {
      for (;;) writeSync(file, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.directory]);
  }
}
