// How a request ended that did not do what was asked, as a code of the REST flow.
import type { Ending } from '../../flows/ending.ts';
import type { Instant } from '../../flows/ids.ts';
import { type ProblemAnswer, problem } from './answers.ts';
import type { ErrorCode, FlowResult } from './api.ts';

type Because = Ending['because'];

const codeOf: Readonly<Record<Exclude<Because, keyof typeof resultOf>, ErrorCode>> = {
  disabled: 'ACCOUNT_BLOCKED',
  frozen: 'ACCOUNT_PAUSED',
  denied: 'APPROVAL_DENIED',
  'attempts-spent': 'LIMIT_REACHED',
  'sends-spent': 'LIMIT_REACHED',
  'unlocks-spent': 'LIMIT_REACHED',
  'contacts-resting': 'LIMIT_REACHED',
  'changed-too-soon': 'LIMIT_REACHED',
  'passwords-refused': 'LIMIT_REACHED',
  'old-passwords-wrong': 'LIMIT_REACHED',
  flow: 'EXPIRED',
  approval: 'EXPIRED',
  link: 'EXPIRED',
  password: 'EXPIRED',
  person: 'CANCELLED',
  superseded: 'CANCELLED',
  operator: 'CANCELLED',
  disowned: 'CANCELLED',
  elsewhere: 'CANCELLED',
  'settled-by-helpdesk': 'CANCELLED',
  unreachable: 'SERVICE_UNAVAILABLE',
  limited: 'SERVICE_UNAVAILABLE',
  'codes-limited': 'SERVICE_UNAVAILABLE',
  unconfirmed: 'OUTCOME_UNKNOWN',
  'password-unconfirmed': 'OUTCOME_UNKNOWN',
  'no-contact': 'HELPDESK_NEEDED',
  'contact-unconfirmed': 'HELPDESK_NEEDED',
  unsupported: 'HELPDESK_NEEDED',
  'proof-mismatch': 'HELPDESK_NEEDED',
  'denied-by-provider': 'HELPDESK_NEEDED',
  'no-helpdesk': 'HELPDESK_NEEDED',
  'second-proof-impossible': 'HELPDESK_NEEDED',
  'password-blocked': 'HELPDESK_NEEDED',
  'sign-in-needed': 'HELPDESK_NEEDED',
  barred: 'HELPDESK_NEEDED',
  'refused-by-provider': 'HELPDESK_NEEDED',
  'not-permitted': 'HELPDESK_NEEDED',
  'locked-again': 'HELPDESK_NEEDED',
  'helpdesk-unreachable': 'HELPDESK_NEEDED',
  bot: 'HELPDESK_NEEDED',
  deactivated: 'HELPDESK_NEEDED',
  guest: 'HELPDESK_NEEDED',
  invited: 'HELPDESK_NEEDED',
  external: 'HELPDESK_NEEDED',
  'unconfirmed-email': 'HELPDESK_NEEDED',
};

const resultOf = {
  'password-changed': 'PASSWORD_CHANGED',
  'changed-elsewhere': 'PASSWORD_CHANGED',
  'requested-elsewhere': undefined,
  unlocked: 'UNLOCKED',
  'not-locked': 'NOT_LOCKED',
  'contact-imported': undefined,
  enrolled: undefined,
} as const satisfies Readonly<Record<Extract<Ending, { outcome: 'done' }>['because'], FlowResult | undefined>>;

const inCapitals = (words: string): string => words.toUpperCase().replaceAll('-', '_');

/** The detail of what the code sums up. A reason of the helpdesk, or what a directory says, is more than the kind of ending. */
function detailOf(ending: Exclude<Ending, { outcome: 'done' }>): string {
  if (ending.because === 'denied') return inCapitals(ending.reason);
  return inCapitals(ending.because === 'barred' ? ending.barrier : ending.because);
}

export type EndedAs =
  | { readonly is: 'done'; readonly result?: FlowResult; readonly mustChange?: true }
  | { readonly is: 'not-done'; readonly answer: ProblemAnswer };

export function endedAs(ending: Ending, now: Instant): EndedAs {
  if (ending.outcome === 'done') {
    const result = resultOf[ending.because];
    const mustChange = ending.because === 'password-changed' && ending.mustChange === true;
    return {
      is: 'done',
      ...(result === undefined ? {} : { result }),
      ...(mustChange ? { mustChange: true } : {}),
    };
  }
  const again = 'again' in ending ? { inMs: ending.again - now } : {};
  return { is: 'not-done', answer: problem(codeOf[ending.because], { detail: detailOf(ending), ...again }) };
}
