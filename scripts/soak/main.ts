/**
 * `npm run soak`: agents in Go that behave as Coder's, for minutes, against a served gateway, through a restart of the
 * gateway and one of PostgreSQL. Exits 1 when any promise was broken. Needs Go.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Progress } from '../../gateway/cli/simulate/progress.ts';
import { buildPeers } from '../../test/interop/support/build.ts';
import { PEERS_VARIABLE } from '../../test/interop/support/versions.ts';
import { type Course, courseOf } from './course.ts';
import { violations } from './judge.ts';
import { figures, logText, reportText } from './report.ts';
import { Soak } from './run.ts';

const USAGE = `usage: npm run soak -- [--agents 200] [--minutes 10] [--watchers 10] [--json]`;

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is ${text}; allowed is a number above 0`);
  return value;
}

function readArguments(): { course: Course; json: boolean } {
  const { values } = parseArgs({
    options: {
      agents: { type: 'string', default: '200' },
      minutes: { type: 'string', default: '10' },
      watchers: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
    },
  });
  const agents = Math.round(positive(values.agents, 'agents'));
  const watchers = Math.round(positive(values.watchers, 'watchers'));
  return { course: courseOf({ agents, watchers, minutes: positive(values.minutes, 'minutes') }), json: values.json };
}

async function main(): Promise<number> {
  const { course, json } = readArguments();
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-soak-'));
  // Under root PostgreSQL runs as another user, who has to get through here.
  chmodSync(directory, 0o711);
  const progress = new Progress({ quiet: false });
  const soak = new Soak(course, { directory, progress });
  const interrupt = () => void soak.close().finally(() => process.exit(1));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const problem = buildPeers(directory);
    if (problem !== null) throw new Error(problem);
    process.env[PEERS_VARIABLE] = directory;
    const report = await soak.run();
    const broken = violations(report);
    progress.note('');
    console.log(json ? JSON.stringify(figures(report, broken)) : reportText(report, broken));
    if (broken.length > 0) console.error(logText(report));
    return broken.length === 0 ? 0 : 1;
  } finally {
    await soak.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`soak: ${(error as Error).message}`);
  console.error(USAGE);
  process.exitCode = 1;
}
