// Screen → Card for the person: chooses the lines, the input and the buttons. The texts come from the copy.
import type { Instant } from '../../flows/ids.ts';
import type { PersonScreen } from '../../flows/screen.ts';
import type { Ending, MaskedContact } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';
import type { Act, Action, Card, Input, Line, Text, Tone } from './card.ts';

export const line = (text: Text, tone: Tone = 'normal'): Line => ({ text, tone });

export function press(act: Act, label: string, more: Partial<Extract<Action, { kind: 'press' }>> = {}): Action {
  return { kind: 'press', act, label, style: 'normal', opensWindow: false, ...more };
}

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
  /** A sentence about the last press. Shown above the other lines. */
  readonly remark?: Text;
}

type Body = Pick<Card, 'lines' | 'inputs' | 'actions'> & Partial<Pick<Card, 'submit' | 'closeLabel'>>;

export function personCard(screen: PersonScreen, parts: PersonCardParts): Card {
  const { copy, remark } = parts;
  const body = bodyOf(screen, parts);
  const lines = remark === undefined ? body.lines : [line(remark, 'alert'), ...body.lines];
  return {
    closeLabel: screen.shows === 'ended' ? copy.close : copy.notNow,
    ...body,
    flow: screen.flow,
    version: screen.version,
    title: copy.title[screen.kind],
    summary: summaryOf(copy.title[screen.kind], lines, copy),
    lines,
  };
}

function bodyOf(screen: PersonScreen, parts: PersonCardParts): Body {
  const { copy } = parts;
  switch (screen.shows) {
    case 'looking-you-up':
      return waiting(screen.delayed ? line(copy.delayed(screen.until), 'alert') : line(copy.lookingUp), copy);
    case 'choose-contact':
      return chooseContact(screen.contacts, copy);
    case 'sending-code':
      return waiting(
        screen.delayed ? line(copy.delayed(screen.until), 'alert') : line(copy.sending(screen.contact.masked)),
        copy,
      );
    case 'enter-code':
      return enterCode(screen, parts);
    case 'code-dead':
      return codeDead(screen, parts);
    case 'checking-code':
      return { lines: [line(copy.checking)], inputs: [], actions: [] };
    case 'verified':
      return waiting(screen.delayed ? line(copy.delayed(screen.until), 'alert') : line(copy.verifiedLooking), copy);
    case 'waiting-for-helpdesk':
      return {
        lines: [
          line(copy.verified, 'success'),
          line(copy.helpdeskAsked(screen.usualSeconds, screen.until)),
          ...(screen.needed > 1 ? [line(copy.approvalsSoFar(screen.approvals.length, screen.needed), 'quiet')] : []),
        ],
        inputs: [],
        actions: [cancelAction(copy), notMe(copy)],
        closeLabel: copy.close,
      };
    case 'unlocking':
      return {
        lines: [screen.delayed ? line(copy.delayed(screen.until), 'alert') : line(copy.unlocking(screen.approvals))],
        inputs: [],
        actions: [],
        closeLabel: copy.close,
      };
    case 'link':
      return link(screen, parts);
    case 'link-opened':
      return {
        lines: [line(copy.linkOpened(screen.until))],
        inputs: [],
        actions: [press('restart', copy.buttons.startAgain, { opensWindow: true }), notMe(copy)],
        closeLabel: copy.close,
      };
    case 'in-doubt':
      return { lines: [line(copy.inDoubt, 'alert')], inputs: [], actions: [], closeLabel: copy.close };
    case 'ended':
      return ended(screen, copy);
    default:
      return unreachable(screen);
  }
}

const waiting = (first: Line, copy: Copy): Body => ({ lines: [first], inputs: [], actions: [cancelAction(copy)] });

const cancelAction = (copy: Copy): Action => press('cancel', copy.buttons.cancel, { confirm: copy.confirmCancel });
const notMe = (copy: Copy): Action => press('disown', copy.buttons.notMe, { confirm: copy.confirmNotMe });

function chooseContact(contacts: readonly MaskedContact[], copy: Copy): Body {
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
  return {
    lines: [line(copy.willSend)],
    inputs: [input],
    submit: { act: 'send-code', label: copy.buttons.sendCode },
    actions: [],
  };
}

function enterCode(screen: Extract<PersonScreen, { shows: 'enter-code' }>, parts: PersonCardParts): Body {
  const { copy, now, codeError } = parts;
  const error = codeError ?? (screen.after === 'wrong' ? copy.wrongCode(screen.attemptsLeft) : undefined);
  const input: Input = {
    kind: 'code',
    name: 'code',
    label: copy.codeLabel,
    hint: copy.codeHint,
    // Less than a valid code has: a code that is too short must reach the server, so that the operator reads about it in the log.
    minLength: 4,
    maxLength: 12,
    which: String(screen.codeUntil),
    ...(error === undefined ? {} : { error }),
  };
  const mayNotYet = screen.canResend && screen.resendFrom > now;
  const offersSend = screen.canResend && !(mayNotYet && parts.isRedrawnInTime);
  return {
    lines: [
      ...(screen.after === 'unchecked' ? [line(copy.unchecked(screen.attemptsLeft), 'alert')] : []),
      line(copy.enterCode(screen.contact.channel, screen.contact.masked)),
      line(copy.codeRules(screen.codeUntil), 'quiet'),
      ...(mayNotYet ? [line(copy.resendFrom(screen.resendFrom), 'quiet')] : []),
    ],
    inputs: [input],
    submit: { act: 'submit-code', label: copy.buttons.verify },
    actions: [
      ...(offersSend ? [press('resend-code', copy.buttons.sendAgain)] : []),
      ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.otherContact)] : []),
    ],
  };
}

function codeDead(screen: Extract<PersonScreen, { shows: 'code-dead' }>, parts: PersonCardParts): Body {
  const { copy, now } = parts;
  const text = screen.canResend ? copy.codeDead(screen.why) : copy.noMoreCodes(screen.resendFrom);
  const mayNotYet = screen.canResend && screen.resendFrom > now;
  return {
    lines: [line(text, 'alert'), ...(mayNotYet ? [line(copy.resendFrom(screen.resendFrom), 'quiet')] : [])],
    inputs: [],
    actions: [
      ...(screen.canResend && !mayNotYet ? [press('resend-code', copy.buttons.sendNew, { style: 'primary' })] : []),
      ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.otherContact)] : []),
      cancelAction(copy),
    ],
  };
}

function link(screen: Extract<PersonScreen, { shows: 'link' }>, parts: PersonCardParts): Body {
  const { copy, linkUrl } = parts;
  const open: readonly Action[] =
    linkUrl === undefined
      ? []
      : [{ kind: 'link', act: 'follow-link', label: copy.buttons.choosePassword, url: linkUrl }];
  return {
    lines: [
      screen.retried ? line(copy.linkRetried, 'alert') : line(copy.verified, 'success'),
      line(copy.linkRules(screen.until), 'quiet'),
    ],
    inputs: [],
    actions: [...open, notMe(copy)],
    closeLabel: copy.close,
  };
}

function ended(screen: Extract<PersonScreen, { shows: 'ended' }>, copy: Copy): Body {
  const { ending, disownedAt } = screen;
  if (disownedAt !== undefined) {
    const change = ending.because === 'password-changed' ? [line(copy.disownedChange(ending.changedAt), 'alert')] : [];
    return { lines: [line(copy.disowned(disownedAt), 'alert'), ...change], inputs: [], actions: [] };
  }
  const [first = [], ...rest] = copy.ended(screen);
  const tone = toneOf(ending);
  return {
    lines: [line(first, tone), ...rest.map((text) => line(text, 'quiet'))],
    inputs: [],
    actions: [...nextSteps(screen, copy), ...(screen.canDisown ? [notMe(copy)] : [])],
  };
}

function toneOf(ending: Ending): Tone {
  if (ending.because === 'not-locked' || ending.outcome === 'cancelled') return 'normal';
  return ending.outcome === 'done' ? 'success' : 'alert';
}

/** A button for the next step, if a next step can help. */
function nextSteps(screen: Extract<PersonScreen, { shows: 'ended' }>, copy: Copy): readonly Action[] {
  const { ending } = screen;
  const window = { opensWindow: true };
  if (ending.because === 'no-contact') return [press('ask-helpdesk', copy.buttons.askHelpdesk, window)];
  if (ending.because === 'not-locked') return [press('start-reset', copy.buttons.forgotPassword, window)];
  const mayHelp =
    ending.outcome === 'expired' ||
    ending.outcome === 'cancelled' ||
    ending.because === 'unreachable' ||
    ending.because === 'unconfirmed';
  return mayHelp ? [press('restart', copy.buttons.startAgain, window)] : [];
}

/** The title and the first line, for notifications and screen readers. */
export const summaryOf = (title: string, lines: readonly Line[], copy: Copy): string =>
  `${title}: ${sentenceOf(lines, copy)}`.slice(0, 300);

export function sentenceOf([first]: readonly Line[], copy: Copy): string {
  const words = (first?.text ?? []).map((span) => {
    if (typeof span === 'string') return span;
    if ('strong' in span) return span.strong;
    return 'person' in span ? copy.somebody : copy.utcTime(span);
  });
  return words.join('');
}
