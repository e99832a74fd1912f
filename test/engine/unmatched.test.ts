import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { remedies, unmatchedLater } from '../../src/engine/unmatched.ts';
import type { Ending } from '../../src/flows/ending.ts';
import { accountId, instant } from '../../src/flows/ids.ts';

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

const granted = { account: accountId('auth0|1'), proof: { channel: 'email', at: instant(1) }, approvals: [] } as const;
const identifying = { at: 'identifying', delayed: false, until: instant(9) } as const;
const inspecting = { at: 'inspecting', ...granted, delayed: false, until: instant(9) } as const;
const fulfilling = { at: 'fulfilling', ...granted, delayed: false, until: instant(9) } as const;

it.each<[Ending['because'], string, string | undefined, Parameters<typeof unmatchedLater>[0]['state']]>([
  ['disabled', 'between approval and act', 'blocked', fulfilling],
  ['denied-by-provider', 'at the proof', 'denied', inspecting],
  ['no-contact', 'because somebody else was bound meanwhile', 'not-bound', inspecting],
  ['deactivated', 'because they left between proof and act', 'deactivated', fulfilling],
  ['guest', 'because they became one', 'guest', fulfilling],
  ['no-contact', 'at the look-up, which reports it', undefined, identifying],
  ['deactivated', 'at the look-up, which reports it', undefined, identifying],
  ['unlocked', 'as it should', undefined, fulfilling],
])('a request that ends with %s %s counts as %s', (because, _, reason, state) => {
  expect(unmatchedLater({ state }, because)).toBe(reason);
});
