import { effect, signal } from '@preact/signals';

const MEMORY = 'tidegate.scheme';
const SCHEMES = ['system', 'light', 'dark'] as const;
type Scheme = (typeof SCHEMES)[number];

/** The reader's choice of colours; `system` follows the browser. */
export const scheme = signal<Scheme>(remembered());

export function nextScheme(): void {
  scheme.value = SCHEMES[(SCHEMES.indexOf(scheme.value) + 1) % SCHEMES.length] ?? 'system';
}

/** A colour of the palette as the browser resolves it now, for what is drawn on a canvas. */
export function paletteColour(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** Calls `task` whenever the colours changed, by the reader or by the system. */
export function onSchemeChange(task: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', task);
  const end = effect(() => {
    scheme.value;
    task();
  });
  return () => {
    query.removeEventListener('change', task);
    end();
  };
}

effect(() => {
  document.documentElement.dataset.scheme = scheme.value;
  try {
    localStorage.setItem(MEMORY, scheme.value);
  } catch {
    // A browser without storage follows the system again next time.
  }
});

function remembered(): Scheme {
  try {
    return SCHEMES.find((known) => known === localStorage.getItem(MEMORY)) ?? 'system';
  } catch {
    return 'system';
  }
}
