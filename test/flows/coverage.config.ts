// Runs the flows' tests natively, so that V8 measures coverage in the sources themselves; see coverage.test.ts.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'outcome',
      'policy',
      'budget',
      'show',
      'ids',
      'orders',
      'interleavings',
      'diagrams',
      'late-change',
      'news',
      'identification',
      'inspection',
      'second-proof',
      'removal-by-code',
      'contact',
      'disowned',
      'notice',
      'own-page',
      'change',
      'mailed-link',
    ].map((name) => `test/flows/${name}.test.ts`),
    setupFiles: [fileURLToPath(new URL('./coverage-flush.ts', import.meta.url))],
    experimental: { viteModuleRunner: false },
    isolate: false,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
