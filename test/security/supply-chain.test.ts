// What runs here that others wrote: exactly what was looked at, from the registry, and nothing that runs by being installed.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({
    dependencies: versions,
    devDependencies: versions,
    scripts: versions,
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(read('package.json'));
const locked = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        resolved: z.string().optional(),
        integrity: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(read('package-lock.json'));
const packages = Object.entries(locked.packages).filter(([name]) => name !== '');

describe('a dependency', () => {
  it('has one exact version', () => {
    const named = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    for (const [name, version] of Object.entries(named)) {
      expect(locked.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it('is locked to its content, however it came here', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
    const elsewhere = packages.filter(([, { resolved = 'https:' }]) => !resolved.startsWith('https:'));
    expect(elsewhere).toEqual([]);
  });

  it('runs nothing when it is installed, but for the one runtime', () => {
    const running = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([name]) => name);
    expect(running).toEqual(['node_modules/node']);
    expect(manifest.allowScripts).toEqual({ node: true });
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });
});
