// The page's own files and Microsoft's renderer of cards, read once at the start: nothing else can be asked for.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';

export type Asset = { readonly body: Buffer; readonly type: string };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const folder = new URL('./assets/', import.meta.url);
const require = createRequire(import.meta.url);
/** As the package builds it for browsers: one script that leaves `AdaptiveCards` on the window. */
const library = require.resolve('adaptivecards/dist/adaptivecards.min.js');

/** By the path under which each is asked for; the page itself is `/`. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const own = readdirSync(folder).map((name) => [name, new URL(name, folder)] as const);
  const files = [...own, ['adaptivecards.js', library] as const];
  return new Map(
    files.flatMap(([name, file]) => {
      const type = types[extname(name)];
      return type === undefined ? [] : [[name === 'index.html' ? '/' : `/${name}`, { body: readFileSync(file), type }]];
    }),
  );
}
