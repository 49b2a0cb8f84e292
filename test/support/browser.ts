/** A real Chromium from npm and the page built from its sources, for tests that look at the dashboard. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';
import { eventually } from './gateway.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = join(ROOT, 'dist/gateway/dashboard/index.html');
const BUILDING = join(ROOT, 'node_modules/.building-the-page');
/** Beside the browser, which its package unpacks to where everybody finds it. */
const UNPACKING = join(tmpdir(), 'tidegate-unpacking-the-browser');

/** What is done under a lock takes a few seconds; one older than this is that of a run that was killed. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Builds the page, where it is older than its sources, to where a gateway run from its sources finds it. Call it before
 * the gateway starts. Test files that run side by side build it once: the one that holds the lock.
 */
export async function buildPage(): Promise<void> {
  if (isCurrent()) return;
  await alone(BUILDING, async () => {
    if (!isCurrent()) await runVite();
  });
}

/** Runs a task while no other test file does anything under the same lock. */
async function alone<T>(lock: string, task: () => Promise<T>): Promise<T> {
  await eventually(`nobody else holds ${lock}`, () => takeLock(lock), 2 * LOCK_TIMEOUT_MS);
  try {
    return await task();
  } finally {
    rmdirSync(lock);
  }
}

/** In a process of its own: a build within a test would not be one for production. */
async function runVite(): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build', 'gateway/dashboard'], { cwd: ROOT, env });
}

function isCurrent(): boolean {
  const builtMs = modifiedMs(BUILT);
  return ['gateway/dashboard', 'protocol/watch'].every((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).every(
      (path) => modifiedMs(join(ROOT, folder, path)) < builtMs,
    ),
  );
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const takenMs = modifiedMs(lock);
    if (takenMs > 0 && Date.now() - takenMs > LOCK_TIMEOUT_MS) rmdirSync(lock);
    return false;
  }
}

function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The package's own arguments suit a function in a cloud: one process, web security off. A test wants a browser as it is. */
export async function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-zygote'];
  // The package takes a file that is there for a whole one, also while somebody else still writes it.
  const executablePath = await alone(UNPACKING, () => chromium.executablePath());
  return playwright.launch({ executablePath, args, headless: true });
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
