// How the npm scripts start a file of the product: what an earlier process compiled is not compiled again, which is half of a short
// process's work.
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../src/compile-cache.mjs', import.meta.url));

/** The arguments of Node.js for this file. */
export const asStarted = (file: string): readonly string[] => ['--import', cache, file];
