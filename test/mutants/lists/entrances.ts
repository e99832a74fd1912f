// Mutants of what has to be the same wherever a person asks.
import type { Mutant } from '../mutant.ts';

const every = 'test/stories/every-entrance.test.ts';
const two = 'test/stories/two-entrances.test.ts';

export const entrances: readonly Mutant[] = [
  {
    name: 'page-hides-why-declined',
    file: 'src/bot/recovery-view.ts',
    find: '    heading: phrase(heading),\n    paragraphs: [...rest',
    replace: "    heading: phrase(ending.because === 'denied' ? [] : heading),\n    paragraphs: [...rest",
    tests: [`${every} › reads that the helpdesk declined, and why, and stays locked out`],
    why: 'a person reads why their request was declined',
  },
  {
    name: 'rest-forgets-approval',
    file: 'src/adapters/rest/steps.ts',
    find: "attributes: { nextStep: 'APPROVAL_REQUIRED', approvals, until }",
    replace: "attributes: { nextStep: 'NEW_PASSWORD_REQUIRED' }",
    tests: [`${every} › gets no way to a new one before the helpdesk has approved, where the rule asks for that`],
    why: 'a client is told that somebody has to approve',
  },
  {
    name: 'web-has-limits-of-its-own',
    file: 'src/store/flow-transition.ts',
    find: 'account === undefined ? emptyBudget : await readBudget(',
    replace: 'account === undefined || !isVouched(flow.actor) ? emptyBudget : await readBudget(',
    tests: [`${two} › no unlock of the day is left, and whoever has typed the code is told`],
    why: 'what an account may use up is used up wherever its person asks',
  },
  {
    name: 'web-leaves-nothing-to-chat',
    file: 'src/engine/policy-of.ts',
    find: 'Math.max(1, limit - Math.max(1, Math.floor(limit / 3)))',
    replace: 'limit',
    tests: [`${two} › one code of the hour is left`],
    why: 'strangers who type a name leave its owner a code in chat',
  },
  {
    name: 'typed-name-ends-proven-request',
    file: 'src/store/flow-transition.ts',
    find: '  if (proof === undefined) return true;\n',
    replace: '  if (proof !== undefined) return true;\n',
    tests: [`${two} › the second one gives way while the helpdesk is asked for the first`],
    why: 'a name that anybody may have typed ends no proven request',
  },
];
