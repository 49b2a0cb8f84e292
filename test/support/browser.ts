/** A real Chromium from npm and the page built from its sources, for tests that look at the dashboard. */
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { build } from 'vite';

const DASHBOARD = fileURLToPath(new URL('../../gateway/dashboard/', import.meta.url));

/** Builds the page to where a gateway run from its sources finds it. Call it before the gateway starts. */
export async function buildPage(): Promise<void> {
  await build({ root: DASHBOARD, configFile: `${DASHBOARD}vite.config.ts`, logLevel: 'error' });
}

/** The package's own arguments suit a function in a cloud: one process, web security off. A test wants a browser as it is. */
export async function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-zygote'];
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}

export interface Visit {
  page: Page;
  /** What the page complained about: thrown errors, console errors, refusals by its security policy. */
  complaints: string[];
  close(): Promise<void>;
}

/** A fresh browser profile, so that nothing is remembered from another test. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What the network refused is the test's own doing, and each test asks for it by itself.
    const ofNetwork = /^(Failed to load resource|WebSocket connection to)/.test(message.text());
    if (message.type() === 'error' && !ofNetwork) {
      complaints.push(message.text());
    }
  });
  return { page, complaints, close: () => context.close() };
}
