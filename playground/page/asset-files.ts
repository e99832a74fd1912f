// The page's own files, read once at the start: nothing outside this folder can be asked for.
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

export type Asset = { readonly body: Buffer; readonly type: string };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const folder = new URL('./assets/', import.meta.url);

/** By the path under which each is asked for; the page itself is `/`. */
export function readAssets(): ReadonlyMap<string, Asset> {
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const type = types[extname(name)];
      if (type === undefined) return [];
      return [[name === 'index.html' ? '/' : `/${name}`, { body: readFileSync(new URL(name, folder)), type }]];
    }),
  );
}
