import type { Page } from 'playwright-core';

/** What one picture shows, and how a signed-in page gets there. */
export interface Scene {
  name: string;
  enter(page: Page): Promise<void>;
}

/** Scenes of a running fleet, each entered from the one before in the same page: its history goes on growing. */
export const fleetScenes: Scene[] = [
  { name: 'fleet', enter: (page) => look(page, '/') },
  {
    name: 'agent',
    async enter(page) {
      await look(page, '/?sort=state');
      await page.locator('.body .row').first().click();
      await page.locator('.drawer .value').first().waitFor();
    },
  },
  { name: 'failing', enter: (page) => look(page, '/?sort=state&state=failing,stale,late,offline') },
  { name: 'tiles', enter: (page) => look(page, '/?view=tiles') },
  { name: 'tiles-cpu', enter: (page) => look(page, '/?view=tiles&tile=cpu') },
  { name: 'flow', enter: (page) => look(page, '/?view=flow') },
  { name: 'no-match', enter: (page) => look(page, '/?q=nothing+like+this') },
  {
    name: 'columns',
    async enter(page) {
      await look(page, '/');
      await page.getByRole('button', { name: 'Columns' }).click();
    },
  },
  {
    name: 'keys',
    async enter(page) {
      await look(page, '/');
      await page.keyboard.press('?');
    },
  },
];

/** Another view without a new document, so that sparklines and plots keep what they have. */
export async function look(page: Page, path: string): Promise<void> {
  await page.evaluate(`
    document.querySelector('dialog')?.close();
    document.querySelector('.menu [aria-expanded=true]')?.click();
    history.pushState(null, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate'));
  `);
  await page.mouse.move(0, 0);
}
