import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, visit } from '../../../test/support/browser.ts';
import { firstValueMs, frameTimes, heapKiB, scrolling } from '../browser/frames.ts';
import type { Bench, Budget, Scenario } from '../scenario.ts';
import type { Program } from '../stage/program.ts';
import { MAIN, type ServedGateway } from '../stage/stage.ts';
import { COMPARED_AGENTS, KEYS } from '../workload.ts';

const VIEWPORT = { width: 1_440, height: 900 };

const LARGE_FLEET = 10_000;
const QUICK_FLEET = 2_000;
const MEMORY_MINUTES = 10;

/** Three frames of 60 a second: what is slower is seen. */
const FRAME_BUDGET: Budget = { must: 50, aim: 34 };

export const page: Scenario = {
  name: 'page',
  title: 'The page',
  method:
    `Times between two frames in Chromium without a GPU (${VIEWPORT.width} × ${VIEWPORT.height}) while ${LARGE_FLEET.toLocaleString('en-US')} ` +
    `agents report ${KEYS} values every 10 s to the gateway that serves the page: left alone, scrolled at reading pace (12 px a frame), ` +
    'scrolled as fast as a dragged scrollbar (700 px a frame), as tiles, and beside them a page with nothing on it under the same load. ' +
    `Memory is the page's heap after a collection, at first and ${MEMORY_MINUTES} minutes later. First values: from the document's first ` +
    `byte to the frame that shows one, ${COMPARED_AGENTS} agents.`,

  async run(bench) {
    const { stage, table, quick } = bench;
    const gateway = await stage.gateway(await stage.database());
    const browser = await launchBrowser();
    stage.atEnd(() => browser.close());
    const fleet = await reporting(bench, gateway, COMPARED_AGENTS);
    await measureFirstValues(bench, browser, gateway);
    await fleet.stop();
    await reporting(bench, gateway, quick ? QUICK_FLEET : LARGE_FLEET);
    await measureFrames(bench, browser, gateway);
    await measureMemory(bench, browser, { gateway, minutes: quick ? 0 : MEMORY_MINUTES });
    if (quick) table.note(`--quick: ${QUICK_FLEET.toLocaleString('en-US')} agents, and memory at first only.`);
  },
};

/** A fleet that reports until it is stopped, in a process of its own. */
async function reporting({ stage, say }: Bench, { url, client }: ServedGateway, agents: number): Promise<Program> {
  const program = stage.program(
    `fleet of ${agents}`,
    process.execPath,
    [
      ...[MAIN, 'simulate', '--json', '--url', url, '--agents', String(agents), '--keys', String(KEYS)],
      ...['--interval', '10s', '--duration', '2h'],
    ],
    { TIDEGATE_TOKEN: client.token },
  );
  for (;;) {
    const { agents: known, totals } = await client.request<Stats>('GET', '/api/v2/stats');
    say(`${known.connected} of ${agents} agents are connected`);
    if (known.connected >= agents && totals.reports >= agents) return program;
    await pause(1_000);
  }
}

interface Stats {
  agents: { connected: number };
  totals: { reports: number };
}

/** Signed in by the first page of its context; the cookie serves the others. */
async function signedIn(
  browser: Browser,
  { url, client }: ServedGateway,
): Promise<{ page: Page; close(): Promise<void> }> {
  const visited = await visit(browser, { viewport: VIEWPORT });
  await visited.page.goto(url);
  await visited.page.getByLabel('Token').fill(client.token);
  await visited.page.getByRole('button', { name: 'Sign in' }).click();
  await visited.page.locator('.body .cell .text').first().waitFor();
  return visited;
}

async function measureFirstValues(
  { table, quick, rounds, say }: Bench,
  browser: Browser,
  gateway: ServedGateway,
): Promise<void> {
  const times = rounds(quick ? 2 : 5);
  const { page: first, close } = await signedIn(browser, gateway);
  for (let round = 1; round <= times; round += 1) {
    say(`first values, ${round} of ${times}`);
    const next = await first.context().newPage();
    table.add(`first values, ${COMPARED_AGENTS} agents`, 'ms', await firstValueMs(next, gateway.url), { must: 1_000 });
    await next.close();
  }
  await close();
}

async function measureFrames(
  { table, quick, rounds, say }: Bench,
  browser: Browser,
  gateway: ServedGateway,
): Promise<void> {
  const times = rounds(quick ? 1 : 5);
  const ms = quick ? 3_000 : 10_000;
  const empty = await visit(browser, { viewport: VIEWPORT });
  await empty.page.goto(`${gateway.url}/healthz`);
  const { page: fleet, close } = await signedIn(browser, gateway);
  const ways: { name: string; page: Page; path?: string; act?: string }[] = [
    { name: 'left alone', page: fleet, path: '/' },
    { name: 'scrolled at reading pace', page: fleet, path: '/', act: scrolling(12) },
    { name: 'scrolled fast', page: fleet, path: '/', act: scrolling(700) },
    { name: 'sorted by a value', page: fleet, path: '/?sort=-key:key01' },
    { name: 'as tiles', page: fleet, path: '/?view=tiles' },
    { name: 'nothing on it', page: empty.page },
  ];
  for (let round = 1; round <= times; round += 1) {
    for (const { name, page: shown, path, act } of ways) {
      say(`frames, round ${round} of ${times}: ${name}`);
      if (path !== undefined) await show(shown, gateway.url + path);
      await shown.bringToFront();
      const frames = await frameTimes(shown, ms, act);
      table.add(`${name}, p99 frame`, 'ms', frames.p99, path === undefined ? undefined : FRAME_BUDGET);
      table.add(`${name}, longest frame`, 'ms', frames.max);
    }
  }
  await Promise.all([empty.close(), close()]);
}

async function show(shown: Page, url: string): Promise<void> {
  await shown.goto(url);
  await shown.locator('.body .cell .text, .tiles canvas').first().waitFor();
  // Sparklines fill and the page comes to rest.
  await pause(2_000);
}

async function measureMemory(
  { table, say }: Bench,
  browser: Browser,
  { gateway, minutes }: { gateway: ServedGateway; minutes: number },
): Promise<void> {
  const empty = await visit(browser, { viewport: VIEWPORT });
  await empty.page.goto(`${gateway.url}/healthz`);
  const { page: fleet, close } = await signedIn(browser, gateway);
  const pages = [
    ['fleet', fleet],
    ['nothing on it', empty.page],
  ] as const;
  for (let minute = 0; minute <= minutes; minute += 1) {
    say(`memory, minute ${minute} of ${minutes}`);
    if (minute > 0) await pause(60_000);
    if (minute > 1 && minute < minutes) continue;
    for (const [name, shown] of pages) table.add(`${name}, heap after ${minute} min`, 'KiB', await heapKiB(shown));
  }
  await Promise.all([empty.close(), close()]);
}
