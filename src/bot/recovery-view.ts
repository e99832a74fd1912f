// Screen → what a page under /recover shows, for somebody who typed a name and gave the first proof. It says the same as the chat.
import type { Ending } from '../flows/ending.ts';
import type { Instant } from '../flows/ids.ts';
import type { PersonScreen } from '../flows/screen.ts';
import { showPerson } from '../flows/show.ts';
import type { Approval, Flow } from '../flows/state.ts';
import type { Phrase } from '../text/page-text.ts';
import type { RecoveryAsk, RecoveryPress, RecoveryView } from '../text/recovery-view.ts';
import type { Text } from './cards/card.ts';
import { mayStartAgain } from './cards/ways-on.ts';
import type { Copy } from './copy/copy.ts';

export interface RecoveryViewParts {
  readonly copy: Copy;
  readonly clock: { now(): Instant };
  /** The helpdesk has a channel in which it is told. */
  readonly isHelpdeskTold: boolean;
}

type Screen<Shows extends PersonScreen['shows']> = Extract<PersonScreen, { readonly shows: Shows }>;
/** All but what every view has. */
type Body = Omit<RecoveryView, 'title' | 'presses' | 'isOver'> & Partial<Pick<RecoveryView, 'presses' | 'isOver'>>;

/** Something is decided elsewhere: the page looks again after so long. */
const looksAgainSeconds = 10;

export const createRecoveryView =
  (parts: RecoveryViewParts) =>
  (flow: Flow): RecoveryView => {
    const now = parts.clock.now();
    const screen = showPerson(flow, now);
    const body = bodyOf(screen, parts, now);
    return { title: parts.copy.title[screen.kind], presses: [], isOver: false, ...body };
  };

function bodyOf(screen: PersonScreen, parts: RecoveryViewParts, now: Instant): Body {
  const { copy } = parts;
  const said = copy.recovery;
  const phrase = phraseIn(copy);
  switch (screen.shows) {
    case 'choose-contact':
      return chooseContact(screen, parts);
    case 'enter-code':
    case 'code-dead':
      return secondCode(screen, parts, now);
    case 'enter-recovery-code':
      return recoveryCode(screen, parts);
    case 'waiting-for-helpdesk': {
      const { usualSeconds, until, needed, approvals } = screen;
      const soFar = needed > 1 ? [phrase(copy.approvalsSoFar(approvals.length, needed))] : [];
      return {
        ...{ sign: 'wait', heading: phrase(said.headings.asked), againInSeconds: looksAgainSeconds },
        paragraphs: [phrase(copy.helpdeskAsked(usualSeconds, until)), ...soFar, ...codesLeft(screen, parts)],
        // An unlock is carried out when it is approved. A new password is chosen by the person.
        note: phrase(said.whenClosed[screen.kind === 'unlock' ? 'goesOn' : 'needsYou']),
        presses: [cancelIn(copy)],
      };
    }
    case 'unlocking': {
      const { approvals } = screen;
      return underWay(screen, said.headings.unlocking, copy.unlocking(oneOf(approvals)), parts, 'goesOn');
    }
    case 'link':
      return link(screen, parts);
    case 'link-opened':
      return passwordPage(
        screen,
        screen.againUntil === undefined ? undefined : copy.openAgain(screen.againUntil),
        parts,
      );
    case 'password-page':
      return passwordPage(screen, copy.openOwnPageAgain, parts);
    case 'mailing-link':
      return underWay(screen, said.headings.moment, copy.mailingLink(screen.isAgain), parts, 'goesOn');
    case 'link-mailed':
      return mailed(screen, parts, now);
    case 'confirming-password': {
      const text = phrase(said.confirming(screen.until));
      return {
        sign: 'wait',
        heading: phrase(said.headings.confirming),
        paragraphs: [text],
        ...byItself('goesOn', parts),
      };
    }
    case 'in-doubt': {
      const text = phrase(copy.inDoubt(parts.isHelpdeskTold));
      return { sign: 'wait', heading: phrase(said.headings.doubt), paragraphs: [text], ...byItself('goesOn', parts) };
    }
    case 'ended':
      return ended(screen, parts);
    default:
      return underWay('delayed' in screen ? screen : undefined, said.headings.moment, said.oneMoment, parts);
  }
}

/** Times without a day, as in the chat: nothing here takes so long that the day matters, but for a limit. */
const phraseIn =
  (copy: Copy) =>
  (text: Text): Phrase =>
    text.map((span) => {
      if (typeof span === 'string' || 'strong' in span) return span;
      // Whoever typed a name learns no name of anybody.
      if ('person' in span) return copy.recovery.approver;
      return span.withDay === true ? { moment: span.time } : { clock: span.time };
    });

/** Nobody is named, so one stands for all. */
const oneOf = (approvals: readonly Approval[]): readonly Approval[] => approvals.slice(0, 1);

const press = (press: RecoveryPress, label: string) => ({ press, label });
const cancelIn = (copy: Copy) => press('cancel', copy.buttons.cancel);

type WhenClosed = keyof Copy['recovery']['whenClosed'];
const byItself = (whenClosed: WhenClosed, { copy }: RecoveryViewParts) => ({
  note: phraseIn(copy)(copy.recovery.whenClosed[whenClosed]),
  againInSeconds: looksAgainSeconds,
});

const codesLeft = ({ recoveryCodesLeft }: { readonly recoveryCodesLeft?: number }, { copy }: RecoveryViewParts) =>
  recoveryCodesLeft === undefined ? [] : [phraseIn(copy)(copy.recovery.recoveryCodesLeft(recoveryCodesLeft))];

interface Delayed {
  readonly delayed: boolean;
  readonly again?: Instant;
  readonly until: Instant;
}

/** What passes by itself. */
function underWay(
  screen: Delayed | undefined,
  heading: Text,
  text: Text,
  parts: RecoveryViewParts,
  whenClosed: WhenClosed = 'needsYou',
): Body {
  const { copy } = parts;
  const said = copy.recovery;
  const phrase = phraseIn(copy);
  const common = { sign: 'wait', heading: phrase(heading) } as const;
  if (screen?.delayed !== true) return { ...common, paragraphs: [phrase(text)], againInSeconds: 0 };
  const why = screen.again === undefined ? said.delayed(screen.until) : said.paused(screen.again);
  return {
    ...common,
    paragraphs: [phrase(why)],
    ...byItself(whenClosed, parts),
  };
}

function chooseContact(screen: Screen<'choose-contact'>, { copy }: RecoveryViewParts): Body {
  const { contacts, first, recoveryCode = false } = screen;
  const phrase = phraseIn(copy);
  const choices = contacts.map(({ ref, channel, masked }) => ({
    value: ref,
    label: copy.contactOption(channel, masked),
  }));
  const ask: { ask?: RecoveryAsk } =
    choices.length === 0
      ? {}
      : { ask: { is: 'contact', label: copy.contactLabel, choices, button: copy.buttons.sendCode } };
  return {
    heading: phrase(copy.recovery.headings.secondProof),
    paragraphs: first === undefined ? [] : [phrase(copy.secondProof(first.channel, contacts.length, recoveryCode))],
    ...ask,
    presses: [...(recoveryCode ? [press('choose-recovery-code', copy.buttons.recoveryCode)] : []), cancelIn(copy)],
  };
}

function secondCode(screen: Screen<'enter-code'> | Screen<'code-dead'>, parts: RecoveryViewParts, now: Instant): Body {
  const { copy } = parts;
  const phrase = phraseIn(copy);
  const { contact, canResend, resendFrom, hasOtherContacts, recoveryCode } = screen;
  const isDead = screen.shows === 'code-dead';
  const mayResend = canResend && resendFrom <= now;
  const wait = canResend && !mayResend ? [phrase(copy.resendFrom(resendFrom))] : [];
  const label = isDead ? copy.buttons.sendNew : copy.buttons.sendAgain;
  return {
    heading: phrase(copy.enterCode(contact.channel, contact.masked)),
    ...(isDead ? deadCode(screen, copy) : liveCode(screen, copy)),
    ...(wait[0] === undefined ? {} : { note: wait[0] }),
    ...(canResend ? { resend: { contact: contact.ref, label } } : {}),
    presses: [
      ...(hasOtherContacts ? [press('choose-contact', copy.buttons.otherContact)] : []),
      ...(recoveryCode === true ? [press('choose-recovery-code', copy.buttons.recoveryCode)] : []),
      cancelIn(copy),
    ],
  };
}

function liveCode(screen: Screen<'enter-code'>, copy: Copy): Pick<Body, 'paragraphs' | 'problem' | 'ask'> {
  const { after, attemptsLeft, checkFrom, codeUntil } = screen;
  const phrase = phraseIn(copy);
  const error = after === 'wrong' ? { error: copy.wrongCode(attemptsLeft) } : {};
  return {
    paragraphs: [phrase(copy.codeRules(codeUntil))],
    ...(after === 'unchecked' ? { problem: phrase(copy.unchecked(attemptsLeft, checkFrom)) } : {}),
    ask: { is: 'code', label: copy.codeLabel, hint: copy.codeHint, button: copy.buttons.verify, ...error },
  };
}

function deadCode(
  { canResend, why, resendFrom }: Screen<'code-dead'>,
  copy: Copy,
): Pick<Body, 'paragraphs' | 'problem'> {
  const text = canResend ? copy.codeDead(why) : copy.noMoreCodes(resendFrom);
  return { paragraphs: [], problem: phraseIn(copy)(text) };
}

function recoveryCode(
  { after, first, hasOtherContacts }: Screen<'enter-recovery-code'>,
  { copy }: RecoveryViewParts,
): Body {
  const phrase = phraseIn(copy);
  const error = after === 'wrong' ? { error: copy.wrongRecoveryCode } : {};
  return {
    heading: phrase(copy.recovery.headings.recoveryCode),
    ...(after === 'unchecked' ? { problem: phrase(copy.recoveryCodeUnchecked) } : {}),
    paragraphs: [
      ...(hasOtherContacts ? [] : [phrase(copy.secondProof(first.channel, 0, true))]),
      phrase(copy.enterRecoveryCode),
    ],
    ask: {
      ...{ is: 'recovery-code', label: copy.recoveryCodeLabel, hint: copy.recoveryCodeHint },
      ...{ button: copy.buttons.verify, ...error },
    },
    note: phrase(copy.recoveryCodeRules),
    presses: [...(hasOtherContacts ? [press('choose-contact', copy.buttons.useContact)] : []), cancelIn(copy)],
  };
}

function link(screen: Screen<'link'>, parts: RecoveryViewParts): Body {
  const { copy } = parts;
  const phrase = phraseIn(copy);
  return {
    ...{ sign: 'key', heading: phrase(copy.recovery.headings.link) },
    ...(screen.retried ? { problem: phrase(copy.linkRetried(screen.again)) } : {}),
    paragraphs: codesLeft(screen, parts),
    ask: { is: 'link', button: copy.buttons.choosePassword },
    note: phrase(copy.recovery.linkRules(screen.until)),
    presses: [cancelIn(copy)],
  };
}

/** `again`: the page can be opened once more. */
function passwordPage({ until }: { readonly until: Instant }, again: Text | undefined, parts: RecoveryViewParts): Body {
  const { copy } = parts;
  const phrase = phraseIn(copy);
  return {
    ...{ sign: 'key', heading: phrase(copy.recovery.headings.opened) },
    paragraphs: [phrase(copy.recovery.opened(until)), ...(again === undefined ? [] : [phrase(again)])],
    ...(again === undefined
      ? { restart: copy.buttons.startAgain }
      : { ask: { is: 'link', button: copy.buttons.openAgain } }),
    ...byItself('saving', parts),
  };
}

function mailed(screen: Screen<'link-mailed'>, parts: RecoveryViewParts, now: Instant): Body {
  const { copy } = parts;
  const phrase = phraseIn(copy);
  const { resend, until } = screen;
  const isNow = resend !== undefined && (resend.from === undefined || resend.from <= now);
  const hint =
    resend === undefined ? copy.noMailLeft : resend.from === undefined ? [] : copy.mailAgainFrom(resend.from);
  return {
    ...{ sign: 'key', heading: phrase(copy.recovery.headings.mailed) },
    paragraphs: [
      phrase(copy.linkMailed),
      phrase(copy.recovery.mailRules(until)),
      ...(isNow || hint.length === 0 ? [] : [phrase(hint)]),
      ...codesLeft(screen, parts),
    ],
    presses: [...(isNow ? [press('mail-again', copy.buttons.sendAgain)] : []), cancelIn(copy)],
    ...byItself('reading', parts),
  };
}

/** Their text says what else the first page can do. */
const startIsNamed: ReadonlySet<Ending['because']> = new Set(['password-changed', 'unsupported']);

function ended(screen: Screen<'ended'>, parts: RecoveryViewParts): Body {
  const { copy, isHelpdeskTold } = parts;
  const said = copy.recovery;
  const phrase = phraseIn(copy);
  const { ending, disownedAt, pauseLiftedAt } = screen;
  if (disownedAt !== undefined) {
    const text =
      pauseLiftedAt === undefined
        ? copy.disowned(screen.kind, disownedAt, isHelpdeskTold)
        : copy.pauseLifted(disownedAt, pauseLiftedAt);
    return { sign: 'chat', heading: phrase(said.headings.disowned), paragraphs: [phrase(text)], isOver: true };
  }
  const isChange = ending.because === 'unlocked' || ending.because === 'password-changed';
  const [heading = [], ...rest] = copy.ended({ ...screen, approvals: oneOf(screen.approvals) }, isHelpdeskTold, true);
  return {
    sign: ending.outcome === 'done' ? 'done' : 'chat',
    heading: phrase(heading),
    paragraphs: [...rest.map(phrase), ...codesLeft(screen, parts), ...(isChange ? [phrase(said.signIn)] : [])],
    ...(isChange ? { note: phrase(said.notMe) } : {}),
    ...(mayStartAgain(ending) || startIsNamed.has(ending.because) ? { restart: copy.buttons.startAgain } : {}),
    isOver: true,
  };
}
