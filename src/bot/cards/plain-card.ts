// Cards without a flow of their own: help, the three choices, the home page, an apology.
import { countUsable } from '../../flows/contact.ts';
import type { ActorId, Instant } from '../../flows/ids.ts';
import type { Flow, FlowKind } from '../../flows/state.ts';
import type { OwnContacts } from '../contact-list.ts';
import type { Copy } from '../copy/copy.ts';
import type { Proven } from '../copy/helpdesk-copy.ts';
import type { Action, Card, Line, Text } from './card.ts';
import { line, press, summaryOf } from './card-parts.ts';
import { contactLines, listedLines } from './contacts-card.ts';
import { askHelpdesk, type HelpdeskWays, type WaysOn } from './ways-on.ts';

export function drawOpening(kind: FlowKind, copy: Copy): Card {
  return plain(copy.title[kind], [line(copy.lookingUp(kind))], [], copy);
}

export const drawSentence = (text: Text, copy: Copy): Card => plain(copy.productTitle, [line(text)], [], copy);

/** The answer to somebody who asked the helpdesk for a person, outside a request. */
export const drawHelpAnswer = ({ lines, actions }: WaysOn, copy: Copy): Card =>
  plain(copy.productTitle, lines, actions, copy);

export interface PersonWanted {
  readonly person: ActorId;
  readonly at: Instant;
  /** What they have proven; absent: nothing. */
  readonly proven?: Proven;
  /** What they wrote about it, see `readNote`. */
  readonly words?: string;
}

/** For the helpdesk: somebody asks for a person. It has no buttons, because there is no request to decide. */
export function drawHelpWanted({ person, at, proven, words }: PersonWanted, copy: Copy): Card {
  const [first = [], ...rest] = copy.personWanted(person, at, proven);
  const own = words === undefined ? [] : [line(copy.ownWords(words))];
  const lines = [line(first, 'alert'), ...rest.map((text) => line(text)), ...own];
  const summary = copy.notifications.helpWanted(person, proven !== undefined);
  return { ...plain(copy.productTitle, lines, [], copy), summary, isSelfEvident: true };
}

/** Its summary is also used alone: beside an input, or as an ephemeral message. */
export function drawApology(helpdesk: HelpdeskWays, copy: Copy): Card {
  const ways = askHelpdesk(helpdesk, copy);
  return plain(copy.productTitle, [line([copy.sorry], 'alert'), ...ways.lines], ways.actions, copy);
}

export type MainChoice = 'start-reset' | 'start-unlock';

export interface Choices {
  /** The choice that fits best. It comes first, as the main button. Default: a new password. */
  readonly first?: MainChoice;
  /** Whether the person's own contacts are a choice too. They are none for somebody who may be locked out. */
  readonly offersContacts?: boolean;
}

export const drawHelp = (texts: readonly Text[], copy: Copy, offered: Choices = {}): Card =>
  plain(
    copy.productTitle,
    texts.map((text) => line(text)),
    choices(copy, offered),
    copy,
  );

/** For a trouble that has nothing to do with an account. */
export const drawOtherTrouble = (copy: Copy): Card =>
  plain(copy.productTitle, [line(copy.otherTrouble)], [somethingElse(copy, 'primary')], copy);

/** At most this much of what a person writes about their trouble is read. */
export const noteCharsAtMost = 200;

/** The form behind *Something else*. */
export function drawNote(copy: Copy): Card {
  const form = plain(copy.productTitle, [line(copy.noteIntro), line(copy.noteRule, 'quiet')], [], copy);
  return {
    ...form,
    inputs: [{ kind: 'text', name: 'note', label: copy.noteLabel, hint: copy.noteHint, maxLength: noteCharsAtMost }],
    submit: { act: 'ask-helpdesk', label: copy.buttons.askHelpdesk },
    closeLabel: copy.notNow,
  };
}

/** Asks which of these open requests is to be cancelled. */
export const drawCancelWhich = (open: readonly Flow[], copy: Copy): Card =>
  plain(
    copy.productTitle,
    [line(copy.cancelWhich(open.length))],
    open.map(({ id, version, kind }) => press('cancel', copy.cancelButton[kind], { about: { flow: id, version } })),
    copy,
  );

/** With the line for somebody who has no contact, and with the buttons to add one and not to be reminded. */
export function withReminder(card: Card, copy: Copy): Card {
  const others = card.actions.filter(({ act }) => act !== 'start-enrolment');
  const style = card.actions.length === 0 ? 'primary' : 'normal';
  const add = press('start-enrolment', copy.enrollNow, { opensWindow: true, style });
  return {
    ...card,
    lines: [...card.lines, line(copy.reminder)],
    actions: [...others, add, press('stop-reminding', copy.stopReminding)],
  };
}

/**
 * First the open requests: whoever has one comes for it. Then the contacts, and what else can be done. There is one main button at
 * most: of the request, else what helps most. `own` undefined: they are being looked up. `showsContacts`: an open request shows them.
 */
export function drawHome(
  open: readonly Card[],
  own: OwnContacts | undefined,
  copy: Copy,
  showsContacts = false,
): readonly Card[] {
  const isFirst = open.length === 0;
  const hasNone = own?.is === 'contacts' && countUsable(own.contacts) === 0;
  const [title, intro] = isFirst ? [copy.homeTitle, copy.homeIntro] : [copy.homeOtherTitle, copy.homeOtherIntro];
  const main = isFirst && !hasNone ? 'primary' : 'normal';
  const contacts = showsContacts || own?.is === 'not-shown' ? [] : [drawOwnContacts(own, copy, isFirst && hasNone)];
  return [...open, ...contacts, plain(title, [line(intro)], choices(copy, {}, main), copy)];
}

function drawOwnContacts(own: OwnContacts | undefined, copy: Copy, isMain: boolean): Card {
  const hasNone = own?.is === 'contacts' && countUsable(own.contacts) === 0;
  const label = hasNone ? copy.enrollNow : copy.changeContacts;
  const change = press('start-enrolment', label, { opensWindow: true, style: isMain ? 'primary' : 'normal' });
  return plain(copy.homeContactsTitle, ownLines(own, copy), [change], copy);
}

function ownLines(own: OwnContacts | undefined, copy: Copy): readonly Line[] {
  if (own === undefined) return [line(copy.lookingUpContacts, 'quiet')];
  return own.is === 'contacts'
    ? contactLines(own.contacts, copy, { canRemove: true })
    : [line(copy.contactsNotKnown, 'quiet')];
}

/**
 * For somebody who has just got the app: what it does, and their contacts where they are known. It stays in the chat and is never
 * redrawn, so the list says of which day it is, and has no buttons of its own: they could be for what is gone. It says nothing that an
 * added or a removed contact makes untrue.
 */
export function drawWelcome(own: OwnContacts | undefined, now: Instant, copy: Copy): Card {
  const hasNone = own?.is === 'contacts' && countUsable(own.contacts) === 0;
  if (!hasNone) {
    const known = own?.is === 'contacts' ? [line(copy.contactsOn(now)), ...listedLines(own.contacts, copy)] : [];
    const offered = choices(copy, { offersContacts: true });
    return plain(copy.productTitle, [line(copy.welcome), ...known], offered, copy);
  }
  const add = press('start-enrolment', copy.enrollNow, { opensWindow: true, style: 'primary' });
  const lines = [line(copy.welcome), line(copy.contactNeeded)];
  return plain(copy.productTitle, lines, [add, ...choices(copy, {}, 'normal')], copy);
}

function choices(copy: Copy, offered: Choices, style: 'primary' | 'normal' = 'primary'): readonly Action[] {
  const { first = 'start-reset', offersContacts = false } = offered;
  const choice = (act: MainChoice, label: string): Action =>
    press(act, label, { opensWindow: true, style: act === first ? style : 'normal' });
  const reset = choice('start-reset', copy.buttons.forgotPassword);
  const unlock = choice('start-unlock', copy.buttons.lockedOut);
  const contacts = offersContacts ? [press('start-enrolment', copy.ownContacts, { opensWindow: true })] : [];
  return [...(first === 'start-reset' ? [reset, unlock] : [unlock, reset]), ...contacts, somethingElse(copy)];
}

const somethingElse = (copy: Copy, style: 'primary' | 'normal' = 'normal'): Action =>
  press('something-else', copy.buttons.somethingElse, { opensWindow: true, style });

function plain(title: string, lines: readonly Line[], actions: readonly Action[], copy: Copy): Card {
  return {
    version: 0,
    title,
    summary: summaryOf(lines[0]?.text ?? [title], copy),
    lines,
    inputs: [],
    actions,
    closeLabel: copy.close,
  };
}
