import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the built page lies: beside this module's folder in what ships, in `dist/` when run from the sources. */
const CANDIDATES = ['../dashboard/', '../../dist/gateway/dashboard/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Serves the page and its assets. Asset names carry a hash of their content, so they are kept for ever. */
export async function serveDashboard(app: FastifyInstance): Promise<void> {
  const root = CANDIDATES.find((directory) => existsSync(`${directory}assets`));
  if (root === undefined) return;
  await app.register(fastifyStatic, {
    root,
    preCompressed: true,
    // Its own header would take the place of ours.
    cacheControl: false,
    setHeaders(response, path) {
      const immutable = path.includes('/assets/');
      response.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
