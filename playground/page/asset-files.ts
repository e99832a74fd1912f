// The page's own files and Microsoft's card renderer, read once at the start. No other file is served.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { logo } from '../../src/web/pages/logo.ts';

export type Asset = { readonly body: Buffer; readonly type: string };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const folder = new URL('./assets/', import.meta.url);
const require = createRequire(import.meta.url);
/** The package's browser build: one script that defines `AdaptiveCards` on `window`. */
const library = require.resolve('adaptivecards/dist/adaptivecards.min.js');

/** By the path under which each is requested; the page itself is `/`. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const own = readdirSync(folder).map((name) => [name, new URL(name, folder)] as const);
  const files = [...own, ['adaptivecards.js', library] as const];
  return new Map<string, Asset>([
    ['/icon.svg', { body: Buffer.from(logo), type: 'image/svg+xml' }],
    ...files.flatMap(([name, file]) => {
      const type = types[extname(name)];
      return type === undefined
        ? []
        : [[name === 'index.html' ? '/' : `/${name}`, { body: readFileSync(file), type }] as const];
    }),
  ]);
}
