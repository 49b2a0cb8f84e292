import { troubled } from './demo-troubles.ts';
import { type FleetKey, hash, type ValueSource } from './values.ts';

/** What the demo's agents report: figures that move, text that mostly stays. */
export const demoKeys: FleetKey[] = [
  { name: 'cpu', displayName: 'CPU', intervalMs: 1_000 },
  { name: 'memory', displayName: 'Memory', intervalMs: 2_000 },
  { name: 'load', displayName: 'Load', intervalMs: 2_000 },
  { name: 'latency', displayName: 'Latency', intervalMs: 5_000 },
  { name: 'job', displayName: 'Job', intervalMs: 5_000 },
  { name: 'disk', displayName: 'Disk', intervalMs: 10_000 },
  { name: 'branch', displayName: 'Branch', intervalMs: 10_000 },
];

const BRANCHES = [
  'main',
  'release/2.4',
  'fix/flaky-upload',
  'feature/one-time-links',
  'deps/weekly',
  'perf/smaller-frames',
];
const JOBS = ['idle', 'building', 'testing', 'linting', 'deploying', 'waiting for review'];
/** Rounds for which a branch or a job stays as it is. */
const STAYS = 12;

/** Figures of a fleet in good order, save for a few agents that have the troubles of real ones. */
export function demoValues(): ValueSource {
  const { value } = calmValues();
  return { value: (agent, key, round) => troubled(agent, key, round, value(agent, key, round)) };
}

function calmValues(): ValueSource<string> {
  return {
    value(agent, key, round) {
      const seed = hash(`${agent}/${key.name}`);
      switch (key.name) {
        case 'cpu':
          return `${wave(seed, round, 3, 96).toFixed(0)} %`;
        case 'memory':
          return `${wave(seed, round / 8, 1.2, 15.5).toFixed(1)}/16 GiB`;
        case 'load':
          return wave(seed, round, 0.05, 6).toFixed(2);
        case 'latency':
          return `${wave(seed, round, 2, 48).toFixed(0)} ms`;
        case 'disk':
          return `${(20 + (seed % 60) + (round % 200) / 20).toFixed(1)} %`;
        case 'branch':
          return pick(BRANCHES, seed, round);
        default:
          return pick(JOBS, seed, round);
      }
    },
  };
}

/** A figure that wanders between two bounds, each agent in its own way. */
function wave(seed: number, round: number, low: number, high: number): number {
  const at = round / (6 + (seed % 13)) + seed;
  const share = 0.5 + 0.32 * Math.sin(at) + 0.12 * Math.sin(at * 3.7) + 0.06 * Math.sin(at * 11.3);
  return low + (high - low) * Math.min(1, Math.max(0, share));
}

function pick(choices: string[], seed: number, round: number): string {
  return choices[(seed + Math.floor((round + (seed % STAYS)) / STAYS)) % choices.length] ?? '';
}
