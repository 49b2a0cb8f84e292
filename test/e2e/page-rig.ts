import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { visit } from '../support/browser.ts';
import { ADMIN_TOKEN, type TestGateway, testGateway } from '../support/gateway.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

/** A gateway on a database of its own, for one test. */
export async function ownGateway(): Promise<{ own: TestDatabase; gateway: TestGateway }> {
  const own = await testDatabase();
  const gateway = await testGateway(own.url);
  onTestFinished(async () => {
    await gateway.stop();
    await own.drop();
  });
  return { own, gateway };
}

/** Signs in by token and waits for the page behind it. */
export async function signIn(page: Page, url: string, { path = '/', token = ADMIN_TOKEN } = {}): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
}

/** A page of its own for one test, signed in; a complaint of the page fails the test. */
export async function signedIn(
  browser: Browser,
  url: string,
  { path = '/', token = ADMIN_TOKEN, ...context }: BrowserContextOptions & { path?: string; token?: string } = {},
): Promise<Page> {
  const { page, complaints, close } = await visit(browser, context);
  onTestFinished(async () => {
    await close();
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
  });
  await signIn(page, url, { path, token });
  return page;
}

export function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.locator('.name').getByText(name, { exact: true }) });
}

/** The cell of a key in an agent's row. */
export function cell(page: Page, name: string, key: string) {
  return row(page, name).locator(`[data-key="${key}"]`);
}

export function shownNames(page: Page): Promise<string[]> {
  return page.locator('.body .row .name > span:not(.unseen)').allTextContents();
}
