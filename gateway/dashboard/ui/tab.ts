import { effect } from '@preact/signals';
import type { Fleet } from '../state/fleet.ts';

const CALM = 'M1 6q3.5-5 7 0t7 0M1 12q3.5-5 7 0t7 0';

/** The tab's title and icon say how many agents fail, for those who look at another tab. */
export function showInTab(fleet: Fleet): () => void {
  let shown = -1;
  const end = effect(() => {
    const { failing } = fleet.counts.value;
    if (failing === shown) return;
    shown = failing;
    document.title = failing > 0 ? `(${failing}) Tidegate` : 'Tidegate';
    document.querySelector<HTMLLinkElement>('#icon')?.setAttribute('href', icon(failing > 0));
  });
  return () => {
    end();
    document.title = 'Tidegate';
  };
}

function icon(failing: boolean): string {
  const shape = failing
    ? '<path d="M8 1 15 15H1Z" fill="#c9362c"/><path d="M8 6v4M8 12v1" stroke="#fff" stroke-width="1.6"/>'
    : `<path d="${CALM}" fill="none" stroke="#3b82d6" stroke-width="2" stroke-linecap="round"/>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`)}`;
}
