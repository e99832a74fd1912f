import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { remedies } from '../../src/engine/unmatched.ts';

const runbook = readFileSync(new URL('../../RUNBOOK.md', import.meta.url), 'utf8');
const [, section = ''] = runbook.split('## People who are not matched');
const [table = ''] = section.split('\n## ');

it.each(Object.entries(remedies))('the reason %s has a remedy, in the log and in the runbook', (reason, remedy) => {
  expect(remedy).toMatch(/^.{15,160}\.$/);
  expect(table).toMatch(new RegExp(`^\\| (?:\`[a-z-]+\`, )*\`${reason}\`[^|]* \\| [^|]{20,} \\| [^|]{5,} \\|$`, 'm'));
});

it('of somebody who is absent, the log and the runbook say that capitals may be why', () => {
  expect(remedies.absent).toContain('capitals included');
  expect(table).toMatch(/^\| `absent` \|.*Auth0 compares capitals.*in lower case/m);
});

it('the runbook has no reason that does not exist', () => {
  const named = table
    .split('\n')
    .filter((line) => line.startsWith('| `') && !line.includes('| meaning |'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, reason]) => reason));
  expect(named.toSorted()).toEqual(Object.keys(remedies).toSorted());
});
