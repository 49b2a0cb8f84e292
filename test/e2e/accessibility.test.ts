import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, launchBrowser, visit } from '../support/browser.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { cell, ownGateway, row, signedIn, signIn } from './page-rig.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let database: TestDatabase;
let gateway: TestGateway;
let viewerToken: string;

beforeAll(async () => {
  await buildPage();
  [browser, database] = await Promise.all([launchBrowser(), testDatabase()]);
  gateway = await testGateway(database.url);
  viewerToken = (await gateway.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'wall' })).body.token;
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await database?.drop();
});

/** Every rule of WCAG A and AA and of good practice that axe-core knows; what it finds, by rule and place. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // What moves has come to rest: colours in the middle of a tint are no colours of ours.
  await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished))');
  const { violations } = (await page.evaluate('axe.run(document)')) as {
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}

const LOOKS = [
  ['light', 1_280],
  ['dark', 1_280],
  ['light', 360],
] as const;

describe.each(LOOKS)('%s, %i px wide', (colorScheme, width) => {
  const context = { colorScheme, viewport: { width, height: 760 } };
  const open = (path: string) => signedIn(browser, gateway.url, { ...context, path });

  it('the sign-in, with a refusal', async () => {
    const { page, close } = await visit(browser, context);
    await page.goto(gateway.url);
    await page.getByLabel('Token').fill('nobody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('not valid').waitFor();
    expect(await findings(page)).toEqual([]);
    await close();
  });

  describe('without agents', () => {
    it('the first minutes of an admin', async () => {
      const page = await open('/');
      await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
      expect(await findings(page)).toEqual([]);
    });

    it('the first minutes of a viewer', async () => {
      const page = await signedIn(browser, gateway.url, { ...context, token: viewerToken });
      await page.getByText('An admin can create the first one').waitFor();
      expect(await findings(page)).toEqual([]);
    });
  });
});

describe.each(LOOKS)('%s, %i px wide, with agents in every state', (colorScheme, width) => {
  const open = (path: string) =>
    signedIn(browser, gateway.url, { colorScheme, viewport: { width, height: 760 }, path });

  beforeAll(fleetInEveryState);

  it('the table and its menus', async () => {
    const page = await open('/');
    await cell(page, 'failing', 'cpu').getByText('12').waitFor();
    expect(await findings(page)).toEqual([]);
    for (const menu of ['Labels', 'Columns']) {
      await page.getByRole('button', { name: menu }).click();
      expect(await findings(page)).toEqual([]);
    }
  });

  it('chosen states, a label, a sorted column and the keyboard in the table', async () => {
    const page = await open('/?state=failing,offline&label=region%3Deu&sort=-key%3Acpu');
    await row(page, 'failing').waitFor();
    await page.keyboard.press('j');
    expect(await findings(page)).toEqual([]);
  });

  it('the drawer of an agent that fails, with a value opened', async () => {
    const page = await open('/');
    await row(page, 'failing').click();
    const drawer = page.getByRole('complementary', { name: 'failing' });
    await drawer.getByText('exit status 1').waitFor();
    await drawer.getByRole('button', { name: 'CPU' }).click();
    await drawer.getByRole('button', { name: 'Delete…' }).click();
    await drawer.getByText('Identity').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('adding an agent', async () => {
    const page = await open('/');
    await page.getByRole('button', { name: 'Add agent…' }).click();
    await page.getByRole('dialog', { name: 'Add an agent' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('the tiles, with the keyboard on one of them', async () => {
    const page = await open('/?view=tiles&tile=cpu');
    await page.getByText('3 agents', { exact: true }).waitFor();
    await page.keyboard.press('j');
    await page.locator('.tip').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('the flow', async () => {
    const page = await open('/?view=flow');
    await page.getByText(/A write per report would have made/).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('no match', async () => {
    const page = await open('/?q=nothing+like+this');
    await page.getByText('No agent matches').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('the keys', async () => {
    const page = await open('/');
    await row(page, 'failing').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });
});

/** An agent in good order, one that fails and one that is gone; made by the first group of tests that wants them. */
async function fleetInEveryState(): Promise<void> {
  const { body } = await gateway.request('GET', '/api/v2/agents');
  if (body.agents.length > 0) return;
  const metadata = [
    { key: 'cpu', display_name: 'CPU', script: 'cpu --percent', interval: 60, timeout: 1 },
    { key: 'disk', interval: 60, timeout: 1 },
  ];
  const created = await gateway.createAgents(
    ...['fine', 'failing', 'gone'].map((name) => ({ name, labels: { region: 'eu' }, metadata })),
  );
  const [fine, failing, gone] = created.map((each) => gateway.agent(each));
  fine?.report({ cpu: '8 %', disk: '40 %' });
  failing?.report({ cpu: '12 %', disk: { error: 'df: no answer\nexit status 1' } });
  gone?.report({ cpu: '3 %', disk: '41 %' });
  await Promise.all([fine?.idle(), failing?.idle(), gone?.idle()]);
  await gone?.close();
}

it('the table before the first snapshot has come', async () => {
  const { page, close } = await visit(browser);
  await page.routeWebSocket('**/api/v2/watch', () => {});
  await signIn(page, gateway.url);
  await page.getByText('Loading the fleet').waitFor();
  expect(await findings(page)).toEqual([]);
  await close();
});

it.each([1_280, 360])('a list of many columns, searched, %i px wide', async (width) => {
  const { gateway: own } = await ownGateway();
  const [created] = await own.createAgents({ name: 'wide' });
  const agent = own.agent(created as { token: string });
  agent.report(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`disk.${index}`, '1 %'])));
  await agent.idle();
  const page = await signedIn(browser, own.url, { viewport: { width, height: 760 } });
  await row(page, 'wide').waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  expect(await findings(page)).toEqual([]);
  for (const text of ['disk.1', 'nothing like this']) {
    await page.getByRole('searchbox', { name: 'Find a column' }).fill(text);
    await page.getByText(/^\d+ of 40$/).waitFor();
    expect(await findings(page), text).toEqual([]);
  }
});

it('the banner of a page that has lost its gateway', async () => {
  const own = await testGateway(database.url);
  const page = await signedIn(browser, own.url, { path: '/' });
  await row(page, 'fine').waitFor();
  await own.stop();
  await page.getByText('This page has lost the gateway').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 760 });
  await row(page, 'fine').click();
  await page.getByRole('complementary', { name: 'fine' }).waitFor();
  expect(await findings(page), 'over an open drawer').toEqual([]);
});
