import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever its own clock does. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface Stat {
  parent: number;
  /** User and system time in seconds; `withChildren` adds that of children that have ended. */
  own: number;
  withChildren: number;
}

/** @throws where there is no /proc: measuring programs that are not Node's takes Linux */
function statOf(pid: number): Stat {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command stands in brackets and may hold anything; field 4 follows it.
  const fields = text.slice(text.lastIndexOf(')') + 4).split(' ');
  const at = (field: number) => Number(fields[field - 4]);
  const own = (at(14) + at(15)) / TICKS_PER_SECOND;
  return { parent: at(4), own, withChildren: own + (at(16) + at(17)) / TICKS_PER_SECOND };
}

export function cpuSecondsOf(pid: number): number {
  return statOf(pid).own;
}

/** Processor time of a process and of all that it has started, those that have ended included. */
export function treeCpuSeconds(root: number): number {
  let seconds = statOf(root).withChildren;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = statOf(Number(name));
      if (stat.parent === root) seconds += stat.withChildren;
    } catch {
      // It has ended since it was listed; its time is its parent's now.
    }
  }
  return seconds;
}

export function residentBytesOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}
