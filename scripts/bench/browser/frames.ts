import type { Page } from 'playwright-core';
import { largest, percentile } from '../figures.ts';

/** Times between frames in milliseconds. */
export interface FrameTimes {
  p50: number;
  p99: number;
  max: number;
}

/** Measures the frames of `ms`, while `act` (code that the page runs in each frame) moves something. */
export async function frameTimes(page: Page, ms: number, act = ''): Promise<FrameTimes> {
  const between = (await page.evaluate(`new Promise((done) => {
    const between = [];
    let last = null;
    let end = null;
    const frame = (now) => {
      if (last !== null) between.push(now - last);
      last = now;
      end ??= now + ${ms};
      ${act};
      if (now < end) requestAnimationFrame(frame);
      else done(between);
    };
    requestAnimationFrame(frame);
  })`)) as number[];
  return { p50: percentile(between, 0.5), p99: percentile(between, 0.99), max: largest(between) };
}

/** Scrolls the fleet's table down and up again by so many pixels a frame. */
export function scrolling(pxPerFrame: number): string {
  return `{
    const grid = document.querySelector('.grid');
    const before = grid.scrollTop;
    window.scrollingBy ??= ${pxPerFrame};
    grid.scrollTop = before + Math.sign(window.scrollingBy) * ${pxPerFrame};
    if (grid.scrollTop === before) window.scrollingBy = -window.scrollingBy;
  }`;
}

/** Milliseconds from the first byte of the document to the frame that shows the first value of an agent. */
export async function firstValueMs(page: Page, url: string): Promise<number> {
  await page.addInitScript(`
    window.firstValue = new Promise((shown) => {
      const look = () => {
        if (document.querySelector('.body .cell .text') === null) return requestAnimationFrame(look);
        const { responseStart } = performance.getEntriesByType('navigation')[0];
        requestAnimationFrame((now) => shown(now - responseStart));
      };
      requestAnimationFrame(look);
    });
  `);
  await page.goto(url);
  return (await page.evaluate('window.firstValue')) as number;
}

/** What a page keeps in its heap, after a collection, in KiB. */
export async function heapKiB(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize / 1_024;
}
