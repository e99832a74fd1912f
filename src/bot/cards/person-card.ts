// Screen → Card for the person: chooses the lines, the input and the buttons. The texts come from the copy.
import type { Instant } from '../../flows/ids.ts';
import type { PersonScreen } from '../../flows/screen.ts';
import type { Ending, FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Card, Input, Line, Text, Tone } from './card.ts';
import { line, press, summaryOf } from './card-parts.ts';
import { changeLines, contactLines, enrolLinks, takenBackLines } from './contacts-card.ts';
import { askHelpdesk, type HelpdeskWays, type WaysOn, waysOnFrom } from './ways-on.ts';

/** What rendering needs in addition to the screen. */
export interface PersonCardParts {
  readonly copy: Copy;
  readonly now: Instant;
  /** Whether this card is redrawn at the moment when a button becomes available. If not, the button is shown from the start. */
  readonly isRedrawnInTime: boolean;
  /** The flow's link, while it is valid. */
  readonly linkUrl?: string;
  /** What was wrong with the typed code. Shown beside the input. */
  readonly codeError?: string;
  /** What is to be said about the last press. Shown above the other lines. */
  readonly remarks?: readonly Line[];
  /** A remark says from when the next code may be sent: the card does not say it a second time. */
  readonly saysResend?: boolean;
  readonly helpdesk: HelpdeskWays;
}

/** What a card says about the last press. */
export type AboutPress = Pick<PersonCardParts, 'codeError' | 'remarks' | 'saysResend'>;

type Body = Pick<Card, 'lines' | 'inputs' | 'actions'> & Partial<Pick<Card, 'submit' | 'closeLabel'>>;

export function personCard(screen: PersonScreen, parts: PersonCardParts): Card {
  const { copy, remarks = [] } = parts;
  const body = bodyOf(screen, parts);
  const lines = [...remarks, ...body.lines];
  return {
    closeLabel: screen.shows === 'ended' ? copy.close : copy.notNow,
    ...body,
    flow: screen.flow,
    version: screen.version,
    title: copy.title[screen.kind],
    summary: summaryOf(copy.notifications.forPerson(screen, parts.helpdesk.hasChannel), copy),
    lines,
  };
}

function bodyOf(screen: PersonScreen, parts: PersonCardParts): Body {
  const { copy } = parts;
  switch (screen.shows) {
    case 'looking-you-up':
      return waiting(screen, copy.lookingUp, parts);
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
    case 'link':
      return link(screen, parts);
    case 'link-opened':
      return linkOpened(screen, parts);
    case 'contacts':
      return contacts(screen, parts);
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

const bodyWith = (lines: readonly Line[], ways: WaysOn, more: readonly Action[] = []): Body => ({
  lines: [...lines, ...ways.lines],
  inputs: [],
  actions: [...ways.actions, ...more],
});

/** `again`: the sign-in service asked for a pause until then. */
interface Delayable {
  readonly delayed: boolean;
  readonly again?: Instant;
  readonly until: Instant;
}

/** What passes by itself. Where it takes long, the helpdesk can be asked meanwhile. */
function underWay(
  { delayed, again, until }: Delayable,
  text: Text,
  { copy, helpdesk }: PersonCardParts,
  paused: (again: Instant) => Text = copy.busy,
): Body {
  if (!delayed) return { lines: [line(text)], inputs: [], actions: [] };
  const why = again === undefined ? copy.delayed(until) : paused(again);
  return bodyWith([line(why, 'alert')], askHelpdesk(helpdesk, copy));
}

function waiting(screen: Delayable, text: Text, parts: PersonCardParts, paused?: (again: Instant) => Text): Body {
  const body = underWay(screen, text, parts, paused);
  return { ...body, actions: [...body.actions, cancelAction(parts.copy)] };
}

const cancelAction = (copy: Copy): Action => press('cancel', copy.buttons.cancel, { confirm: copy.confirmCancel });
type NotMeParts = Pick<PersonCardParts, 'copy' | 'helpdesk'> & { readonly kind: FlowKind };
const notMe = ({ copy, helpdesk, kind }: NotMeParts, more: { readonly isKeptFromWindows?: true } = {}): Action =>
  press('disown', copy.buttons.notMe, {
    confirm: copy.confirmNotMe(kind, helpdesk.hasChannel),
    apart: copy.notMeQuestion,
    ...more,
  });
/**
 * While nothing has happened yet. Whoever sees the window has just typed the code. The message is for everybody who is signed in as
 * this person: if an impostor typed the code, the person stops them there.
 */
const notMeYet = (parts: NotMeParts): Action => notMe(parts, { isKeptFromWindows: true });

/** After a first proof, what it leads on to; and whoever did not give it can stop it. */
type SecondProof = Pick<Extract<PersonScreen, { shows: 'choose-contact' }>, 'kind' | 'first' | 'recoveryCode'>;

const orRecoveryCode = ({ recoveryCode }: SecondProof, copy: Copy): readonly Action[] =>
  recoveryCode === true ? [press('use-recovery-code', copy.buttons.recoveryCode)] : [];

const orNotMe = ({ kind, first }: SecondProof, parts: PersonCardParts): readonly Action[] =>
  first === undefined ? [] : [notMeYet({ ...parts, kind })];

const recoveryCodesLeft = (screen: { readonly recoveryCodesLeft?: number }, copy: Copy): readonly Line[] =>
  screen.recoveryCodesLeft === undefined ? [] : [line(copy.recoveryCodesLeft(screen.recoveryCodesLeft), 'quiet')];

function chooseContact(screen: Extract<PersonScreen, { shows: 'choose-contact' }>, parts: PersonCardParts): Body {
  const { copy } = parts;
  const { contacts, first: firstProof, recoveryCode = false } = screen;
  const submit = { act: 'send-code', label: copy.buttons.sendCode } as const;
  const again =
    firstProof === undefined
      ? []
      : [line(copy.secondProof(firstProof.channel, contacts.length, recoveryCode), 'success')];
  const actions = [...orRecoveryCode(screen, copy), cancelAction(copy), ...orNotMe(screen, parts)];
  const [only, ...others] = contacts;
  if (only !== undefined && others.length === 0) {
    return { lines: [...again, line(copy.willSendTo(only.channel, only.masked))], inputs: [], submit, actions };
  }
  const choices = contacts.slice(0, 10).map(({ ref, channel, masked }) => ({
    value: ref,
    label: copy.contactOption(channel, masked),
  }));
  const [first] = choices;
  const input: Input = {
    kind: 'choice',
    name: 'contact',
    label: copy.contactLabel,
    choices,
    ...(first === undefined ? {} : { initial: first.value }),
  };
  return { lines: [...again, line(copy.willSend)], inputs: [input], submit, actions };
}

function enterRecoveryCode(
  screen: Extract<PersonScreen, { shows: 'enter-recovery-code' }>,
  parts: PersonCardParts,
): Body {
  const { copy, codeError } = parts;
  const error = codeError ?? (screen.after === 'wrong' ? copy.wrongRecoveryCode : undefined);
  const input: Input = {
    ...{ kind: 'code', name: 'code', label: copy.recoveryCodeLabel, hint: copy.recoveryCodeHint, hasLetters: true },
    ...{ minLength: 1, maxLength: 40, which: 'recovery-code' },
    ...(error === undefined ? {} : { error }),
  };
  return {
    lines: [
      // Where contacts are left as well, the choice before this has said it.
      ...(screen.hasOtherContacts ? [] : [line(copy.secondProof(screen.first.channel, 0, true), 'success')]),
      ...(screen.after === 'unchecked' ? [line(copy.recoveryCodeUnchecked, 'alert')] : []),
      line(copy.enterRecoveryCode),
      line(copy.recoveryCodeRules, 'quiet'),
    ],
    inputs: [input],
    submit: { act: 'submit-recovery-code', label: copy.buttons.verify },
    actions: [
      ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.useContact)] : []),
      cancelAction(copy),
      notMeYet({ ...parts, kind: screen.kind }),
    ],
  };
}

function enterCode(screen: Extract<PersonScreen, { shows: 'enter-code' }>, parts: PersonCardParts): Body {
  const { copy, now, codeError, isRedrawnInTime, saysResend = false } = parts;
  const error = codeError ?? (screen.after === 'wrong' ? copy.wrongCode(screen.attemptsLeft) : undefined);
  const input: Input = {
    kind: 'code',
    name: 'code',
    label: copy.codeLabel,
    hint: copy.codeHint,
    // Whatever is typed reaches the server, which says what a code looks like. The platforms' own words would be others.
    minLength: 1,
    maxLength: 40,
    which: String(screen.codeUntil),
    ...(error === undefined ? {} : { error }),
  };
  const mayNotYet = screen.canResend && screen.resendFrom > now;
  const comesLater = mayNotYet && isRedrawnInTime;
  return {
    lines: [
      ...(screen.after === 'unchecked' ? [line(copy.unchecked(screen.attemptsLeft, screen.checkFrom), 'alert')] : []),
      line(copy.enterCode(screen.contact.channel, screen.contact.masked)),
      line(copy.codeRules(screen.codeUntil), 'quiet'),
      // Where the button is there from the start, only somebody who presses it too early is told from when it works.
      ...(comesLater && !saysResend ? [line(copy.resendFrom(screen.resendFrom), 'quiet')] : []),
    ],
    inputs: [input],
    submit: { act: 'submit-code', label: copy.buttons.verify },
    actions: [
      ...(screen.canResend && !comesLater ? [press('resend-code', copy.buttons.sendAgain)] : []),
      ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.otherContact)] : []),
      ...orRecoveryCode(screen, copy),
      cancelAction(copy),
      ...orNotMe(screen, parts),
    ],
  };
}

function codeDead(screen: Extract<PersonScreen, { shows: 'code-dead' }>, parts: PersonCardParts): Body {
  const { copy, now, helpdesk, saysResend = false } = parts;
  const rest = [
    ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.otherContact)] : []),
    ...orRecoveryCode(screen, copy),
    cancelAction(copy),
    ...orNotMe(screen, parts),
  ];
  if (!screen.canResend) {
    return bodyWith([line(copy.noMoreCodes(screen.resendFrom), 'alert')], askHelpdesk(helpdesk, copy), rest);
  }
  const mayNotYet = screen.resendFrom > now;
  const dead = line(copy.codeDead(screen.why), 'alert');
  if (!mayNotYet) {
    const again = press('resend-code', copy.buttons.sendNew, { style: 'primary' });
    return { lines: [dead], inputs: [], actions: [again, ...rest] };
  }
  const from = saysResend ? [] : [line(copy.resendFrom(screen.resendFrom), 'quiet')];
  return bodyWith([dead, ...from], askHelpdesk(helpdesk, copy), rest);
}

function link(screen: Extract<PersonScreen, { shows: 'link' }>, parts: PersonCardParts): Body {
  const { copy, linkUrl } = parts;
  const open = linkUrl === undefined ? [] : [openLink(copy.buttons.choosePassword, linkUrl)];
  return {
    lines: [
      screen.retried ? line(copy.linkRetried(screen.again), 'alert') : line(copy.verified, 'success'),
      line(copy.linkRules(screen.until), 'quiet'),
      ...recoveryCodesLeft(screen, copy),
    ],
    inputs: [],
    actions: [...open, notMeYet({ ...parts, kind: screen.kind })],
    closeLabel: copy.close,
  };
}

/** As long as the page can be opened again, there is no button for a whole new request: it would void the page that is open. */
function linkOpened(screen: Extract<PersonScreen, { shows: 'link-opened' }>, parts: PersonCardParts): Body {
  const { copy, linkUrl } = parts;
  const { until, againUntil } = screen;
  const opened = line(copy.linkOpened(until));
  if (againUntil === undefined || linkUrl === undefined) {
    const restart = press('restart', copy.buttons.startAgain, { opensWindow: true });
    return {
      lines: [opened],
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

function contacts(screen: Extract<PersonScreen, { shows: 'contacts' }>, parts: PersonCardParts): Body {
  const { copy, linkUrl, helpdesk } = parts;
  const list = [...changeLines(screen.changes, screen.contacts, copy), ...contactLines(screen.contacts, copy)];
  if (screen.step === 'in-browser') {
    const text = screen.isBusy ? copy.changingContacts : copy.goOnInBrowser;
    const { lines, actions } = underWay(screen, text, parts);
    // In the window too: the person has just done something in the browser, and this says what came of it.
    const mayDisown = screen.changes.length > 0 ? [notMe({ ...parts, kind: screen.kind })] : [];
    const again = screen.isBusy ? [] : [press('restart', copy.buttons.startAgain, { opensWindow: true })];
    return {
      ...bodyWith([...list, ...lines], { lines: [], actions: [...actions, ...again] }, mayDisown),
      closeLabel: copy.close,
    };
  }
  const links = linkUrl === undefined ? [] : enrolLinks(screen.contacts, linkUrl, copy);
  const usable = screen.contacts.filter(({ usableFrom }) => usableFrom === undefined);
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

const openLink = (label: string, url: string): Action => ({ kind: 'link', act: 'follow-link', label, url });

function ended(screen: Extract<PersonScreen, { shows: 'ended' }>, parts: PersonCardParts): Body {
  const { copy, helpdesk } = parts;
  const { ending, disownedAt } = screen;
  const { changes = [], contacts: atEnd } = screen.enrolment ?? {};
  if (disownedAt !== undefined) {
    const change = ending.because === 'password-changed' ? [line(copy.disownedChange(ending.changedAt), 'alert')] : [];
    const told = line(copy.disowned(screen.kind, disownedAt, helpdesk.hasChannel), 'alert');
    return bodyWith([told, ...takenBackLines(changes, copy), ...change], askHelpdesk(helpdesk, copy));
  }
  const [first = [], ...rest] = copy.ended(screen, helpdesk.hasChannel);
  return bodyWith(
    [
      ...changeLines(changes, atEnd ?? [], copy),
      line(first, toneOf(ending)),
      ...rest.map((text) => line(text, 'quiet')),
      ...(ending.outcome === 'done' ? recoveryCodesLeft(screen, copy) : []),
      ...(atEnd === undefined ? [] : contactLines(atEnd, copy)),
    ],
    waysOnFrom(ending, helpdesk, copy, atEnd),
    screen.canDisown ? [notMe({ ...parts, kind: screen.kind })] : [],
  );
}

function toneOf(ending: Ending): Tone {
  if (ending.because === 'not-locked' || ending.outcome === 'cancelled') return 'normal';
  return ending.outcome === 'done' ? 'success' : 'alert';
}
