import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, launchBrowser, visit } from '../support/browser.ts';
import { type CreatedAgent, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { signIn } from './page-rig.ts';

/** Each of them sets `window.caught` where it is taken for markup, a link or a template. */
const TRIES = [
  '<script>caught = 1</script>',
  '<img src=x onerror="caught = 1">',
  '"><svg onload="caught = 1">',
  "'><iframe srcdoc='<script>parent.caught = 1</script>'>",
  '<a href="javascript:caught = 1">click</a>',
  '</td></tr></table><h1 id=escaped>outside</h1>',
  '<style>body { display: none }</style>',
  '{{caught = 1}} <%= caught = 1 %>',
  '&lt;script&gt;caught = 1&lt;/script&gt;',
  'javascript:caught = 1',
  '\u202e<tpircs>\u2028caught = 1',
];

let browser: Browser;
let database: TestDatabase;
let gateway: TestGateway;
let created: CreatedAgent;
const name = 'mean <script>caught = 1</script>';

beforeAll(async () => {
  await buildPage();
  [browser, database] = await Promise.all([launchBrowser(), testDatabase()]);
  gateway = await testGateway(database.url);
  const metadata = TRIES.map((text, index) => ({ key: `k${index}`, display_name: text, script: text }));
  const labels = { '<b>label</b>': '<img src=x onerror="caught = 1">' };
  [created] = (await gateway.createAgents({ name, labels, metadata })) as [CreatedAgent];
  const agent = gateway.agent(created);
  agent.report(Object.fromEntries(TRIES.map((text, index) => [`k${index}`, text])));
  agent.report({ '<i>key</i>': { error: '<img src=x onerror="caught = 1">' } });
  await agent.idle();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await database?.drop();
});

const caught = (page: Page) => page.evaluate('window.caught');
/** Elements that the page itself never makes. */
const foreign = (page: Page) =>
  page.locator('iframe, #escaped, body style, body script:not([src]), img[src=x], a[href^=javascript]').count();

describe('names, labels, keys, values and errors that try to be markup', () => {
  it('are text in every view', async () => {
    const { page, complaints, close } = await visit(browser);
    await signIn(page, gateway.url, { path: `/?agent=${created.id}` });
    const drawer = page.getByRole('complementary', { name });
    await drawer.getByText('Identity').waitFor();
    for (const text of TRIES.slice(0, 6)) await drawer.getByText(text).first().waitFor();
    const shown = { table: 'grid', tiles: 'application', flow: 'heading' } as const;
    for (const [layout, role] of Object.entries(shown) as [string, 'grid'][]) {
      await page.goto(`${gateway.url}/?view=${layout}&agent=${created.id}`);
      await page.getByRole('complementary', { name }).getByText('Identity').waitFor();
      await page.locator('main').getByRole(role).first().waitFor();
      expect(await foreign(page), layout).toBe(0);
      expect(await caught(page), layout).toBeUndefined();
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it('would not run if they were markup: the policy stops what is inline', async () => {
    const { page, complaints, close } = await visit(browser);
    const answer = await page.goto(gateway.url);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    await page.getByLabel('Token').waitFor();
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.caught = 1';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.caught = 1">');
    `);
    await page.waitForFunction('document.images.length > 0 && [...document.images].every((image) => image.complete)');
    expect(await caught(page)).toBeUndefined();
    expect(complaints.join()).toContain('Content Security Policy');
    await close();
  });
});

describe('names, labels, keys, values and errors that would turn their surroundings round', () => {
  const MARK = '\u202e';
  const turned = (text: string) => `${MARK}${text}`;
  /** Every text, title and name for the ear on the page in which a mark of direction is left. */
  const MARKED = `
    [...document.querySelectorAll('.page, .page *')]
      .flatMap((one) => [...one.attributes].map(({ name, value }) => name + '=' + value).concat([...one.childNodes]
        .filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data)))
      .filter((text) => /\\p{Bidi_Control}/u.test(text) && !text.startsWith('data-key=') && !text.startsWith('value='))
  `;
  const KEYS = { text: turned('key'), number: `load${MARK}`, failing: `disk${MARK}` };
  let mirrored: CreatedAgent;

  beforeAll(async () => {
    const metadata = Object.values(KEYS).map((key) => ({ key, script: turned('script') }));
    [mirrored] = (await gateway.createAgents({
      name: turned('box'),
      labels: { [turned('label')]: 'value', אזור: '12' },
      metadata,
    })) as [CreatedAgent];
    const agent = gateway.agent(mirrored);
    agent.report({
      [KEYS.text]: turned('text'),
      [KEYS.number]: `42 %${MARK}`,
      [KEYS.failing]: { error: turned('error') },
    });
    await agent.idle();
  });

  it('show their marks by name, in every view', async () => {
    const { page, close } = await visit(browser);
    await signIn(page, gateway.url);
    const path = (layout: string) => {
      const shown = { view: layout, q: 'box', agent: mirrored.id, tile: KEYS.number };
      const columns = Object.values(KEYS).map((key) => ['col', key] as [string, string]);
      return `/?${new URLSearchParams([...Object.entries(shown), ['label', turned('label=value')], ...columns])}`;
    };
    await page.goto(`${gateway.url}${path('table')}`);
    const grid = page.getByRole('grid');
    await grid.getByText('[U+202E]text').hover();
    await grid.getByText('[U+202E]box').waitFor();
    const drawer = page.getByRole('complementary', { name: '[U+202E]box' });
    await drawer.getByText('[U+202E]error').waitFor();
    await drawer.getByRole('button', { name: 'load[U+202E]', exact: true }).click();
    await drawer.getByText('[U+202E]script').waitFor();
    await drawer.getByRole('button', { name: 'Delete…' }).click();
    for (const menu of ['Labels', 'Columns']) {
      await page.getByRole('button', { name: menu, exact: true }).click();
      await page.locator('.menu .panel').getByText('[U+202E]').first().waitFor();
      expect(await page.evaluate(MARKED), menu).toEqual([]);
    }

    await page.goto(`${gateway.url}${path('tiles')}`);
    await drawer.getByText('Identity').waitFor();
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.tip').getByText('load[U+202E] 42 %[U+202E]').waitFor();
    expect(await page.evaluate(MARKED)).toEqual([]);
    await close();
  });

  it('keep letters that run from right to left to themselves', async () => {
    const { page, close } = await visit(browser);
    await signIn(page, gateway.url, { path: `/?agent=${mirrored.id}` });
    await page.getByRole('button', { name: 'Labels', exact: true }).click();
    const offered = page.locator('.menu .panel');
    const [label, value] = await Promise.all(
      ['אזור', '12'].map((text) => offered.getByText(text, { exact: true }).boundingBox()),
    );
    expect((label?.x ?? 0) + (label?.width ?? 0)).toBeLessThanOrEqual(value?.x ?? 0);
    await close();
  });
});
