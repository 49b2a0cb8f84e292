import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, launchBrowser, visit } from '../support/browser.ts';
import { eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { cell, row, shownNames, signedIn, signIn } from './page-rig.ts';

let browser: Browser;
let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  await buildPage();
  [browser, database] = await Promise.all([launchBrowser(), testDatabase()]);
  gateway = await testGateway(database.url);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await database?.drop();
});

describe('the first minutes', () => {
  it('are shown whatever the browser remembers, and no key leads away from them', async () => {
    const page = await signedIn(browser, gateway.url, { path: '/?view=flow' });
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
    await page.keyboard.press('f');
    await page.keyboard.press('t');
    expect(new URL(page.url()).search).toBe('?view=flow');
    expect(await page.evaluate('localStorage.getItem("tidegate.view")')).toBeNull();
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
  });

  it('signs in by the printed link once, and takes the code out of the address', async () => {
    const { page, complaints, close } = await visit(browser);
    await page.goto(gateway.signInUrl ?? '');
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
    expect(page.url()).not.toContain('code');
    await close();
    const again = await visit(browser);
    await again.page.goto(gateway.signInUrl ?? '');
    await again.page.getByText('A link works once').waitFor();
    await again.close();
    expect([...complaints, ...again.complaints]).toEqual([]);
  });

  it('asks for a token where the link was cut', async () => {
    const { page, complaints, close } = await visit(browser);
    await page.goto(`${gateway.url}/#code=%E0%A4%A`);
    await page.getByLabel('Token').waitFor();
    await page.getByText('A link works once').waitFor();
    // The browser says of the refusal itself.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    await close();
  });

  it('says why a token is refused, and asks again', async () => {
    const { page, close } = await visit(browser);
    await page.goto(gateway.url);
    await page.getByLabel('Token').fill('nobody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('not valid').waitFor();
    await close();
  });

  it('makes the first agent in place; its row comes by itself, and so does its connection', async () => {
    const page = await signedIn(browser, gateway.url);
    await page.getByLabel('Name').fill('first');
    await page.getByRole('button', { name: 'Create the agent' }).click();
    const command = await page.locator('.command pre').textContent();
    const token = / --token (\S+)/.exec(command ?? '')?.[1] ?? '';
    await row(page, 'first').waitFor();
    const first = gateway.agent({ token });
    first.report({ load: '0.42' });
    await page.getByText('first is connected').waitFor();
    await cell(page, 'first', 'load').getByText('0.42').waitFor();
  });

  it('makes the next one from the fleet, by the same command', async () => {
    const page = await signedIn(browser, gateway.url, { path: '/?view=tiles' });
    await page.getByRole('button', { name: 'Add agent…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add an agent' });
    await dialog.getByLabel('Name').fill('second');
    await page.keyboard.press('Enter');
    await eventually('it closes', async () => (await dialog.count()) === 0);
    const command = await page.locator('.command pre').textContent();
    const token = / --token (\S+)/.exec(command ?? '')?.[1] ?? '';
    gateway.agent({ token }).report({ load: '0.43' });
    await page.getByText('second is connected').waitFor();
  });
});

describe('who signs in next on the same page', () => {
  it("is shown nothing of what was made before: a new agent's token least of all", async () => {
    await gateway.createAgents({ name: 'before' });
    const { body } = await gateway.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'next' });
    const page = await signedIn(browser, gateway.url);
    await page.getByRole('button', { name: 'Add agent…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('third');
    await page.keyboard.press('Enter');
    await page.locator('.command pre').getByText('--token').waitFor();
    await page.getByRole('button', { name: 'configured' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').fill(body.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await row(page, 'third').waitFor();
    expect(await page.locator('.command').count()).toBe(0);
  });
});

describe('an admin', () => {
  it('rotates a token, which is shown once and works', async () => {
    const [created] = await gateway.createAgents({ name: 'rotated' });
    const page = await signedIn(browser, gateway.url, { path: `/?agent=${created?.id}` });
    await page.getByRole('button', { name: 'Rotate token…' }).click();
    await page.getByRole('button', { name: 'Rotate it' }).click();
    const token = (await page.locator('.drawer .command pre').textContent()) ?? '';
    gateway.agent({ token }).report({ load: '1' });
    await cell(page, 'rotated', 'load').getByText('1').waitFor();
  });

  it('deletes an agent only behind a second question', async () => {
    const [created] = await gateway.createAgents({ name: 'unwanted' });
    const page = await signedIn(browser, gateway.url, { path: `/?agent=${created?.id}` });
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await eventually('its row is gone', async () => !(await shownNames(page)).includes('unwanted'));
    expect((await gateway.request('GET', `/api/v2/agents/${created?.id}`)).status).toBe(404);
  });
});

describe('a viewer', () => {
  it('sees values and no admin controls, and is shown out when the token is revoked', async () => {
    const [created] = await gateway.createAgents({ name: 'watched' });
    const { body } = await gateway.request('POST', '/api/v2/tokens', { role: 'viewer', name: 'wall' });
    const page = await signedIn(browser, gateway.url, { path: `/?agent=${created?.id}`, token: body.token });
    await page.getByRole('complementary', { name: 'watched' }).getByText('Identity').waitFor();
    expect(await page.getByText('Rotate token').count()).toBe(0);
    expect(await page.getByText('Add agent').count()).toBe(0);
    await gateway.request('DELETE', `/api/v2/tokens/${body.id}`);
    await page.getByText('This sign-in is no longer valid.').waitFor({ timeout: 10_000 });
  });
});

describe('a viewer limited to labels', () => {
  it('is told why there is no flow, and shown nothing that waits for it', async () => {
    await gateway.createAgents({ name: 'ours', labels: { team: 'a' } });
    const { body } = await gateway.request('POST', '/api/v2/tokens', {
      role: 'viewer',
      name: 'a',
      labels: { team: 'a' },
    });
    const page = await signedIn(browser, gateway.url, { token: body.token });
    await row(page, 'ours').waitFor();
    await page.getByText('1 agent', { exact: true }).waitFor();
    await eventually('no strip', async () => (await page.locator('.strip').count()) === 0);
    await page.getByRole('button', { name: 'Flow' }).click();
    await page.getByText('this sign-in may see only agents with certain labels').waitFor();
    expect(await page.locator('.plot').count()).toBe(0);
  });
});

describe('a viewer limited to labels that no agent has', () => {
  it('is not told that there are no agents', async () => {
    const [hidden] = await gateway.createAgents({ name: 'theirs', labels: { team: 'b' } });
    const { body } = await gateway.request('POST', '/api/v2/tokens', {
      role: 'viewer',
      name: 'early',
      labels: { team: 'c' },
    });
    const page = await signedIn(browser, gateway.url, { token: body.token });
    await page.getByRole('heading', { name: 'No agents to see' }).waitFor();
    expect(await page.getByText('An admin can create the first one').count()).toBe(0);
    await gateway.createAgents({ name: 'at-last', labels: { team: 'c' } });
    await row(page, 'at-last').waitFor();
    await page.goto(`${gateway.url}/?agent=${hidden?.id}`);
    await page.getByText('or this sign-in may not see it').waitFor();
  });
});

describe('the weight', () => {
  const WEIGHT_BYTES = 90_000;

  it('of all script and style is at most 90 KB, compressed', () => {
    const assets = fileURLToPath(new URL('../../dist/gateway/dashboard/assets/', import.meta.url));
    const bytes = readdirSync(assets)
      .filter((name) => name.endsWith('.gz'))
      .map((name) => readFileSync(assets + name).length);
    expect(bytes.length).toBeGreaterThanOrEqual(2);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(WEIGHT_BYTES);
  });

  it('is what goes over the wire on the first load, and nothing comes from elsewhere', async () => {
    const { page, close } = await visit(browser);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    const hosts = new Set<string>();
    let bytes = 0;
    devtools.on('Network.requestWillBeSent', ({ request }) => {
      if (!request.url.startsWith('data:')) hosts.add(new URL(request.url).host);
    });
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await signIn(page, gateway.url);
    await page.waitForLoadState('networkidle');
    expect([...hosts]).toEqual([new URL(gateway.url).host]);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(WEIGHT_BYTES);
    await close();
  });

  it('is paid once: what is named by its content is kept for ever, and the page asks again', async () => {
    const page = await fetch(gateway.url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const assets = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThanOrEqual(2);
    for (const path of assets) {
      const asset = await fetch(gateway.url + path, { headers: { 'accept-encoding': 'br' } });
      expect(asset.status).toBe(200);
      expect(asset.headers.get('cache-control'), path).toBe('public, max-age=31536000, immutable');
      expect(asset.headers.get('content-encoding'), path).toBe('br');
    }
  });
});
