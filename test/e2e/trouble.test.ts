import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Session } from '../../db/session.ts';
import { buildPage, launchBrowser, visit } from '../support/browser.ts';
import { ADMIN_TOKEN, eventually, signIn, type TestGateway, testGateway } from '../support/gateway.ts';
import { privateDir, sharedServerUrl, type TestDatabase, testDatabase, urlForDatabase } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { cell, ownGateway, signedIn } from './page-rig.ts';

const MAIN = fileURLToPath(new URL('../../gateway/cli/main.ts', import.meta.url));
const METADATA = [{ key: 'cpu', interval: 10, timeout: 1 }];
/** A page comes back within its longest pause of 15 s, and what a busy machine adds. */
const RETURN_MS = 45_000;
/** Gateways start in processes of their own here, and problems count only once they have lasted. */
vi.setConfig({ testTimeout: 120_000 });

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

/** An agent of its own, on this gateway, that has reported. */
async function reporting(gateway: TestGateway, name: string) {
  const [created] = await gateway.createAgents({ name, metadata: METADATA });
  const agent = gateway.agent(created as { token: string });
  agent.report({ cpu: '42 %' });
  await agent.idle();
  return { agent, token: created?.token ?? '' };
}

/** An address at which one gateway follows another. Its own would be anybody's between the two. */
async function lastingAddress(gatewayUrl: string) {
  const { proxy, url } = await TcpProxy.start(gatewayUrl);
  onTestFinished(() => proxy.close());
  return { url: new URL(url).origin, lead: (next: string) => proxy.lead(next) };
}

const banner = (page: Page, text: string) => page.locator('.banner').getByText(text);

describe('while the gateway is away', () => {
  it('keeps every value, says so, and goes on without a reload when it is back', async () => {
    const first = await testGateway(database.url);
    const { token } = await reporting(first, 'steady');
    const address = await lastingAddress(first.url);
    const page = await signedIn(browser, address.url);
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
    await page.evaluate('window.sameDocument = true');
    await page.locator('.strip b').getByText(/\d/).first().waitFor();
    await first.stop();

    await banner(page, 'This page has lost the gateway').waitFor();
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
    // No rate stands for a gateway that nobody hears.
    const rates = async () => (await page.locator('.strip b').allTextContents()).join('');
    await eventually('rates are not known', async () => (await rates()) === '–––––');

    const second = await testGateway(database.url);
    onTestFinished(() => second.stop().then(() => {}));
    address.lead(second.url);
    second.agent({ token }).report({ cpu: '43 %' });
    await cell(page, 'steady', 'cpu').getByText('43').waitFor({ timeout: RETURN_MS });
    await eventually('the banner is gone', async () => (await page.locator('.banner').count()) === 0);
    expect(await page.evaluate('window.sameDocument')).toBe(true);
  });

  it('says so above the drawer that covers a phone', async () => {
    const gateway = await testGateway(database.url);
    await reporting(gateway, 'opened');
    const page = await signedIn(browser, gateway.url, { viewport: { width: 360, height: 700 } });
    await page.getByRole('row').filter({ hasText: 'opened' }).click();
    const drawer = page.getByRole('complementary', { name: 'opened' });
    await drawer.getByText('Identity').waitFor({ state: 'attached' });
    expect(await drawer.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 700 });
    const table = await page.locator('.grid').boundingBox();
    await gateway.stop();
    // Playwright clicks nothing that lies under something else.
    await banner(page, 'This page has lost the gateway').click({ trial: true });
    const told = await page.locator('.banner').boundingBox();
    const top = (told?.y ?? 0) + (told?.height ?? 0);
    expect(await drawer.boundingBox()).toEqual({ x: 0, y: top, width: 360, height: 700 - top });
    await drawer.getByRole('button', { name: 'Close' }).click();
    expect((await page.locator('.grid').boundingBox())?.width).toBe(table?.width);
  });

  it('comes back by its cursor from a gateway that was killed, and never shows an empty table', async () => {
    const dataDir = privateDir();
    const first = await serve(database.url, dataDir);
    const address = await lastingAddress(first.url);
    const page = await signedIn(browser, address.url);
    await cell(page, 'steady', 'cpu').waitFor();
    const requests: string[] = [];
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => requests.push(String(payload))));
    await page.evaluate(`
      window.emptied = false;
      new MutationObserver(() => { window.emptied ||= document.querySelector('.body .row') === null; })
        .observe(document.body, { childList: true, subtree: true });
    `);
    await first.kill();
    await banner(page, 'This page has lost the gateway').waitFor();

    const second = await serve(database.url, dataDir);
    onTestFinished(() => second.kill());
    address.lead(second.url);
    await eventually('the banner is gone', async () => (await page.locator('.banner').count()) === 0, RETURN_MS);
    expect(JSON.parse(requests.at(-1) ?? '')).toMatchObject({ type: 'watch', since: expect.any(String) });
    expect(await page.evaluate('window.emptied')).toBe(false);
  });
});

/** A gateway in a process of its own, which can be killed. */
async function serve(databaseUrl: string, dataDir: string) {
  const child = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', MAIN, 'serve', '--json', '--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0'],
      ...['--database-url', databaseUrl, '--data-dir', dataDir, '--admin-token', ADMIN_TOKEN, '--log-level', 'silent'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  const kill = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { url, kill };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout !== null) createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code} at its start`)));
  });
}

describe('says what is wrong with us, what still works, and when it is over', () => {
  it('the database is away: own agents stay live', async () => {
    const { own, gateway } = await ownGateway();
    const { agent } = await reporting(gateway, 'live');
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'live', 'cpu').getByText('42').waitFor();

    await takesConnections(own, false);
    await banner(page, 'The gateway cannot reach its database').waitFor({ timeout: RETURN_MS });
    agent.report({ cpu: '43 %' });
    await cell(page, 'live', 'cpu').getByText('43').waitFor();

    await page.getByRole('button', { name: 'configured' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('alert').getByText('Still signed in').waitFor({ timeout: RETURN_MS });
    await page.keyboard.press('Escape');

    await takesConnections(own, true);
    await eventually('it is over', async () => (await page.locator('.banner').count()) === 0, RETURN_MS);
    await agent.idle();
  });

  it('the database is away from a page that opens meanwhile: the right banner, and the fleet when it is back', async () => {
    const { own, gateway } = await ownGateway();
    const { agent } = await reporting(gateway, 'live');
    // Nobody has used this session yet: the gateway has to look it up.
    const [name = '', value = ''] = (await signIn(gateway.url, ADMIN_TOKEN)).split('=');
    await takesConnections(own, false);
    await eventually('the gateway knows', async () => (await fetch(`${gateway.url}/readyz`)).status === 503, RETURN_MS);
    const { page: fresh, close } = await visit(browser);
    onTestFinished(close);
    await fresh.context().addCookies([{ name, value, url: gateway.url }]);
    await fresh.goto(gateway.url);
    await fresh.getByText('The gateway cannot reach its database').waitFor({ timeout: RETURN_MS });
    expect(await fresh.getByText('has lost the gateway').count()).toBe(0);
    await takesConnections(own, true);
    await cell(fresh, 'live', 'cpu').getByText('42').waitFor({ timeout: RETURN_MS });
    await eventually('it is over', async () => (await fresh.locator('.banner').count()) === 0, RETURN_MS);
    await agent.idle();
  });

  it('the gateway is behind with storing', async () => {
    const gateway = await testGateway(database.url);
    onTestFinished(() => gateway.stop().then(() => {}));
    const { agent } = await reporting(gateway, 'held-up');
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'held-up', 'cpu').getByText('42').waitFor();

    const holder = await database.session();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE tidegate.agent_metadata IN ACCESS EXCLUSIVE MODE');
    agent.report({ cpu: '43 %' });
    await banner(page, 'The gateway is behind with storing values').waitFor({ timeout: RETURN_MS });
    await cell(page, 'held-up', 'cpu').getByText('43').waitFor();
    await holder.query('ROLLBACK');
    await eventually('it is over', async () => (await page.locator('.banner').count()) === 0, RETURN_MS);
  });

  it('notifications are not arriving', async () => {
    const { proxy, url } = await TcpProxy.start(database.url);
    const gateway = await testGateway(database.url, { listenUrl: url });
    onTestFinished(() => gateway.stop().then(() => {}));
    const { agent } = await reporting(gateway, 'unheard');
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'unheard', 'cpu').getByText('42').waitFor();

    await proxy.close();
    await banner(page, 'Notifications are not arriving').waitFor({ timeout: RETURN_MS });
    agent.report({ cpu: '43 %' });
    await cell(page, 'unheard', 'cpu').getByText('43').waitFor();
  });
});

/** A database that takes no connections is as good as one that is stopped, and its server is everybody's. */
async function takesConnections({ name }: TestDatabase, allowed: boolean): Promise<void> {
  const admin = await Session.open({ url: urlForDatabase(await sharedServerUrl(), 'postgres') });
  try {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`);
    if (!allowed) await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  } finally {
    await admin.close();
  }
}
