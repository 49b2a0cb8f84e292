import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildPage, launchBrowser, visit } from '../support/browser.ts';
import { ADMIN_TOKEN, eventually, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { cell, ownGateway, row, shownNames, signedIn, signIn } from './page-rig.ts';

const METADATA = [
  { key: 'cpu', display_name: 'CPU', interval: 60, timeout: 1 },
  { key: 'mem', display_name: 'Memory', interval: 60, timeout: 1 },
  { key: 'job', display_name: 'Job', interval: 60, timeout: 1 },
];

/** What stands in the page has been drawn, and what it does once it is drawn has been done: by a timer behind a frame. */
const EFFECTS_DONE = `
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))
`;

let browser: Browser;
let database: TestDatabase;
let gateway: TestGateway;
let steady: ReturnType<TestGateway['agent']>;

beforeAll(async () => {
  await buildPage();
  [browser, database] = await Promise.all([launchBrowser(), testDatabase()]);
  gateway = await testGateway(database.url);
  const [created] = await gateway.createAgents({ name: 'steady', metadata: METADATA });
  steady = gateway.agent(created as { token: string });
  steady.report({ cpu: '42 %', mem: '3.1/8 GiB', job: 'idle' });
  await steady.idle();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  await database?.drop();
});

describe('columns', () => {
  it('are chosen and ordered, kept in the address, and remembered by the browser', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    const linkBefore = page.url();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Memory' }).uncheck();
    await page.getByRole('button', { name: 'Move Job to the left' }).click();
    await eventually('reordered', async () => (await headings(page)).join() === 'Agent,Age,Job,CPU');
    expect(new URL(page.url()).searchParams.getAll('col')).toEqual(['job', 'cpu']);
    await page.goto(gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    expect(await headings(page)).toEqual(['Agent', 'Age', 'Job', 'CPU']);
    // Somebody else's link shows what they saw, also where nobody has chosen anything, and takes no habit away.
    await page.goto(linkBefore);
    await cell(page, 'steady', 'mem').waitFor();
    await page.goto(`${gateway.url}/?q=steady`);
    await cell(page, 'steady', 'mem').waitFor();
    await page.getByRole('searchbox').fill('stead');
    await page.goto(gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    expect(await headings(page)).toEqual(['Agent', 'Age', 'Job', 'CPU']);
  });

  it('stay remembered where the reader sorts what a link shows', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Memory' }).uncheck();
    await eventually('chosen', async () => (await headings(page)).join() === 'Agent,Age,CPU,Job');
    await page.goto(`${gateway.url}/?view=table`);
    await cell(page, 'steady', 'mem').waitFor();
    await page.getByRole('columnheader', { name: 'Age', exact: true }).getByRole('button').click();
    await eventually('sorted', () => new URL(page.url()).searchParams.get('sort') === 'age');
    await page.goto(gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    expect(await headings(page)).toEqual(['Agent', 'Age', 'CPU', 'Job']);
    expect(new URL(page.url()).searchParams.get('sort')).toBe('age');
  });

  it('keep their places when a value grows', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
    const before = await cell(page, 'steady', 'job').boundingBox();
    steady.report({ cpu: '1234567.89 %', mem: '1023.9/1024 GiB' });
    await cell(page, 'steady', 'cpu').getByText('1234567.89').waitFor();
    expect(await cell(page, 'steady', 'job').boundingBox()).toEqual(before);
    steady.report({ cpu: '42 %', mem: '3.1/8 GiB' });
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
  });
});

describe('a list of many columns', () => {
  let many: Awaited<ReturnType<typeof ownGateway>>['gateway'];
  /** An agent with as many keys as it may have, nearly. */
  async function manyColumns(context: Parameters<typeof signedIn>[2] = {}) {
    ({ gateway: many } = await ownGateway());
    const [created] = await many.createAgents({ name: 'wide' });
    const agent = many.agent(created as { token: string });
    const parts = ['cpu', 'disk', 'net', 'queue', 'temperature'];
    agent.report(
      Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`${parts[index % 5]}.${index}`, '1 %'])),
    );
    await agent.idle();
    const page = await signedIn(browser, many.url, context);
    await row(page, 'wide').waitFor();
    await page.getByRole('button', { name: 'Columns' }).focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('.menu .panel');
    return { page, panel, field: panel.getByRole('searchbox', { name: 'Find a column' }) };
  }

  it('is searched by keys alone, while what is chosen stays chosen', async () => {
    const { page, panel, field } = await manyColumns();
    await expectFocus(page, '.filter input');
    await page.keyboard.type('24 DISK');
    await panel.getByText('2 of 250', { exact: true }).waitFor();
    const listed = await panel
      .getByRole('checkbox')
      .evaluateAll((boxes) => boxes.map((box) => box.parentElement?.textContent));
    expect(listed).toEqual(['disk.241', 'disk.246']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    const chosen = () => new URL(page.url()).searchParams.getAll('col');
    await eventually('a thirteenth column', () => chosen().length === 13 && chosen().at(-1) === 'disk.241');
    await field.fill('disk.241');
    await panel.getByText('1 of 250', { exact: true }).waitFor();
    const arrows = panel.getByRole('button', { name: 'Move disk.241 to the left' });
    expect(await arrows.count(), 'no arrow moves it past what is not listed').toBe(0);
    await field.fill('');
    await arrows.waitFor();
    await field.fill('nothing like this');
    await panel.getByText('No column is called that').waitFor();
    await page.keyboard.press('Escape');
    await eventually('closed', async () => (await panel.count()) === 0);
    await expectFocus(page, '.menu > button');
  });

  it('keeps its field in sight while it scrolls', async () => {
    const { panel, field } = await manyColumns();
    const before = await field.boundingBox();
    await panel.getByRole('button', { name: 'Back to the default' }).scrollIntoViewIfNeeded();
    expect((await field.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    await field.click({ trial: true });
  });

  it('leaves a finger the whole list: no keyboard comes up on the screen by itself', async () => {
    const { page, field } = await manyColumns({
      hasTouch: true,
      isMobile: true,
      viewport: { width: 360, height: 700 },
    });
    await field.waitFor();
    await page.evaluate(EFFECTS_DONE);
    expect(await page.evaluate('document.activeElement.matches(".menu > button")')).toBe(true);
  });

  it('has no field where all of it is in sight', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'CPU' }).waitFor();
    expect(await page.locator('.panel').getByRole('searchbox').count()).toBe(0);
  });

  it('gets no field while it is open: the focus stays where it is', async () => {
    const { gateway: growing } = await ownGateway();
    const [created] = await growing.createAgents({ name: 'growing' });
    const agent = growing.agent(created as { token: string });
    agent.report(Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`key.${index}`, '1 %'])));
    await agent.idle();
    const page = await signedIn(browser, growing.url);
    await cell(page, 'growing', 'key.0').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    agent.report({ sixteenth: '1 %' });
    await page.getByRole('checkbox', { name: 'sixteenth' }).waitFor();
    await page.evaluate(EFFECTS_DONE);
    expect(await page.evaluate('document.activeElement.matches(".menu > button")')).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('searchbox', { name: 'Find a column' }).waitFor();
  });
});

const headings = async (page: Page) =>
  (await page.getByRole('columnheader').allTextContents()).map((text) => text.replace(/[↑↓]/, ''));

describe('times', () => {
  it("are the reader's own, with the exact instant on hover", async () => {
    const page = await signedIn(browser, gateway.url, { timezoneId: 'Asia/Tokyo' });
    await row(page, 'steady').click();
    const drawer = page.getByRole('complementary', { name: 'steady' });
    const since = drawer.locator('dd time').first();
    const exact = (await since.getAttribute('title')) ?? '';
    expect(exact).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    const inTokyo = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'Asia/Tokyo' });
    expect(await since.textContent()).toContain(inTokyo.format(new Date(exact)));
    await cell(page, 'steady', 'cpu').getByText('42').hover();
    expect(await cell(page, 'steady', 'cpu').getAttribute('title')).toMatch(/\(\d{4}-\d\d-\d\dT.*Z\)/);
  });
});

describe('motion', () => {
  const ANIMATIONS = `
    window.animations = 0;
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (...args) { window.animations += 1; return animate.apply(this, args); };
  `;

  it.each([
    ['no-preference', true],
    ['reduce', false],
  ] as const)('with %s a changed value is tinted: %s', async (reducedMotion, tinted) => {
    const page = await signedIn(browser, gateway.url, { reducedMotion });
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
    await page.evaluate(ANIMATIONS);
    steady.report({ cpu: '43 %' });
    await cell(page, 'steady', 'cpu').getByText('43').waitFor();
    // The tint comes with the text, which is drawn by now.
    await page.evaluate(EFFECTS_DONE);
    expect(((await page.evaluate('window.animations')) as number) > 0).toBe(tinted);
    steady.report({ cpu: '42 %' });
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
  });
});

describe('the keyboard', () => {
  it('reaches everything with a visible focus', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    const reached = new Set<string>();
    for (let press = 0; press < 30; press += 1) {
      await page.keyboard.press('Tab');
      const focus = (await page.evaluate(`(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return { name: document.activeElement.getAttribute('aria-label') || document.activeElement.textContent,
          visible: document.activeElement === document.body || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) };
      })()`)) as { name: string; visible: boolean };
      expect(focus).toMatchObject({ visible: true });
      reached.add(focus.name.trim());
    }
    for (const name of ['Fleet', 'Tiles', 'Flow', 'Search agents', 'Labels', 'Columns', 'CPU']) {
      expect([...reached]).toContain(name);
    }
  });

  it('opens a menu and leaves it where it began', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    await page.getByRole('button', { name: 'Columns' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await eventually('the first column is gone', async () => (await headings(page)).join() === 'Agent,Age,Memory,Job');
    await page.getByRole('button', { name: 'Move Memory to the right' }).focus();
    await page.keyboard.press('Enter');
    await eventually('moved', async () => (await headings(page)).join() === 'Agent,Age,Job,Memory');
    const label = () => page.evaluate('document.activeElement.ariaLabel');
    await eventually('the focus stays', async () => (await label()) === 'Move Memory to the right');
    await page.keyboard.press('Escape');
    await eventually('closed', async () => (await page.locator('.menu .panel').count()) === 0);
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Columns');
  });
});

describe('Esc', () => {
  it('leaves the search as it stands: the field says what filters the fleet', async () => {
    const page = await signedIn(browser, gateway.url);
    await row(page, 'steady').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ste');
    await page.keyboard.press('Escape');
    await expectFocus(page, '.grid');
    expect(await page.getByRole('searchbox').inputValue()).toBe('ste');
    expect(new URL(page.url()).searchParams.get('q')).toBe('ste');
  });

  it('and the button of the drawer give the focus back to the view', async () => {
    const page = await signedIn(browser, gateway.url);
    await row(page, 'steady').click();
    await page.locator('.drawer .content').focus();
    await page.keyboard.press('Escape');
    await expectFocus(page, '.grid');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').getByRole('button', { name: 'Close' }).press('Enter');
    await expectFocus(page, '.grid');
  });
});

function expectFocus(page: Page, selector: string) {
  const has = () => page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);
  return eventually(`the focus is in ${selector}`, async () => (await has()) === true);
}

/** What has the focus where nobody sees it; between two rounds the browser has it. */
const FOCUS_HIDDEN = `
  document.activeElement.closest('.drawer') || document.activeElement === document.body
    ? null
    : document.activeElement.outerHTML
`;

/** How far anything but the table reaches over its right edge. */
const OVERFLOW_PX = `
  Math.max(...[...document.querySelectorAll('html, .tools, .drawer .content')].map((box) => box.scrollWidth - box.clientWidth))
`;

describe('a phone', () => {
  const phone = { viewport: { width: 360, height: 700 } };

  it('keeps the focus within the drawer, which is all that is to be seen', async () => {
    const page = await signedIn(browser, gateway.url, phone);
    await row(page, 'steady').click();
    await expectFocus(page, '.drawer .content');
    for (let presses = 0; presses < 12; presses += 1) {
      expect(await page.evaluate(FOCUS_HIDDEN)).toBeNull();
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Escape');
    await expectFocus(page, '.grid');
  });

  it('has room for the longest keys and labels, and for every age', async () => {
    const label = `${'l'.repeat(60)}=${'v'.repeat(60)}`;
    const [name = '', value = ''] = label.split('=');
    const agents = await gateway.createAgents({ name: 'long', labels: { [name]: value } }, { name: 'never-there' });
    onTestFinished(async () => {
      for (const { id } of agents) await gateway.request('DELETE', `/api/v2/agents/${id}`);
    });
    const [created] = agents;
    const agent = gateway.agent(created as { token: string });
    const key = 'k'.repeat(120);
    agent.report({ [key]: '42 %' });
    await agent.idle();
    const page = await signedIn(browser, gateway.url, { ...phone, path: `/?col=${key}` });
    const age = row(page, 'never-there').getByText('never', { exact: true });
    expect(await age.evaluate((cell) => cell.scrollWidth - cell.clientWidth)).toBe(0);
    const header = page.getByRole('columnheader').filter({ hasText: key });
    expect((await header.boundingBox())?.width).toBeLessThan(200);
    for (const path of [`/?agent=${created?.id}`, `/?label=${encodeURIComponent(label)}`, '/?view=tiles']) {
      await page.goto(`${gateway.url}${path}`);
      await page.locator('.tools output').getByText('agents').waitFor({ state: 'attached' });
      expect(await page.evaluate(OVERFLOW_PX), path).toBe(0);
    }
  });

  it('that lies on its side has the whole of a drawer in sight, whatever it covers', async () => {
    const labels = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`${index}`.repeat(40), 'v'.repeat(40)]));
    const [created] = await gateway.createAgents({ name: 'labelled', labels });
    onTestFinished(async () => {
      await gateway.request('DELETE', `/api/v2/agents/${created?.id}`);
    });
    const query = new URLSearchParams({ agent: created?.id ?? '' });
    for (const [name, value] of Object.entries(labels)) query.append('label', `${name}=${value}`);
    const page = await signedIn(browser, gateway.url, { viewport: { width: 640, height: 320 } });
    await page.goto(`${gateway.url}/?${query}`);
    const drawer = page.getByRole('complementary', { name: 'labelled' });
    await drawer.getByText('Identity').waitFor({ state: 'attached' });
    await page.locator('.tools .chip').nth(5).waitFor({ state: 'attached' });
    expect(await drawer.boundingBox()).toEqual({ x: 0, y: 0, width: 640, height: 320 });
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(320);
  });
});

describe('the shortcuts', () => {
  const focused = (page: Page) =>
    page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.tagName');

  it('search from every view', async () => {
    for (const layout of ['table', 'tiles', 'flow']) {
      const page = await signedIn(browser, gateway.url, { path: `/?view=${layout}` });
      await page.getByText(layout === 'flow' ? 'Messages out' : '1 agent', { exact: true }).waitFor();
      await page.keyboard.press('/');
      await eventually('in the search', async () => (await focused(page)) === 'Search agents');
      await page.keyboard.type('steady');
      await eventually('searched', () => new URL(page.url()).searchParams.get('q') === 'steady');
    }
  });

  it('take the focus along from view to view', async () => {
    const page = await signedIn(browser, gateway.url);
    await cell(page, 'steady', 'cpu').waitFor();
    await page.keyboard.press('j');
    expect(await focused(page)).toBe('Fleet');
    for (const [key, name] of [
      ['f', 'Flow'],
      ['f', 'Fleet'],
      ['t', 'Tiles: one square for each agent. Arrows move, Enter opens.'],
      ['t', 'Fleet'],
    ] as const) {
      await page.keyboard.press(key);
      await eventually(`${key} leads to ${name}`, async () => (await focused(page)) === name);
    }
  });

  it('leave a scrolling drawer its arrows', async () => {
    const page = await signedIn(browser, gateway.url, { viewport: { width: 1_280, height: 400 } });
    await row(page, 'steady').click();
    const content = page.getByRole('region', { name: 'Everything known of this agent' });
    await content.getByText('Identity').waitFor();
    await content.focus();
    await page.keyboard.press('ArrowDown');
    const scrolledPx = async () => (await page.evaluate('document.activeElement.scrollTop')) as number;
    await eventually('it scrolls', async () => (await scrolledPx()) > 0);
  });
});

/** A hidden tab, as far as a page can tell. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

describe('in the background', () => {
  /** A page that watches by a clock of ours, hidden for longer than it stays connected. */
  async function hiddenPage() {
    const { page, complaints, close } = await visit(browser);
    const requests: string[] = [];
    let answers = 0;
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => requests.push(String(payload)));
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).startsWith('{"type":"snapshot"')) answers += 1;
      });
    });
    onTestFinished(async () => {
      await close();
      expect(complaints).toEqual([]);
    });
    await page.clock.install();
    await signIn(page, gateway.url);
    await cell(page, 'steady', 'cpu').getByText('42').waitFor();
    await eventually('it watches', async () => (await gateway.metric('tidegate_watchers_connected')) === 1);
    await hide(page, true);
    // From here on the page's time stands still, unless it is moved.
    await page.clock.pauseAt(Date.now() + 25_000);
    await eventually('nothing is sent to it', async () => (await gateway.metric('tidegate_watchers_connected')) === 0);
    return { page, requests, snapshots: () => answers };
  }

  it('lets go of its socket, and is right by its cursor with the first frame after it is looked at again', async () => {
    const { page, requests, snapshots } = await hiddenPage();
    steady.report({ cpu: '44 %' });
    await steady.idle();
    await page.evaluate(`
      const rows = () => document.querySelectorAll('.body .row').length;
      window.fewest = rows();
      new MutationObserver(() => { window.fewest = Math.min(window.fewest, rows()); })
        .observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    `);
    const before = snapshots();
    await hide(page, false);
    await eventually('the gateway has answered', () => snapshots() > before);
    // None of the page's own timers has passed: nothing waits but for the next frame.
    await page.clock.runFor(20);
    expect(await cell(page, 'steady', 'cpu').textContent()).toContain('44 %');
    expect(await page.evaluate('window.fewest')).toBe(1);
    expect(requests).toHaveLength(2);
    expect(JSON.parse(requests[1] ?? '')).toMatchObject({ type: 'watch', since: expect.any(String) });
    steady.report({ cpu: '42 %' });
    await steady.idle();
  });

  it('keeps the value of a script that has failed meanwhile', async () => {
    const { page } = await hiddenPage();
    steady.report({ cpu: { error: 'no such file' } });
    await steady.idle();
    await hide(page, false);
    await page.clock.resume();
    await page.getByRole('button', { name: '1 failing' }).waitFor();
    expect(await cell(page, 'steady', 'cpu').textContent()).toBe('42 %');
    steady.report({ cpu: '42 %' });
    await steady.idle();
    await page.getByRole('button', { name: '0 failing' }).waitFor();
  });
});

/** Ten thousand agents are made first, and drawn by a browser that may have little of a processor. */
const LARGE_FLEET_MS = 120_000;

it(
  'holds ten thousand rows, and draws only those in sight; as many tiles follow the keyboard',
  async () => {
    const { gateway: large } = await ownGateway();
    for (let thousand = 0; thousand < 10; thousand += 1) {
      const name = (index: number) => `agent-${String(thousand * 1_000 + index).padStart(5, '0')}`;
      await large.createAgents(...Array.from({ length: 1_000 }, (_, index) => ({ name: name(index) })));
    }
    const page = await signedIn(browser, large.url);
    await page.getByText('10,000 agents').waitFor();
    await row(page, 'agent-00000').waitFor();
    expect((await shownNames(page)).length).toBeLessThan(60);
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await row(page, 'agent-09999').waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
    expect(await row(page, 'agent-09999').getAttribute('aria-rowindex')).toBe('10001');
    await page.keyboard.press('t');
    const mark = page.locator('.frame.at');
    const inSight = async () => {
      const [frame, box] = await Promise.all([mark.boundingBox(), page.locator('.tiles').boundingBox()]);
      if (frame === null || box === null) return false;
      return frame.y >= box.y && frame.y + frame.height <= box.y + box.height && frame.height >= 10;
    };
    expect(await mark.count()).toBe(0);
    for (const [key, name] of [
      ['j', 'agent-00000'],
      ['ArrowRight', 'agent-00001'],
      ['k', 'agent-00000'],
      ['End', 'agent-09999'],
    ] as const) {
      await page.keyboard.press(key);
      await page.locator('.tip').getByText(`${name}: offline`).waitFor();
      await eventually(`it is in sight, by ${key}`, inSight);
    }
    const [tip, frame] = await Promise.all([page.locator('.tip').boundingBox(), mark.boundingBox()]);
    expect((tip?.y ?? 0) + (tip?.height ?? 0), 'the tip covers no tile that it tells of').toBeLessThan(frame?.y ?? 0);
    expect((tip?.x ?? 0) + (tip?.width ?? 0)).toBeLessThanOrEqual(1_280);
    await page.keyboard.press('t');
    await page.getByRole('searchbox').fill('agent-04711');
    await eventually('found', async () => (await shownNames(page)).join() === 'agent-04711');
  },
  LARGE_FLEET_MS,
);

it('signs in by token, and out again', async () => {
  const page = await signedIn(browser, gateway.url, { token: ADMIN_TOKEN });
  await page.getByRole('button', { name: 'configured' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  await page.reload();
  await page.getByLabel('Token').waitFor();
});
