// Card → Adaptive Card 1.5, the highest version that Teams draws. Pure; checked against Microsoft's schema by its tests.
import { type Action, type Card, cardLimits, type Line } from '../../bot/cards/card.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { beginning } from '../../text/bounded-text.ts';
import { textCharsAtMost, truncate } from '../truncate.ts';
import { packData, type Verb } from './action-codec.ts';
import type { Outgoing } from './connector.ts';
import type { NameLookup } from './names.ts';
import { type Element, renderInput } from './render-inputs.ts';
import { neutral, textToMarkdown, textToPlain } from './render-text.ts';
import { words } from './words.ts';

export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  /** What is shown where no card can be. */
  readonly fallbackText: string;
  readonly body: readonly Element[];
  readonly actions: readonly Element[];
}

export const cardType = 'application/vnd.microsoft.card.adaptive';

/** Teams counts 16 bits a character; older clients draw no card above 28 KB. */
const cardCharsAtMost = 14_000;
const lineChars = 600;
const summaryChars = 300;

/** `back`: for a form that one person was shown in the place of a card that everybody sees. */
export function renderCard(card: Card, nameOf: NameLookup, options: { readonly back?: boolean } = {}): AdaptiveCard {
  const title: Element = {
    type: 'TextBlock',
    text: textToMarkdown([card.title], nameOf, 150),
    style: 'heading',
    weight: 'bolder',
    size: 'medium',
    wrap: true,
  };
  const inputs = card.inputs.flatMap(renderInput);
  const lines = card.lines.slice(0, cardLimits.lines).map((line) => renderLine(line, nameOf));
  const actions = [
    ...submitOf(card, inputs.length > 0),
    ...card.actions.slice(0, cardLimits.actions).map((action) => renderAction(card, action)),
    ...(options.back === true ? [execute(card, 'back', words.back)] : []),
  ];
  const whole = (shown: readonly Element[]): AdaptiveCard => ({
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: summaryOf(card),
    // The first line of some cards says it already; a card with nothing on it says nothing at all.
    body: [...(card.isSelfEvident && shown.length > 0 ? [] : [title]), ...shown, ...inputs],
    actions,
  });
  // What can be pressed matters more than the last line of small print.
  let kept = lines.length;
  while (kept > 0 && JSON.stringify(whole(lines.slice(0, kept))).length > cardCharsAtMost) kept -= 1;
  return whole(lines.slice(0, kept));
}

/** The message that holds the card: nothing beside it, or Teams makes two messages of it and tells no id. */
export function renderMessage(card: Card, nameOf: NameLookup): Outgoing {
  const attachment = { contentType: cardType, content: renderCard(card, nameOf) };
  return { type: 'message', summary: summaryOf(card), attachments: [attachment] };
}

const summaryOf = (card: Card): string =>
  truncate(
    textToPlain([card.summary.trim() === '' ? card.title : card.summary], () => undefined),
    summaryChars,
  );

function renderLine({ text, tone }: Line, nameOf: NameLookup): Element {
  const drawn = textToMarkdown(text, nameOf, lineChars);
  const block = (more: Readonly<Record<string, unknown>>, mark = ''): Element => ({
    type: 'TextBlock',
    text: `${mark}${drawn.trim() === '' ? '\u00a0' : drawn}`,
    wrap: true,
    ...more,
  });
  switch (tone) {
    case 'normal':
      return block({});
    case 'quiet':
      return block({ isSubtle: true, size: 'small' });
    case 'alert':
      return block({ color: 'attention' }, '⚠️ ');
    case 'success':
      return block({ color: 'good' }, '✅ ');
    default:
      return unreachable(tone);
  }
}

function submitOf(card: Card, hasInputs: boolean): readonly Element[] {
  const otherwise: Card['submit'] = hasInputs ? { act: 'continue', label: words.continue } : undefined;
  const { act, label, style = 'primary' } = card.submit ?? otherwise ?? {};
  if (act === undefined || label === undefined) return [];
  return [execute(card, act, label, { style, sendsInputs: true })];
}

function renderAction(card: Card, action: Action): Element {
  if (action.kind === 'link') {
    return { type: 'Action.OpenUrl', title: labelOf(action.label), url: action.url, style: 'positive' };
  }
  const { act, label, style, confirm } = action;
  if (confirm === undefined) return execute(card, act, label, { style });
  const body = [
    { type: 'TextBlock', text: textToMarkdown([{ strong: confirm.title }], () => undefined, 150), wrap: true },
    { type: 'TextBlock', text: truncate(neutral(confirm.text), 300), wrap: true },
  ];
  const sure = execute(card, act, confirm.yes, { style: style === 'primary' ? 'primary' : 'danger' });
  return {
    type: 'Action.ShowCard',
    title: labelOf(label),
    card: { type: 'AdaptiveCard', body, actions: [sure] },
  };
}

interface How {
  readonly style?: 'primary' | 'danger' | 'normal';
  readonly sendsInputs?: boolean;
}

/** Clients that know no Action.Execute send the same as a message. */
function execute(card: Card, verb: Verb, label: string, { style = 'normal', sendsInputs = false }: How = {}): Element {
  const shared = {
    title: labelOf(label),
    ...(style === 'normal' ? {} : { style: style === 'primary' ? 'positive' : 'destructive' }),
    // A button beside an input must work while the input is empty, and must not carry a code along.
    ...(sendsInputs ? {} : { associatedInputs: 'none' }),
  };
  const data = packData(card);
  const fallback = { type: 'Action.Submit', ...shared, data: { act: verb, ...data } };
  return { type: 'Action.Execute', ...shared, verb, data, fallback };
}

const labelOf = (label: string): string =>
  truncate(beginning(label, textCharsAtMost).replace(/[\p{Cc}\p{Cs}]+/gu, ' '), cardLimits.labelChars);

/** A card of this adapter's own, for a sentence in a chat. */
export function noticeCard(sentence: string): Card {
  return {
    version: 0,
    title: words.notice,
    summary: truncate(sentence, summaryChars),
    lines: [{ text: [sentence], tone: 'normal' }],
    inputs: [],
    actions: [],
    closeLabel: words.close,
  };
}
