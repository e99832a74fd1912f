// English for notifications: what a lock screen shows. They name the act and the person, and hold no contact, not even a masked one.
import type { MadeChange } from '../../../flows/enrolment-state.ts';
import { isVouched } from '../../../flows/ids.ts';
import type { HelpdeskOutcome, HelpdeskScreen, PersonScreen } from '../../../flows/screen.ts';
import type { DeadCode, FlowKind } from '../../../flows/state.ts';
import { unreachable } from '../../../flows/unreachable.ts';
import type { Text } from '../../cards/card.ts';
import type { End, NotificationCopy } from '../copy.ts';
import { ended } from './ended.ts';

const acts: Readonly<Record<FlowKind, string>> = {
  reset: 'reset their password',
  unlock: 'unlock their account',
  change: 'change their password',
  enroll: 'change their recovery contacts',
};
const yours: Readonly<Record<FlowKind, string>> = {
  reset: 'reset your password',
  unlock: 'unlock your account',
  change: 'change your password',
  enroll: 'change your recovery contacts',
};
const things: Readonly<Record<FlowKind, string>> = {
  reset: 'password reset',
  unlock: 'unlock',
  change: 'password change',
  enroll: 'change of contacts',
};
const disowned: Readonly<Record<FlowKind, string>> = {
  reset: `ask for this ${things.reset}`,
  unlock: `ask for this ${things.unlock}`,
  change: acts.change,
  enroll: acts.enroll,
};
const delayed: Text = ["We can't reach the sign-in service right now. We'll keep trying."];

export const notifications: NotificationCopy = {
  changedElsewhere: (what) => [`${madeChanges[what]}: if it wasn't you, tell us here`],
  forPerson,
  forHelpdesk,
  helpWanted: (person, isProven) => [
    { person },
    isProven ? ' asks for help. Verified.' : ' asks for help. Not verified.',
  ],
};

const deadCodes: Readonly<Record<DeadCode, string>> = {
  'used-up': 'Your code no longer works',
  expired: 'Your code has expired',
  'too-old': 'Your code is too old',
};
const outcomes: Readonly<Partial<Record<HelpdeskOutcome, string>>> = {
  expired: 'Nobody answered',
  unconfirmed: 'Nobody checked',
};

function forPerson(screen: PersonScreen, isTold: boolean): Text {
  switch (screen.shows) {
    case 'looking-you-up':
      return screen.delayed
        ? delayed
        : [`Looking up your ${screen.kind === 'change' ? 'account' : 'recovery contacts'}`];
    case 'choose-contact':
      return [screen.first === undefined ? 'Choose where we send your code' : 'One more proof is needed'];
    case 'sending-code':
      return screen.delayed ? delayed : ['Sending you a code'];
    case 'enter-code':
      return screen.after === 'sent' ? ['Enter the code we sent you'] : ['Enter the code we sent you once more'];
    case 'code-dead':
      return [deadCodes[screen.why]];
    case 'enter-recovery-code':
      return [screen.after === 'asked' ? 'Enter a recovery code' : 'Enter another recovery code'];
    case 'checking-code':
    case 'checking-recovery-code':
      return ['Checking your code'];
    case 'verified':
      return screen.delayed ? delayed : ["You're verified. One moment"];
    case 'waiting-for-helpdesk':
      return [`You're verified. The helpdesk has been asked to approve your ${things[screen.kind]}`];
    case 'unlocking':
      return screen.delayed ? delayed : ['Unlocking your account'];
    case 'change-link':
      return [screen.needsSignIn ? 'Sign in to change your password' : 'Change your password in your browser'];
    case 'link':
      if (screen.retried) return ["We couldn't open the password page. Try again"];
      return [
        screen.isApproved ? 'Approved: continue to choose a new password' : "You're verified. Choose a new password",
      ];
    case 'link-opened':
      return ['Save your new password on the page that was opened'];
    case 'mailing-link':
      return screen.delayed ? delayed : ['Asking for an email with a link'];
    case 'link-mailed':
      return [
        screen.isApproved
          ? 'Approved: open the link in your work email'
          : "You're verified. Open the link in your work email",
      ];
    case 'password-page':
      return [
        screen.again === undefined
          ? 'Save your new password on the page that was opened'
          : 'Your new password is not saved yet. Try again later',
      ];
    case 'confirming-password':
      return ["We couldn't confirm whether your new password was saved"];
    case 'contacts':
      return contactsNews(screen);
    case 'remove-contact':
      return ['Choose how to remove a recovery contact'];
    case 'removing':
      return screen.delayed ? delayed : ['Removing a recovery contact'];
    case 'in-doubt':
      return ["We couldn't confirm whether your account was unlocked"];
    case 'ended':
      if (screen.pauseLiftedAt !== undefined) return ['An administrator lifted the pause on your account'];
      if (screen.disownedAt !== undefined) return ["We were told that it wasn't you. We've stopped everything"];
      return headlineOf(screen) ?? ended(screen, isTold)[0] ?? [];
    default:
      return unreachable(screen);
  }
}

const madeChanges = {
  added: 'A recovery contact was added',
  removed: 'A recovery contact was removed',
  'recovery-codes': 'New recovery codes were created',
  bound: 'A chat was connected to your account',
};

/** Names no contact: a lock screen is read by others. */
const contactsNews = ({ changes, step }: Extract<PersonScreen, { shows: 'contacts' }>): Text =>
  lastChange(changes) ?? [step === 'sign-in' ? 'Your recovery contacts' : 'Continue in your browser'];

function lastChange(changes: readonly MadeChange[] = []): Text | undefined {
  const last = changes.at(-1);
  return last === undefined ? undefined : [`${madeChanges[last.what]}: if it wasn't you, tell us here`];
}

/** The first words say what happened. Undefined: the first line of the card does. */
function headlineOf({ kind, ending, enrolment }: End): Text | undefined {
  switch (ending.because) {
    case 'enrolled':
      return lastChange(enrolment?.changes) ?? ['Your recovery contacts'];
    case 'unlocked':
      return ['Unlocked: sign in with your current password'];
    case 'password-changed':
      return ["Password changed: if it wasn't you, tell us here"];
    case 'changed-elsewhere':
      return ["Your password was changed: if it wasn't you, tell us here"];
    case 'requested-elsewhere':
      return [
        `${ending.changedAt === undefined ? `Somebody asked to ${yours[kind]}` : 'Your password was changed'}: if it wasn't you, tell us here`,
      ];
    case 'contact-imported':
      return ["Your company added a recovery contact: if it isn't yours, tell us here"];
    case 'denied':
      return [
        kind === 'unlock' ? 'Declined: your account was not unlocked' : 'Declined: your password was not changed',
      ];
    case 'approval':
      return ['Expired: nobody from the helpdesk answered in time'];
    case 'link':
      return ['Expired: start again for a new link'];
    case 'password':
      return ["Expired: we didn't see a new password"];
    case 'unconfirmed':
      return ['Not confirmed: try to sign in'];
    case 'passwords-refused':
      return ['Your password was not changed: start again or ask the helpdesk'];
    case 'password-unconfirmed':
      return ['Not confirmed: try to sign in with your new password'];
    case 'settled-by-helpdesk':
      return ['The helpdesk has taken care of this: try to sign in'];
    case 'helpdesk-unreachable':
      return ['Please call the helpdesk: we could not reach them'];
    default:
      return undefined;
  }
}

function forHelpdesk(screen: HelpdeskScreen): Text {
  const { kind, person: who, account } = screen;
  const person = { person: who, ...(account === undefined ? {} : { account }) };
  switch (screen.shows) {
    case 'approval':
      return [person, ` asks ${isVouched(who) ? '' : 'on the web '}to ${acts[kind]}`];
    case 'approved':
    case 'over':
      return [
        `${outcomes[screen.outcome] ?? (screen.shows === 'over' ? 'No longer open' : 'Approved')}: ${things[kind]} for `,
        person,
      ];
    case 'denied':
      return [`Denied: ${things[kind]} for `, person];
    case 'help-wanted':
      return [person, ` needs help with their ${things[kind]}`];
    case 'doubt':
      return ['Unlock not confirmed: please check the account of ', person];
    case 'mismatch':
      return [`Stopped: ${things[kind]} for `, person, '. The code belonged to a different account'];
    case 'disowned':
      if (screen.pauseLiftedAt !== undefined)
        return ["An administrator lifted the pause after “It wasn't me” of ", person];
      if (screen.requestedAt !== undefined)
        return ["It wasn't me: ", person, ` didn't ${disowned[kind]} on the web. Please call them.`];
      if (screen.isNotice === true && kind === 'enroll')
        return ["It wasn't me: ", person, " says that a new contact isn't theirs. Please call them."];
      return screen.changedAt === undefined
        ? ["It wasn't me: ", person, ` didn't ${disowned[kind]}. Please call them.`]
        : ["It wasn't me: a password was set that ", person, " didn't choose. Please call them."];
    default:
      return unreachable(screen);
  }
}
