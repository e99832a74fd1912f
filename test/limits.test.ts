// docs/limits.md has the numbers that hold: each row that names a constant or a key of the policy is compared with it, and no limit of
// the flows is left out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../src/config/policy/policy-file.ts';
import { policyKeys } from '../src/config/policy/reference.ts';
import { defaultLimits } from '../src/flows/limits.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = (file: string): string => readFileSync(join(root, 'src', `${file}.ts`), 'utf8');
const page = readFileSync(join(root, 'docs/limits.md'), 'utf8');

/** A constant is a number, or a product of numbers and of other constants: of its file, or of the flows' limits. */
function constantIn(file: string, name: string): number {
  const pattern = new RegExp(`(?:const |[{,] )${name} = ([\\w .*]+)[;,]`);
  const [, text] = pattern.exec(source(file)) ?? pattern.exec(source('flows/limits')) ?? [];
  if (text === undefined) throw new Error(`${file}.ts has no constant ${name}`);
  return text
    .split('*')
    .map((factor) => factor.trim().replaceAll('_', ''))
    .map((factor) => (/^[\d.]+$/.test(factor) ? Number(factor) : constantIn(file, factor)))
    .reduce((product, factor) => product * factor, 1);
}

const unitSeconds: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };

/** `24 hours`, `65,536`, `3 times`; durations in seconds. */
function shown(cell: string): number {
  const [, amount = '', unit = ''] = /^([\d.,]+)(?: (second|minute|hour|day|time)s?)?$/.exec(cell) ?? [];
  return Number(amount.replaceAll(',', '')) * (unitSeconds[unit] ?? 1);
}

const inSeconds = (name: string, value: number): number => {
  if (name.endsWith('Ms')) return value / 1_000;
  return name.endsWith('Hours') ? value * 3_600 : value;
};

const rows = page.split('\n').flatMap((line) => {
  const [, what = '', number = '', where = ''] = /^\| (.+?) \| ([\d.,]+[^|]*) \| (.*?) ?\|$/.exec(line) ?? [];
  return what === '' ? [] : [{ what, number: number.trim(), where }];
});
const named = rows.flatMap(({ what, number, where }) => {
  const [, file, name] = /^<!-- ([\w/-]+) (\w+) -->$/.exec(where) ?? [];
  return file === undefined || name === undefined ? [] : [{ what, number, file, name }];
});
const ofPolicy = rows.flatMap(({ what, number, where }) => {
  const [, part, name] = /^`(\w+)\.(\w+)`$/.exec(where) ?? [];
  return part === undefined || name === undefined ? [] : [{ what, number, part, name }];
});

it('has rows, and each says where its number comes from', () => {
  expect(rows.length).toBeGreaterThan(50);
  const others = rows.length - named.length - ofPolicy.length;
  // Those of Auth0, Slack and Teams, which are in no constant.
  expect(others).toBe(7);
});

it.each(named)('$what: $number ($file)', ({ number, file, name }) => {
  expect(shown(number)).toBe(inSeconds(name, constantIn(file, name)));
});

it.each(ofPolicy)('$what: $number (policy, $part.$name)', ({ number, part, name }) => {
  const policy: Readonly<Record<string, unknown>> = Object(Object(parsePolicy('', 'built-in'))[part]);
  expect(policyKeys().map(({ path }) => path)).toContain(`${part}.${name}`);
  expect(shown(number)).toBe(inSeconds(name, Number(policy[name])));
});

describe('nothing is left out:', () => {
  it('every limit of the policy has a row', () => {
    expect(ofPolicy.filter(({ part }) => part === 'limits').map(({ name }) => name)).toEqual(
      expect.arrayContaining(Object.keys(defaultLimits)),
    );
  });

  /** Nobody meets these: they are room for clocks, processes and providers, units, or how late news may come. */
  const ofTheInside = [
    ...[
      'checkSeconds',
      'sendSeconds',
      'openSeconds',
      'setSeconds',
      'adriftSeconds',
      'skewSeconds',
      'seenSeconds',
      'lateNewsSeconds',
    ],
    ...['hourSeconds', 'daySeconds', 'monthSeconds'],
  ];

  it('every other limit of the flows has a row, or is one that nobody meets', () => {
    const all = [...source('flows/limits').matchAll(/^export const (\w+) = /gm)].map(([, name]) => name ?? '');
    const shownHere = named.filter(({ file }) => file === 'flows/limits').map(({ name }) => name);
    expect([...shownHere, ...ofTheInside].toSorted()).toEqual(all.toSorted());
  });
});

it('the bounds of approvals and proofs are those of the schema', () => {
  const form = (path: string): string => policyKeys().find((key) => key.path === path)?.leaf?.form ?? '';
  expect(form('rules[].reset.approvals')).toContain('to 5');
  expect(form('rules[].reset.proofs')).toBe('1 or 2');
  expect(page).toContain('at most 5 approvals and 2 proofs');
});
