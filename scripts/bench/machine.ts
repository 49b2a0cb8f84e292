import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  system: string;
  processor: string;
  cores: number;
  memoryGiB: number;
  /** Open files that a process may have: what bounds the largest fleet. */
  fileLimit: number;
  versions: { tidegate: string } & Record<string, string>;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    system: `${type()} ${release()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    fileLimit: fileLimit(),
    versions: {
      tidegate: `${packageVersion('../../package.json')} (${commit()})`,
      node: process.versions.node,
      ws: packageVersion('ws/package.json'),
      ...goVersion(),
    },
  };
}

export function hardwareText({ processor, cores, memoryGiB, system }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}`;
}

export function versionsText(versions: Record<string, string>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** Connections that one process can hold, with room for what else it has open. */
export function mostConnections(): number {
  return fileLimit() - 500;
}

function fileLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files +\d+ +(\d+)/m.exec(limits)?.[1] ?? Number.NaN);
  } catch {
    return Number.NaN;
  }
}

function packageVersion(path: string): string {
  return createRequire(import.meta.url)(path).version;
}

function commit(): string {
  return output('git', ['describe', '--always', '--dirty']) ?? 'no checkout';
}

function goVersion(): { go?: string } {
  const version = output('go', ['env', 'GOVERSION']);
  return version === null ? {} : { go: version.replace(/^go/, '') };
}

function output(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
