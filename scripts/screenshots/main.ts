/**
 * Pictures of every view in light and dark, wide and narrow: `npm run screenshots -- [--folder docs/images] [--seconds 180]
 * [--format webp]`. The fleet is the demo's; it reports for some time first, so that sparklines and plots have something
 * to show.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildPage, launchBrowser } from '../../test/support/browser.ts';
import { serveFleet, TOKEN } from './fleet.ts';
import { fleetScenes, look } from './scenes.ts';

const { folder, seconds, format } = parseArgs({
  options: {
    folder: { type: 'string', default: 'docs/images' },
    seconds: { type: 'string', default: '180' },
    format: { type: 'string', default: 'webp' },
  },
}).values;
if (format !== 'webp' && format !== 'png') throw new Error(`--format is ${format}; allowed are webp and png`);

/** Percent; text stays sharp, and a picture takes a third of its PNG. */
const WEBP_QUALITY = 82;
const AGENTS = 300;

const LOOKS: { name: string; options: BrowserContextOptions }[] = (['light', 'dark'] as const).flatMap(
  (colorScheme) => [
    { name: colorScheme, options: { colorScheme, viewport: { width: 1_440, height: 900 } } },
    { name: `${colorScheme}-narrow`, options: { colorScheme, viewport: { width: 360, height: 740 } } },
  ],
);

mkdirSync(folder, { recursive: true });
await buildPage();
const [browser, served] = await Promise.all([launchBrowser(), serveFleet()]);
try {
  const pages = await Promise.all(LOOKS.map((each) => open(browser, each)));
  await shootAll(pages, 'sign-in', async () => {});
  await shootAll(pages, 'first-agent', signIn);
  await served.report(AGENTS);
  await Promise.all(pages.map(({ page }) => page.locator('.body .row').first().waitFor()));
  await pause(Number(seconds) * 1_000);
  for (const { name, enter } of fleetScenes) await shootAll(pages, name, enter);
  await Promise.all(pages.map(({ page }) => look(page, '/')));
  await served.stopGateway();
  await shootAll(pages, 'gateway-away', (page) => page.getByText('This page has lost the gateway').waitFor());
} finally {
  await browser.close();
  await served.end();
}

interface LookedAt {
  name: string;
  page: Page;
}

async function open(browser: Browser, { name, options }: (typeof LOOKS)[number]): Promise<LookedAt> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto(served.url);
  return { name, page };
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
}

async function shootAll(pages: LookedAt[], scene: string, enter: (page: Page) => Promise<void>): Promise<void> {
  for (const { name, page } of pages) {
    await enter(page);
    // Fonts, plots and a tint are there two frames later; what is loaded on demand a little after that.
    await page.waitForTimeout(400);
    writeFileSync(join(folder, `${scene}-${name}.${format}`), await picture(page));
  }
}

async function picture(page: Page): Promise<Buffer> {
  if (format === 'png') return page.screenshot();
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: WEBP_QUALITY });
  await devtools.detach();
  return Buffer.from(data, 'base64');
}
