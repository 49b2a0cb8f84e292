import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPage, launchBrowser } from '../support/browser.ts';
import { testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { cell, signedIn } from './page-rig.ts';

let browser: Browser;
let database: TestDatabase;

beforeAll(async () => {
  await buildPage();
  [browser, database] = await Promise.all([launchBrowser(), testDatabase()]);
});
afterAll(async () => {
  await browser?.close();
  await database?.drop();
});

it('keeps every value while the gateway is away, says so, and goes on without a reload when it is back', async () => {
  const first = await testGateway(database.url);
  const [created] = await first.createAgents({ name: 'steady', metadata: [{ key: 'cpu', interval: 10, timeout: 1 }] });
  first.agent(created as { token: string }).report({ cpu: '42 %' });
  const page = await signedIn(browser, first.url);
  await cell(page, 'steady', 'cpu').getByText('42').waitFor();
  await page.evaluate('window.sameDocument = true');
  await first.stop();

  await page.getByText('This page has lost the gateway').waitFor();
  await cell(page, 'steady', 'cpu').getByText('42').waitFor();

  const second = await testGateway(database.url, { listen: new URL(first.url).host });
  try {
    second.agent(created as { token: string }).report({ cpu: '43 %' });
    await cell(page, 'steady', 'cpu').getByText('43').waitFor({ timeout: 25_000 });
    expect(await page.getByText('This page has lost the gateway').count()).toBe(0);
    expect(await page.evaluate('window.sameDocument')).toBe(true);
  } finally {
    await second.stop();
  }
});
