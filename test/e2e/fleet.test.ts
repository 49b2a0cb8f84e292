import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coder } from '../../protocol/messages/services.ts';
import { buildPage, launchBrowser } from '../support/browser.ts';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { cell, ownGateway, row, shownNames, signedIn } from './page-rig.ts';

const { v2 } = coder.agent;

type Agent = ReturnType<TestGateway['agent']>;

const METADATA = [
  { key: 'cpu', display_name: 'CPU', script: 'cpu --percent', interval: 600, timeout: 1 },
  { key: 'mem', display_name: 'Memory', interval: 600, timeout: 1 },
  { key: 'job', display_name: 'Job', interval: 600, timeout: 1 },
];

let browser: Browser;
let database: TestDatabase;
let gateway: TestGateway;
const agents = new Map<string, Agent>();

const agent = (name: string) => agents.get(name) as Agent;

beforeAll(async () => {
  await buildPage();
  [browser, database] = await Promise.all([launchBrowser(), testDatabase()]);
  gateway = await testGateway(database.url);
  const created = await gateway.createAgents(
    ...[9, 10, 1, 2].map((number) => ({
      name: `build-${number}`,
      labels: { region: number > 5 ? 'eu' : 'us' },
      metadata: METADATA,
    })),
  );
  for (const each of created) agents.set(each.name, gateway.agent(each));
  agent('build-9').report({ cpu: '42 %', mem: '900/8192 MiB', job: 'idle' });
  agent('build-10').report({ cpu: '7 %', mem: '3.1/8 GiB', job: 'running tests' });
  agent('build-1').report({ cpu: '100 %', mem: '64 MiB', job: '<img src=x onerror="document.title=1">' });
  agent('build-2').report({ cpu: '9 %', mem: '1 GiB', job: 'idle' });
  await Promise.all([...agents.values()].map((each) => each.idle()));
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await database?.drop();
});

/** What agents say beside their values, one of each. */
async function told({ client }: Agent): Promise<void> {
  const id = (last: number) => Uint8Array.from([...Array(15).fill(0), last]);
  const at = { seconds: 1_700_000_000, nanos: 0 };
  const GIB = 1_024 ** 3;
  await Promise.all([
    client?.agent.BatchUpdateAppHealths({ updates: [{ id: id(1), health: v2.AppHealth.UNHEALTHY }] }),
    client?.agent.ScriptCompleted({
      timing: { scriptId: id(2), start: at, end: { seconds: 1_700_000_009, nanos: 0 }, exitCode: 3, status: 1 },
    }),
    client?.agent.PushResourcesMonitoringUsage({
      datapoints: [{ collectedAt: at, memory: { used: 2 * GIB, total: 8 * GIB }, volumes: [] }],
    }),
    client?.agent.UpdateStats({ stats: { connectionCount: 1, rxBytes: 5 * 1_024 ** 2, sessionCounts: { ssh: 2 } } }),
    client?.agent.ReportConnection({ connection: { id: id(3), action: 1, type: 1, timestamp: at, ip: '10.0.0.1' } }),
    client?.agent.BatchCreateLogs({
      logSourceId: id(4),
      logs: [{ createdAt: at, level: v2.Log.Level.WARN, output: '<b>started</b>' }],
    }),
  ]);
}

/** Whether anything is drawn where the first tiles are. */
const paintedTiles = (page: Page) =>
  page.evaluate(`
    [...document.querySelector('.tiles canvas').getContext('2d').getImageData(0, 0, 80, 80).data].some((part) => part > 0)
  `);

describe('the fleet', () => {
  it('shows every agent with its values, sorted as people count, and follows a change', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'build-9', 'cpu').getByText('42').waitFor();
    expect(await shownNames(page)).toEqual(['build-1', 'build-2', 'build-9', 'build-10']);
    await page.getByRole('button', { name: '4 fine' }).waitFor();
    agent('build-9').report({ cpu: '43 %' });
    await cell(page, 'build-9', 'cpu').getByText('43').waitFor();
    agent('build-9').report({ cpu: '42 %' });
    await cell(page, 'build-9', 'cpu').getByText('42').waitFor();
  });

  it('shows markup in a value as text', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'build-1', 'job').getByText('<img').waitFor();
    await row(page, 'build-1').click();
    await page.getByRole('complementary').getByText('<img src=x onerror="document.title=1">').waitFor();
    expect(await page.locator('.page img').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
  });

  it('sorts by the number of a value, over its units, and keeps the order in the address', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'build-9', 'mem').waitFor();
    await page.getByRole('button', { name: 'Memory' }).click();
    await eventually(
      'sorted',
      async () => (await shownNames(page))[0] === 'build-1' && (await shownNames(page))[1] === 'build-9',
    );
    expect(await shownNames(page)).toEqual(['build-1', 'build-9', 'build-2', 'build-10']);
    expect(page.url()).toContain('sort=key%3Amem');
    await page.goBack();
    await eventually('back', async () => (await shownNames(page))[1] === 'build-2');
    await page.goForward();
    await eventually('forward', async () => (await shownNames(page))[1] === 'build-9');
  });

  it('searches from the keyboard, filters by label and state, and says when nothing matches', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'build-9', 'cpu').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('running');
    await eventually('one row', async () => (await shownNames(page)).join() === 'build-10');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Labels' }).click();
    await page.getByLabel('region=eu').check();
    await eventually('two rows', async () => (await shownNames(page)).join() === 'build-9,build-10');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /offline/ }).click();
    await page.getByText('No agent matches').waitFor();
    expect(page.url()).toContain('state=offline');
    await page.getByRole('button', { name: 'Show all 4 agents' }).click();
    await eventually('all rows', async () => (await shownNames(page)).length === 4);
  });

  it.each(['%00', 'nobody', '../tokens'])('says of the link to agent %s that there is none', async (id) => {
    const page = await signedIn(browser, gateway.url);
    await page.goto(`${gateway.url}/?agent=${id}`);
    await page.getByRole('heading', { name: 'No such agent' }).waitFor();
    await row(page, 'build-9').waitFor();
  });

  it('is the same view for a colleague who follows the link', async () => {
    const path = '/?q=build&state=fine&label=region%3Dus&sort=-key%3Acpu&col=cpu&col=job';
    const page = await signedIn(browser, gateway.url, { path });
    await cell(page, 'build-1', 'cpu').waitFor();
    expect(await shownNames(page)).toEqual(['build-1', 'build-2']);
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Agent', 'Age', 'CPU↓', 'Job']);
  });

  it('is used by keys alone: arrows, Enter, Esc', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'build-9', 'cpu').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'build-2' }).waitFor();
    await page.keyboard.press('k');
    await page.getByRole('complementary', { name: 'build-1' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually('closed', async () => (await page.getByRole('complementary').count()) === 0);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  it('holds rows where they are while the pointer is in the table, and says how many would move', async () => {
    const page = await signedIn(browser, gateway.url, { path: '/?sort=key%3Acpu' });
    await cell(page, 'build-9', 'cpu').waitFor();
    expect(await shownNames(page)).toEqual(['build-10', 'build-2', 'build-9', 'build-1']);
    await row(page, 'build-9').hover();
    agent('build-10').report({ cpu: '99 %' });
    await page.getByText('1 row would move').waitFor();
    expect(await shownNames(page)).toEqual(['build-10', 'build-2', 'build-9', 'build-1']);
    await page.mouse.move(0, 0);
    await eventually('settled', async () => (await shownNames(page))[2] === 'build-10');
    agent('build-10').report({ cpu: '7 %' });
    await eventually('settles by itself', async () => (await shownNames(page))[0] === 'build-10');
  });

  it('keeps the last value of a key that fails, and shows the whole error in the drawer', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'build-2', 'mem').getByText('1').waitFor();
    agent('build-2').report({ mem: { error: 'free: not found\nexit status 127' } });
    await page.getByRole('button', { name: '1 failing' }).waitFor();
    await cell(page, 'build-2', 'mem').getByText('1 GiB').waitFor();
    await eventually('the title counts it', async () => (await page.title()) === '(1) Tidegate');
    await row(page, 'build-2').click();
    await page.getByRole('complementary').getByText('exit status 127').waitFor();
    agent('build-2').report({ mem: '1 GiB' });
    await page.getByRole('button', { name: '0 failing' }).waitFor();
  });

  it('shows what an agent is: script, interval, labels', async () => {
    const page = await signedIn(browser, gateway.url);
    await row(page, 'build-9').click();
    const drawer = page.getByRole('complementary', { name: 'build-9' });
    await drawer.getByRole('button', { name: 'CPU' }).click();
    await drawer.getByText('every 600 s, at most 1 s each').waitFor();
    await drawer.getByText('cpu --percent').waitFor();
    await drawer.getByText('region').waitFor();
  });

  it('shows what the agent has told of itself: start, apps, scripts, resources, sessions, logs', async () => {
    await told(agent('build-9'));
    const page = await signedIn(browser, gateway.url);
    await row(page, 'build-9').click();
    const drawer = page.getByRole('complementary', { name: 'build-9' });
    const section = (title: string) =>
      drawer.locator('section').filter({ has: page.getByRole('heading', { name: title }) });
    await section('Apps').getByText('unhealthy').waitFor();
    await section('Scripts').getByText('exit 3').waitFor();
    await section('Resources').getByText('2.0 GiB of 8.0 GiB').waitFor();
    await section('Sessions').getByText('from 10.0.0.1').waitFor();
    await section('Recent logs').getByText('<b>started</b>').waitFor();
    await section('Lifecycle').getByText('5.0 MiB in').waitFor();
    await section('Lifecycle').getByText('2 ssh').waitFor();
    await section('Connections').getByText('connected for').waitFor();
  });

  it('shows an agent that left as offline, with its values', async () => {
    const [created] = await gateway.createAgents({ name: 'leaving', metadata: METADATA });
    const leaving = gateway.agent(created as { token: string });
    leaving.report({ cpu: '12 %' });
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'leaving', 'cpu').getByText('12').waitFor();
    await leaving.close();
    await page.getByRole('button', { name: '1 offline' }).waitFor();
    await cell(page, 'leaving', 'cpu').getByText('12').hover();
    expect(await cell(page, 'leaving', 'cpu').getAttribute('title')).toContain('Old: the agent is offline');
    await gateway.request('DELETE', `/api/v2/agents/${created?.id}`);
    await eventually('its row is gone', async () => !(await shownNames(page)).includes('leaving'));
  });

  it('draws one tile for each agent, reached by keys', async () => {
    const page = await signedIn(browser, gateway.url, { path: '/?view=tiles' });
    const tiles = page.getByRole('application', { name: /^Tiles/ });
    await page.getByText('4 agents').waitFor();
    await tiles.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'build-2' }).waitFor();
  });

  it('draws the tiles of a large fleet that was a table before', async () => {
    const { gateway: large } = await ownGateway();
    await large.createAgents(...Array.from({ length: 700 }, (_, index) => ({ name: `bulk-${index}` })));
    // Sharp enough that one column of all of them were higher than a canvas may be: a canvas that once was stays empty.
    const page = await signedIn(browser, large.url, { viewport: { width: 400, height: 600 }, deviceScaleFactor: 8 });
    await row(page, 'bulk-0').waitFor();
    await page.getByRole('button', { name: 'Tiles' }).click();
    await eventually('squares', async () => (await paintedTiles(page)) === true);
  });

  it('opens the agent of a tile that a finger taps', async () => {
    const page = await signedIn(browser, gateway.url, { path: '/?view=tiles', hasTouch: true });
    await page.getByText('4 agents').waitFor();
    await eventually('the tiles are drawn', async () => (await paintedTiles(page)) === true);
    const box = await page.getByRole('application', { name: /^Tiles/ }).boundingBox();
    await page.touchscreen.tap((box?.x ?? 0) + 20, (box?.y ?? 0) + 20);
    await page.getByRole('complementary', { name: 'build-1' }).waitFor();
  });

  it('shows the flow: what a write per report would have made, and what it took', async () => {
    const page = await signedIn(browser, gateway.url, { path: '/?view=flow' });
    await page.getByText(/A write per report would have made \d+ in/).waitFor();
    await eventually('all plots', async () => (await page.locator('.plot canvas').count()) === 6);
  });

  it('has room for the flow and its strip beside an open drawer', async () => {
    const page = await signedIn(browser, gateway.url);
    const id = await page.locator('.body .row').first().getAttribute('data-id');
    /** What is wider than the place it has, or takes a second line there. */
    const overflowing = (selector: string) =>
      page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
        .filter((one) => one.scrollWidth > one.clientWidth ||
          (one.className === 'figure' && one.offsetHeight > 1.5 * parseFloat(getComputedStyle(one).lineHeight)))
        .map((one) => one.textContent)`);
    for (const drawer of ['', `&agent=${id}`]) {
      const expectRoom = async (selector: string) => {
        for (const width of [1_280, 1_000, 800, 360]) {
          await page.setViewportSize({ width, height: 800 });
          // A plot follows the new width with the next frame.
          const fits = async () => JSON.stringify(await overflowing(selector)) === '[]';
          await eventually(`all of ${selector} has room at ${width} px ${drawer}`, fits);
        }
      };
      // On a phone the drawer hides the view.
      await page.setViewportSize({ width: 1_280, height: 800 });
      await page.goto(`${gateway.url}/?view=flow${drawer}`);
      await page.getByText(/A write per report would have made/).waitFor();
      await expectRoom('.flow, .flow p, .flow dd');
      await page.goto(`${gateway.url}/?view=table${drawer}`);
      await page.locator('.strip').getByText('reports/s').waitFor({ state: 'attached' });
      await expectRoom('.strip');
    }
  });

  it('fits a phone: nothing but the table scrolls sideways, and the drawer is a page', async () => {
    const page = await signedIn(browser, gateway.url, { viewport: { width: 360, height: 700 } });
    await row(page, 'build-9').waitFor();
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(await overflow()).toBe(0);
    for (const menu of ['Labels', 'Columns', 'configured']) {
      await page.getByRole('button', { name: menu }).click();
      const panel = await page.locator('.menu .panel').boundingBox();
      expect(panel?.x).toBeGreaterThanOrEqual(0);
      expect((panel?.x ?? 0) + (panel?.width ?? 0)).toBeLessThanOrEqual(360);
      await page
        .locator('.menu .panel :is(input, button):enabled:not([aria-disabled=true])')
        .last()
        .click({ trial: true });
      await page.keyboard.press('Escape');
    }
    await row(page, 'build-9').click();
    const box = await page.getByRole('complementary').boundingBox();
    expect(box).toMatchObject({ x: 0, width: 360 });
    expect(await overflow()).toBe(0);
  });
});
