// Keeps compiled code for the next start. Load it with `node --import` before the first TypeScript file: then Node.js
// need not even load its TypeScript compiler, which takes a sixth of a start and 20 MB.
// JavaScript, because a TypeScript file would load that compiler. The cache is in the code's own directory: whoever can
// write there could change the code as well. Where the directory is read-only, nothing is cached.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/latchkey', import.meta.url)));
