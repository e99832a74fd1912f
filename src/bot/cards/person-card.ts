// Screen → Card for the person: chooses the lines, the input and the buttons. The texts come from the copy.

import { changeIn, type Ending } from '../../flows/ending.ts';
import type { PersonScreen } from '../../flows/screen.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Card, Line, Tone } from './card.ts';
import { line, press, summaryOf } from './card-parts.ts';
import {
  changeLines,
  contactLines,
  enrolLinks,
  removalActions,
  removalLines,
  takenBackLines,
} from './contacts-card.ts';
import {
  bodyWith,
  cancelAction,
  notMe,
  notMeYet,
  type PersonBody,
  type PersonCardParts,
  underWay,
  waiting,
} from './person-body.ts';
import { chooseContact, codeDead, enterCode, enterRecoveryCode } from './proof-card.ts';
import { askHelpdesk, waysOnFrom } from './ways-on.ts';

export function personCard(screen: PersonScreen, parts: PersonCardParts): Card {
  const { copy, remarks = [] } = parts;
  const body = bodyOf(screen, parts);
  const lines = [...remarks, ...aim(screen, copy), ...body.lines];
  return {
    closeLabel: screen.shows === 'ended' ? copy.close : copy.notNow,
    ...body,
    flow: screen.flow,
    version: screen.version,
    title: titleOf(screen, copy),
    summary: summaryOf(copy.notifications.forPerson(screen, parts.helpdesk.hasChannel), copy),
    lines,
  };
}

const titleOf = (screen: PersonScreen, copy: Copy): string =>
  screen.shows === 'ended' && isAboutAccount(screen.ending) ? copy.unaskedTitle : copy.title[screen.kind];

/** What others did to it or asked for, in texts that are no answer to anything. */
const isAboutAccount = ({ because }: Ending): boolean =>
  because === 'changed-elsewhere' || because === 'requested-elsewhere';

const proving: ReadonlySet<PersonScreen['shows']> = new Set([
  'choose-contact',
  'sending-code',
  'enter-code',
  'code-dead',
  'enter-recovery-code',
]);

/** What the code is for, where it does not get somebody in: it is the last step, and nobody is asked once more. */
const aim = ({ shows, removes }: PersonScreen, copy: Copy): readonly Line[] =>
  removes === undefined || !proving.has(shows) ? [] : [line(copy.removesThis(removes.channel, removes.masked))];

function bodyOf(screen: PersonScreen, parts: PersonCardParts): PersonBody {
  const { copy } = parts;
  switch (screen.shows) {
    case 'looking-you-up':
      return waiting(screen, copy.lookingUp(screen.kind), parts);
    case 'choose-contact':
      return chooseContact(screen, parts);
    case 'sending-code':
      return waiting(screen, copy.sending(screen.contact.masked), parts, copy.codesPaused);
    case 'enter-code':
      return enterCode(screen, parts);
    case 'code-dead':
      return codeDead(screen, parts);
    case 'enter-recovery-code':
      return enterRecoveryCode(screen, parts);
    case 'checking-code':
    case 'checking-recovery-code':
      return { lines: [line(copy.checking)], inputs: [], actions: [] };
    case 'verified':
      return waiting(screen, copy.verifiedLooking, parts);
    case 'waiting-for-helpdesk':
      return {
        lines: [
          line(copy.verified, 'success'),
          line(copy.helpdeskAsked(screen.usualSeconds, screen.until)),
          ...recoveryCodesLeft(screen, copy),
          ...(screen.needed > 1 ? [line(copy.approvalsSoFar(screen.approvals.length, screen.needed), 'quiet')] : []),
        ],
        inputs: [],
        actions: [cancelAction(copy), notMeYet({ ...parts, kind: screen.kind })],
        closeLabel: copy.close,
      };
    case 'unlocking':
      return { ...underWay(screen, copy.unlocking(screen.approvals), parts), closeLabel: copy.close };
    case 'change-link':
      return changeLink(screen, parts);
    case 'link':
      return link(screen, parts);
    case 'link-opened':
      return linkOpened(screen, parts);
    case 'mailing-link':
      return { ...waiting(screen, copy.mailingLink(screen.isAgain), parts), closeLabel: copy.close };
    case 'link-mailed':
      return linkMailed(screen, parts);
    case 'password-page':
      return passwordPage(screen, parts);
    case 'confirming-password': {
      const ways = askHelpdesk(parts.helpdesk, copy);
      const text = line(copy.confirmingPassword(screen.until), 'alert');
      return { ...bodyWith([text], ways, [notMe({ ...parts, kind: screen.kind })]), closeLabel: copy.close };
    }
    case 'contacts':
      return contacts(screen, parts);
    case 'remove-contact':
      return removal(screen, parts);
    case 'removing':
      return { ...underWay(screen, copy.removing(screen.contact.masked), parts), closeLabel: copy.close };
    case 'in-doubt': {
      const ways = askHelpdesk(parts.helpdesk, copy);
      return { ...bodyWith([line(copy.inDoubt(parts.helpdesk.hasChannel), 'alert')], ways), closeLabel: copy.close };
    }
    case 'ended':
      return ended(screen, parts);
    default:
      return unreachable(screen);
  }
}

const recoveryCodesLeft = (screen: { readonly recoveryCodesLeft?: number }, copy: Copy): readonly Line[] =>
  screen.recoveryCodesLeft === undefined ? [] : [line(copy.recoveryCodesLeft(screen.recoveryCodesLeft), 'quiet')];

/** Whoever does not know their password after all has come to the wrong place, and must not be left there. */
function changeLink(screen: Extract<PersonScreen, { shows: 'change-link' }>, parts: PersonCardParts): PersonBody {
  const { copy, linkUrl } = parts;
  const open = linkUrl === undefined ? [] : [openLink(copy.buttons.changePassword, linkUrl)];
  const ways = askHelpdesk(parts.helpdesk, copy);
  return {
    lines: [
      screen.needsSignIn ? line(copy.changeNeedsSignIn, 'alert') : line(copy.changeLink),
      line(copy.changeLinkRules(screen.until), 'quiet'),
      ...ways.lines,
    ],
    inputs: [],
    actions: [
      ...open,
      press('start-reset', copy.buttons.forgotPassword, { opensWindow: true }),
      ...ways.actions,
      cancelAction(copy),
    ],
    closeLabel: copy.close,
  };
}

function link(screen: Extract<PersonScreen, { shows: 'link' }>, parts: PersonCardParts): PersonBody {
  const { copy, linkUrl } = parts;
  if (screen.kind === 'change') return goOnInBrowser(screen, parts);
  const open = linkUrl === undefined ? [] : [openLink(copy.buttons.choosePassword, linkUrl)];
  return {
    lines: [
      screen.retried ? line(copy.linkRetried(screen.again), 'alert') : line(copy.verified, 'success'),
      line(screen.isHere === true ? copy.ownPageRules(screen.until) : copy.linkRules(screen.until), 'quiet'),
      ...recoveryCodesLeft(screen, copy),
    ],
    inputs: [],
    actions: [...open, notMeYet({ ...parts, kind: screen.kind })],
    closeLabel: copy.close,
  };
}

/** Who signed in goes on there: the chat has no link to it. Whoever has closed that page starts again. */
function goOnInBrowser({ kind }: PersonScreen, parts: PersonCardParts): PersonBody {
  const { copy } = parts;
  const restart = press('restart', copy.buttons.startAgain, { opensWindow: true });
  return {
    lines: [line(copy.signedInThere, 'success'), line(copy.goOnThere, 'quiet')],
    inputs: [],
    actions: [restart, notMeYet({ ...parts, kind })],
    closeLabel: copy.close,
  };
}

/** As long as the page can be opened again, there is no button for a whole new request: it would void the page that is open. */
function linkOpened(screen: Extract<PersonScreen, { shows: 'link-opened' }>, parts: PersonCardParts): PersonBody {
  const { copy, linkUrl } = parts;
  const { until, againUntil } = screen;
  const opened = line(copy.linkOpened(until));
  if (againUntil === undefined || linkUrl === undefined) {
    const restart = press('restart', copy.buttons.startAgain, { opensWindow: true });
    return {
      lines: [opened, ...(screen.kind === 'change' ? [line(copy.goOnThere, 'quiet')] : [])],
      inputs: [],
      actions: [restart, notMe({ ...parts, kind: screen.kind })],
      closeLabel: copy.close,
    };
  }
  return {
    lines: [opened, line(copy.openAgain(againUntil), 'quiet')],
    inputs: [],
    actions: [openLink(copy.buttons.openAgain, linkUrl), notMe({ ...parts, kind: screen.kind })],
    closeLabel: copy.close,
  };
}

/** Where the mail cannot be asked for again, the helpdesk is the way on: whoever needs the password to read mail sees none. */
function linkMailed(screen: Extract<PersonScreen, { shows: 'link-mailed' }>, parts: PersonCardParts): PersonBody {
  const { copy, helpdesk, saysResend = false } = parts;
  const { until, resend } = screen;
  const from = resend?.from;
  const isNow = resend !== undefined && from === undefined;
  const later = from === undefined || saysResend ? [] : [line(copy.mailAgainFrom(from), 'quiet')];
  const hint = resend === undefined ? [line(copy.noMailLeft, 'quiet')] : later;
  const ways = askHelpdesk(helpdesk, copy);
  return {
    ...bodyWith(
      [
        line(copy.linkMailed, 'success'),
        line(copy.mailRules(until), 'quiet'),
        ...hint,
        ...recoveryCodesLeft(screen, copy),
      ],
      {
        lines: ways.lines,
        actions: [...(isNow ? [press('resend-mail', copy.buttons.sendAgain)] : []), ...ways.actions],
      },
      [cancelAction(copy), notMe({ ...parts, kind: screen.kind })],
    ),
    closeLabel: copy.close,
  };
}

function passwordPage(screen: Extract<PersonScreen, { shows: 'password-page' }>, parts: PersonCardParts): PersonBody {
  const { copy, linkUrl } = parts;
  const { until, again, isUnproven } = screen;
  const open = linkUrl === undefined ? [] : [openLink(copy.buttons.openAgain, linkUrl)];
  // Whoever finds out on the page that they have forgotten the old password must not be left there.
  const ways =
    isUnproven === true
      ? [press('start-reset', copy.buttons.forgotPassword, { opensWindow: true }), cancelAction(copy)]
      : [];
  return {
    lines: [
      line(copy.ownPageOpened(until)),
      ...(again === undefined ? [] : [line(copy.passwordsPaused(again), 'alert')]),
      line(linkUrl === undefined ? copy.goOnThere : copy.openOwnPageAgain, 'quiet'),
    ],
    inputs: [],
    actions: [...open, ...ways, notMe({ ...parts, kind: screen.kind })],
    closeLabel: copy.close,
  };
}

function contacts(screen: Extract<PersonScreen, { shows: 'contacts' }>, parts: PersonCardParts): PersonBody {
  const { copy, linkUrl, helpdesk } = parts;
  const canRemove = screen.step === 'sign-in';
  const list = [
    ...changeLines(screen.changes, screen.contacts, copy),
    ...contactLines(screen.contacts, copy, { canRemove }),
  ];
  if (screen.step === 'in-browser') {
    const text = screen.isBusy ? copy.changingContacts : copy.goOnInBrowser;
    const { lines, actions } = underWay(screen, text, parts);
    // In the window too: the person has just done something in the browser, and this says what came of it.
    // From the sign-in on: somebody who has the password may be typing the code of an address of their own.
    const mayDisown = [notMe({ ...parts, kind: screen.kind })];
    const again = screen.isBusy ? [] : [press('restart', copy.buttons.startAgain, { opensWindow: true })];
    return {
      ...bodyWith([...list, ...lines], { lines: [], actions: [...actions, ...again] }, mayDisown),
      closeLabel: copy.close,
    };
  }
  const links = linkUrl === undefined ? [] : enrolLinks(screen.contacts, linkUrl, copy);
  const usable = screen.contacts.filter(
    ({ usableFrom, unusable }) => usableFrom === undefined && unusable === undefined,
  );
  const isConfirmed = usable.some(({ unconfirmed }) => unconfirmed !== true);
  const recovery = usable.length === 0 ? 'cannot' : isConfirmed ? 'can' : 'perhaps';
  // Whoever cannot sign in has come to the wrong place, and must not be left there.
  const ways = recovery === 'can' ? { lines: [], actions: [] } : askHelpdesk(helpdesk, copy);
  return {
    ...bodyWith(
      [...list, line(copy.signInToChange(screen.until), 'quiet'), line(copy.cannotSignIn(recovery), 'quiet')],
      {
        lines: ways.lines,
        actions: [...links, ...ways.actions],
      },
    ),
    closeLabel: copy.close,
  };
}

/** Whoever cannot sign in, and has no other contact for a code, must not be left there. */
function removal(screen: Extract<PersonScreen, { shows: 'remove-contact' }>, parts: PersonCardParts): PersonBody {
  const { copy, linkUrl, helpdesk } = parts;
  const ways = screen.proving.length > 0 ? { lines: [], actions: [] } : askHelpdesk(helpdesk, copy);
  return bodyWith([...removalLines(screen, copy), ...ways.lines], {
    lines: [],
    actions: [...removalActions(screen, linkUrl, copy), ...ways.actions],
  });
}

const openLink = (label: string, url: string): Action => ({ kind: 'link', act: 'follow-link', label, url });

function ended(screen: Extract<PersonScreen, { shows: 'ended' }>, parts: PersonCardParts): PersonBody {
  const { copy, helpdesk } = parts;
  const { ending, disownedAt, pauseLiftedAt } = screen;
  const { changes = [], contacts: atEnd } = screen.enrolment ?? {};
  const isImported = ending.because === 'contact-imported';
  if (disownedAt !== undefined) {
    const change = disownedChange(screen, copy);
    const told =
      pauseLiftedAt === undefined
        ? line(copy.disowned(isImported ? 'imported' : screen.kind, disownedAt, helpdesk.hasChannel), 'alert')
        : line(copy.pauseLifted(disownedAt, pauseLiftedAt), 'alert');
    const undone = takenBackLines(changes, screen.takenBack ?? [], copy);
    return bodyWith([told, ...undone, ...change], askHelpdesk(helpdesk, copy));
  }
  if (isImported || isAboutAccount(ending)) return unasked(screen, isImported, parts);
  const [first = [], ...rest] = copy.ended(screen, helpdesk.hasChannel);
  return bodyWith(
    [
      ...(screen.takenBack === undefined
        ? changeLines(changes, atEnd ?? [], copy)
        : takenBackLines(changes, screen.takenBack, copy)),
      line(first, toneOf(ending)),
      ...rest.map((text) => line(text, 'quiet')),
      ...(ending.outcome === 'done' ? recoveryCodesLeft(screen, copy) : []),
      ...(atEnd === undefined || screen.takenBack !== undefined
        ? []
        : contactLines(atEnd, copy, { canRemove: ending.outcome === 'done' })),
    ],
    waysOnFrom(ending, helpdesk, copy, atEnd),
    screen.canDisown ? [notMe({ ...parts, kind: screen.kind })] : [],
  );
}

/** The new password, if there is one, is the other's. */
function disownedChange({ kind, ending }: Extract<PersonScreen, { shows: 'ended' }>, copy: Copy): readonly Line[] {
  const { changedAt } = changeIn(ending);
  if (changedAt !== undefined) return [line(copy.disownedChange(changedAt), 'alert')];
  return ending.because === 'requested-elsewhere' && kind === 'reset' ? [line(copy.disownedRequest, 'alert')] : [];
}

/** All lines alike: the last says what to do where it was not them. */
function unasked(
  screen: Extract<PersonScreen, { shows: 'ended' }>,
  isImported: boolean,
  parts: PersonCardParts,
): PersonBody {
  const { copy, helpdesk } = parts;
  const [first = [], ...rest] = copy.ended(screen, helpdesk.hasChannel);
  const question = copy.unaskedQuestion[isImported ? 'imported' : 'changed'];
  return bodyWith(
    [line(first, toneOf(screen.ending)), ...rest.map((text) => line(text))],
    waysOnFrom(screen.ending, helpdesk, copy),
    screen.canDisown ? [notMe({ ...parts, kind: screen.kind }, { question })] : [],
  );
}

function toneOf(ending: Ending): Tone {
  if (ending.because === 'not-locked' || ending.outcome === 'cancelled') return 'normal';
  if (isAboutAccount(ending)) return 'alert';
  if (ending.because === 'contact-imported') return 'normal';
  return ending.outcome === 'done' ? 'success' : 'alert';
}
