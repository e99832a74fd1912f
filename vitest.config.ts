import { defineConfig } from 'vitest/config';
import { skippedReporter } from './test/skipped-reporter.ts';

/** What puts something of the process itself to the test, or lasts long beside processes of its own. */
const apart = [
  'test/kill/**',
  'test/stopping/**',
  'test/playground/playground-start.test.ts',
  'test/auth0/{id-token,odd-answers}.test.ts',
  'test/adapters/teams/{confinement,library-console,flood}.test.ts',
  'test/manifest/auth0-deploy.test.ts',
  'test/mutants/**',
];
/** The neighbours' emulators and the pages in a browser, which is shared as the modules are. */
const emulated = ['test/playground/**', 'test/web/pages.test.ts'];
const isCI = process.env['CI'] !== undefined;
/** Only so that what hangs is reported: a machine that runs the whole suite is slow. */
const usual = {
  include: ['test/**/*.test.ts'],
  testTimeout: isCI ? 60_000 : 20_000,
  hookTimeout: isCI ? 90_000 : 30_000,
  // Vitest's own is one second.
  expect: { poll: { timeout: isCI ? 30_000 : 10_000 } },
};
const native = { experimental: { viteModuleRunner: false } };

export default defineConfig({
  test: {
    // Much of it waits for deadlines, and somebody else works meanwhile.
    maxWorkers: isCI ? 5 : 6,
    reporters: ['default', skippedReporter()],
    // A shared machine stalls now and then. What passes only the second time is reported as such, and is a bug to mend.
    retry: isCI ? 1 : 0,
    projects: [
      {
        // The longest of all goes over millions of steps: through nothing that stands between two modules.
        test: { ...usual, name: 'flows', include: ['test/flows/**/*.test.ts'], isolate: false, ...native },
      },
      // One world of modules for many files: most of their time went into loading the same libraries again.
      {
        test: {
          ...usual,
          name: 'together',
          exclude: [...apart, ...emulated, 'test/{flows,stories}/**', 'test/ldap/on-samba/**'],
          isolate: false,
        },
      },
      {
        test: { ...usual, name: 'stories', include: ['test/stories/**/*.test.ts'], isolate: false, maxConcurrency: 8 },
      },
      {
        test: {
          ...usual,
          name: 'emulated',
          include: ['test/playground/**/*.test.ts', 'test/web/pages.test.ts'],
          exclude: apart,
          isolate: false,
        },
      },
      {
        // A domain is made once for all of them.
        test: {
          ...usual,
          name: 'samba',
          include: ['test/ldap/on-samba/**/*.test.ts'],
          globalSetup: ['test/ldap/template.ts'],
          hookTimeout: isCI ? 180_000 : 90_000,
        },
      },
      { test: { ...usual, name: 'apart', include: apart.map((one) => one.replace(/\*\*$/, '**/*.test.ts')) } },
    ],
  },
});
