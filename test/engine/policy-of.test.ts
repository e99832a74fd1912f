// Whoever typed a name uses up a part of what an account has, so that its owner is left enough in chat.
import { expect, it } from 'vitest';
import { createPolicyOf, limitsOfName } from '../../src/engine/policy-of.ts';
import { knownActor } from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';

const policy: PolicyRules = {
  ...{ rules: [], binding: 'optional', hasHelpdesk: true, limits: defaultLimits, contacts: defaultContactRules },
};
const [inChat, typed] = [knownActor('slack:T0ACME:U0JANE'), knownActor('web:typed:someone')];

it('people in chat have the policy as it stands', () => {
  expect(createPolicyOf(policy, 2)(inChat)).toBe(policy);
});

it('a request with a typed name needs the approvals that the policy adds', () => {
  expect(createPolicyOf(policy, 1)(typed).extraApprovals).toBe(1);
});

it('a request with a typed name is announced to the owner of the account, and a request in chat is not', () => {
  expect(createPolicyOf(policy, 0)(typed).announcesRequests).toBe(true);
  expect(createPolicyOf(policy, 0)(inChat)).not.toHaveProperty('announcesRequests');
});

it.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [6, 4],
  [10, 7],
  [50, 34],
])('of %i codes or wrong tries, %i are for typed names', (limit, share) => {
  const limits = { ...defaultLimits, codesPerHour: limit, codeFailuresPerDay: limit };
  const { codesPerHour, codeFailuresPerDay, ...rest } = createPolicyOf({ ...policy, limits }, 0)(typed).limits;
  expect([codesPerHour, codeFailuresPerDay]).toEqual([share, share]);
  const { codesPerHour: _codes, codeFailuresPerDay: _failures, ...others } = limits;
  expect(rest).toEqual(others);
});

it('a name has the same limits as an account, so that neither shows which it was', () => {
  expect(createPolicyOf(policy, 0)(typed).limits).toEqual(limitsOfName(policy));
});
