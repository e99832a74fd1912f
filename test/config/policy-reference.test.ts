// The reference of the policy and the example of one are those of the schema.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../src/config/policy/policy-file.ts';
import { describePolicy, examplePolicy, policyKeys } from '../../src/config/policy/reference.ts';
import { keysAt, laterKeys } from '../../src/config/policy/schema.ts';

const root = join(import.meta.dirname, '../..');
const kept = (path: string): string => readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
const pages = policyKeys();

/** Every key by a second way: through the question which keys are allowed somewhere. */
function allowedBelow(path: readonly (string | number)[]): string[] {
  return keysAt(path).flatMap((key) => {
    const here = [...path, key];
    const inside = ['rules', 'directories'].includes(key) ? [...here, 0] : here;
    return [
      here
        .map((step) => (step === 0 ? '[]' : step))
        .join('.')
        .replaceAll('.[]', '[]'),
      ...allowedBelow(inside),
    ];
  });
}

describe('the reference', () => {
  it('is docs/policy.md, and what `latchkey help policy` prints; if not, run `npm run reference`', () => {
    const printed = execFileSync(process.execPath, [join(root, 'src/cli/cli.ts'), 'help', 'policy'], {
      encoding: 'utf8',
      env: {},
    });
    expect(printed).toBe(`${describePolicy()}\n`);
    expect(kept('docs/policy.md')).toBe(printed);
  });

  it('has every key of the schema once, with its meaning; a value with its form, its default and an example', () => {
    expect(pages.map(({ path }) => path)).toEqual(allowedBelow([]));
    for (const { path, means, leaf } of pages) {
      expect(means, path).toMatch(/^[A-Z].*[.]$/);
      if (leaf === undefined) continue;
      for (const text of Object.values(leaf)) expect(text, path).toMatch(/^(?!undefined|null).+/);
    }
  });

  it('names the bounds that hold', () => {
    const bounded = pages.flatMap(({ path, leaf }) => {
      const [, from, to] = /^whole number from (\d+) to (\d+)$/.exec(leaf?.form ?? '') ?? [];
      return from === undefined || to === undefined || path.includes('[]')
        ? []
        : [{ path, from: Number(from), to: Number(to) }];
    });
    expect(bounded).toHaveLength(12);
    for (const { path, from, to } of bounded) {
      const [section = '', key = ''] = path.split('.');
      const takes = (value: number) => () => parsePolicy(JSON.stringify({ [section]: { [key]: value } }), 'p');
      for (const value of [from, to]) expect(takes(value), path).not.toThrow();
      for (const value of [from - 1, to + 1]) expect(takes(value), path).toThrow('must be a whole number');
    }
  });

  it('says of the keys of later releases that they are refused, and they are', () => {
    for (const key of laterKeys) expect(describePolicy()).toContain(`\`${key}\``);
  });
});

describe('policy.example.yaml', () => {
  const text = kept('policy.example.yaml');
  const uncommented = text.replace(/^#(?!#)/gm, '');

  it('is what the schema gives; if not, run `npm run reference`', () => {
    expect(text).toBe(examplePolicy());
  });

  it('means the built-in policy as it stands', () => {
    expect(parsePolicy(text, 'policy.example.yaml')).toEqual(parsePolicy('', 'p'));
  });

  it('has every key, and is a policy when all of them are used', () => {
    expect(() => parsePolicy(uncommented, 'policy.example.yaml')).not.toThrow();
    const found = (value: unknown, path: string): string[] => {
      if (Array.isArray(value))
        return value.flatMap((item) => (typeof item === 'object' ? found(item, `${path}[]`) : []));
      if (typeof value !== 'object' || value === null || path.endsWith('app_metadata')) return [];
      return Object.entries(value).flatMap(([key, item]) => {
        const here = path === '' ? key : `${path}.${key}`;
        return [here, ...found(item, here)];
      });
    };
    expect(found(parse(uncommented), '')).toEqual(pages.map(({ path }) => path));
  });

  it('shows the defaults of the schema', () => {
    const { limits, contacts, binding, directoryAddresses } = parse(uncommented);
    const builtIn = parsePolicy('', 'p');
    expect(limits).toEqual(builtIn.limits);
    expect({ ...contacts, phoneCountries: undefined, blockedDomains: [] }).toEqual({
      ...builtIn.contacts,
      phoneCountries: undefined,
    });
    expect([binding, directoryAddresses]).toEqual([builtIn.binding, 'believed']);
  });
});
