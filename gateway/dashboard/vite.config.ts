import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds the page into `dist/gateway/dashboard/`: index.html and assets with a hash in their names. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../../dist/gateway/dashboard', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy allows no inline script or style, and data: only for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
