// The way on from every ending, and from every card on which somebody may be stuck.
import { countUsable, type ListedContact } from '../../flows/contact.ts';
import type { Ending } from '../../flows/ending.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Line, Text } from './card.ts';
import { line, press } from './card-parts.ts';

/** How people can be reached: in the helpdesk's channel, and as the operator says; and what else may get them in. */
export interface HelpdeskWays {
  readonly hasChannel: boolean;
  /** In the operator's words. */
  readonly contact?: string;
  /** Whether the sign-in page has *Forgot password?* for everybody with a password there. Absent: nobody is pointed to it. */
  readonly hasForgotLink?: () => boolean;
}

export interface WaysOn {
  readonly lines: readonly Line[];
  readonly actions: readonly Action[];
}

/**
 * `ask`: asks the helpdesk in its channel; without a channel, says how to contact it. `call`: says how to contact it, even where
 * it has a channel. `again`: a new request of this kind. `reset`: a request for a new password. `unlock`: one to lift the lock.
 * `contacts`: the person's own contacts. `enroll`: the same, for somebody who has none. `second`: the same, for somebody who has one. `confirm`: the same, for
 * somebody who has none that is confirmed. `sign-in-page`: its own *Forgot password?*; never where a limit or a protection has ended the
 * request.
 */
type Way =
  | 'sign-in-page'
  | 'ask'
  | 'call'
  | 'again'
  | 'reset'
  | 'unlock'
  | 'contacts'
  | 'enroll'
  | 'second'
  | 'confirm';

const waysFrom: Readonly<Record<Ending['because'], readonly Way[]>> = {
  // These have worked: nothing more is needed.
  unlocked: [],
  'password-changed': [],
  enrolled: [],
  // Whoever was not told the new password by an administrator; and from a day later on, who did not change it.
  'changed-elsewhere': ['ask'],
  'requested-elsewhere': ['ask'],
  'contact-imported': ['contacts'],
  'not-locked': ['reset'],
  'no-contact': ['enroll', 'ask', 'sign-in-page'],
  'contact-unconfirmed': ['confirm', 'ask', 'sign-in-page'],
  disabled: ['ask'],
  barred: ['ask'],
  unsupported: ['ask'],
  'proof-mismatch': ['ask'],
  'denied-by-provider': ['ask'],
  disowned: ['ask'],
  elsewhere: ['again', 'ask'],
  'no-helpdesk': ['ask', 'call'],
  'second-proof-impossible': ['enroll', 'ask'],
  'passwords-refused': ['again', 'ask'],
  'old-passwords-wrong': ['reset', 'ask'],
  'password-blocked': ['unlock', 'reset', 'ask'],
  'changed-too-soon': ['ask'],
  'sign-in-needed': ['contacts', 'reset', 'ask'],
  'attempts-spent': ['ask'],
  'sends-spent': ['ask'],
  'unlocks-spent': ['ask'],
  'contacts-resting': ['contacts', 'ask', 'sign-in-page'],
  frozen: ['ask'],
  denied: ['ask'],
  // The helpdesk is not asked for people who are not employees: strangers could fill its channel. The sentence says whom to ask.
  bot: [],
  guest: [],
  external: [],
  deactivated: ['call'],
  invited: ['again'],
  'unconfirmed-email': ['again', 'call'],
  flow: ['again'],
  approval: ['again', 'ask', 'call'],
  link: ['again', 'ask'],
  password: ['again', 'ask'],
  person: ['again'],
  superseded: ['again'],
  operator: ['again', 'ask'],
  unreachable: ['again', 'ask'],
  'refused-by-provider': ['ask'],
  'not-permitted': ['ask'],
  limited: ['again', 'ask'],
  'codes-limited': ['again', 'ask'],
  unconfirmed: ['again', 'ask'],
  'locked-again': ['ask'],
  'password-unconfirmed': ['again', 'ask'],
  'helpdesk-unreachable': ['ask', 'call'],
  'settled-by-helpdesk': ['ask'],
};

/** By how many contacts somebody has at the end of an enrolment. Whoever is advised to have two gets the button for it. */
const afterEnrolment: readonly (readonly Way[])[] = [['enroll'], ['second']];

/** `contacts`: those at the end of an enrolment. */
export function waysOnFrom(
  ending: Ending,
  helpdesk: HelpdeskWays,
  copy: Copy,
  contacts?: readonly ListedContact[],
): WaysOn {
  const { because } = ending;
  // What keeps locking the account is often beyond what the person can find alone.
  if (because === 'unlocked' && ending.isAgain === true) return drawWays(['ask'], helpdesk, copy);
  const more = because === 'enrolled' && contacts !== undefined ? afterEnrolment[countUsable(contacts)] : undefined;
  return drawWays(more ?? waysFrom[because], helpdesk, copy);
}

const backToTheStart: ReadonlySet<Way> = new Set(['again', 'reset', 'unlock']);
/** Whether another request may help. For places without buttons for each kind of it. */
export const mayStartAgain = ({ because }: Ending): boolean => waysFrom[because].some((way) => backToTheStart.has(way));

export const askHelpdesk = (helpdesk: HelpdeskWays, copy: Copy): WaysOn => drawWays(['ask'], helpdesk, copy);

/** The same for everybody: it is a fact about the tenant, and says nothing of an account. */
export const forgotOnSignInPage = ({ hasForgotLink }: HelpdeskWays, copy: Copy): readonly Text[] =>
  hasForgotLink?.() === true ? [copy.forgotOnSignInPage] : [];

function drawWays(ways: readonly Way[], helpdesk: HelpdeskWays, copy: Copy): WaysOn {
  const { hasChannel, contact } = helpdesk;
  const window = { opensWindow: true };
  const needsContact = ways.includes('call') || (ways.includes('ask') && !hasChannel);
  return {
    lines: [
      ...(ways.includes('sign-in-page') ? forgotOnSignInPage(helpdesk, copy).map((text) => line(text)) : []),
      ...(needsContact && contact !== undefined ? [line(copy.helpdeskContact(contact))] : []),
    ],
    actions: [
      ...(ways.includes('again') ? [press('restart', copy.buttons.startAgain, window)] : []),
      ...(ways.includes('reset') ? [press('start-reset', copy.buttons.forgotPassword, window)] : []),
      ...(ways.includes('unlock') ? [press('start-unlock', copy.buttons.lockedOut, window)] : []),
      ...(ways.includes('contacts') ? [press('start-enrolment', copy.ownContacts, window)] : []),
      ...(ways.includes('second') ? [press('start-enrolment', copy.enrollSecond, window)] : []),
      ...(ways.includes('enroll') ? [press('start-enrolment', copy.enrollNow, { ...window, style: 'primary' })] : []),
      ...(ways.includes('confirm')
        ? [press('start-enrolment', copy.confirmContact, { ...window, style: 'primary' })]
        : []),
      ...(ways.includes('ask') && hasChannel ? [press('ask-helpdesk', copy.buttons.askHelpdesk, window)] : []),
    ],
  };
}
