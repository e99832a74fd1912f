// Card → Adaptive Card 1.5, the highest version that Teams supports. Pure. Its tests validate the result against Microsoft's schema.
import { type Action, type Card, cardLimits, type Line } from '../../bot/cards/card.ts';
import type { ContactRef } from '../../flows/ids.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { beginning } from '../../text/bounded-text.ts';
import { shownName, withoutDirections } from '../../text/shown-name.ts';
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
  /** Shown by clients that cannot show a card. */
  readonly fallbackText: string;
  readonly body: readonly Element[];
  readonly actions: readonly Element[];
  /** Teams' own part: whom the card mentions. */
  readonly msteams?: { readonly entities: readonly Element[] };
}

/** A person to mention: their id in Teams (`29:…`), and the name that the card shows. */
export interface Mention {
  readonly id: string;
  readonly name: string;
}

export const cardType = 'application/vnd.microsoft.card.adaptive';

/** Teams counts two bytes per character, and older clients show no card above 28 KB. */
const cardCharsAtMost = 14_000;
const lineChars = 600;
const summaryChars = 300;

/** `back`: adds a button that leads from a form, which only the presser sees, to the card that everybody sees. */
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
  const lines = card.lines.slice(0, cardLimits.lines).map((line) => besideButton(card, line, nameOf));
  const shownActions = card.actions.slice(0, cardLimits.actions);
  const buttons = [
    ...submitOf(card, inputs.length > 0),
    ...shownActions.filter((action) => !isApart(action)).map((action) => renderAction(card, action)),
    ...(options.back === true ? [execute(card, 'back', words.back)] : []),
  ];
  const apart = shownActions.filter(isApart);
  const { foot, actions } = apart.length === 0 ? { foot: [], actions: buttons } : footOf(card, buttons, apart);
  const whole = (shown: readonly Element[]): AdaptiveCard => ({
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: summaryOf(card, nameOf),
    // Some cards need no title, because their first line says the same. A card without lines always gets its title.
    body: [...(card.isSelfEvident && shown.length > 0 ? [] : [title]), ...shown, ...inputs, ...foot],
    actions,
  });
  // Where the card is too large, the last lines are dropped, never the buttons.
  let kept = lines.length;
  while (kept > 0 && JSON.stringify(whole(lines.slice(0, kept))).length > cardCharsAtMost) kept -= 1;
  return whole(lines.slice(0, kept));
}

type ApartAction = Extract<Action, { kind: 'press' }> & { readonly apart: string };
const isApart = (action: Action): action is ApartAction => action.kind === 'press' && action.apart !== undefined;

/** A card's own buttons are at its very end. The others must stand above them, so they move into the body. */
function footOf(card: Card, buttons: readonly Element[], apart: readonly ApartAction[]) {
  const question: Element = {
    type: 'TextBlock',
    text: truncate(neutral([...new Set(apart.map((action) => action.apart))].join(' ')), 300),
    ...{ wrap: true, isSubtle: true, size: 'small', separator: true, spacing: 'large' },
  };
  return {
    foot: [...(buttons.length === 0 ? [] : [{ type: 'ActionSet', actions: buttons }]), question],
    actions: apart.map((action) => renderAction(card, action)),
  };
}

/** The message that holds the card and nothing else. With text beside the card, Teams makes two messages and returns no id. */
export function renderMessage(card: Card, nameOf: NameLookup, called: readonly Mention[] = []): Outgoing {
  const attachment = { contentType: cardType, content: withMentions(renderCard(card, nameOf), called) };
  return { type: 'message', summary: summaryOf(card, nameOf), attachments: [attachment] };
}

/**
 * Teams notifies a person whose `<at>` text stands on a new card and in its entities, letter by letter the same.
 * Source: msteams-docs, cards-format, user mentions in Adaptive Cards.
 */
function withMentions(card: AdaptiveCard, called: readonly Mention[]): AdaptiveCard {
  if (called.length === 0) return card;
  const entities = called.slice(0, mentionsAtMost).map(({ id, name }) => {
    const shown = neutral(shownName(name)).trim();
    return { type: 'mention', text: `<at>${shown === '' ? words.somebody : shown}</at>`, mentioned: { id, name } };
  });
  const text = entities.map((entity) => entity.text).join(', ');
  const line = { type: 'TextBlock', text, wrap: true, isSubtle: true, size: 'small' };
  return { ...card, body: [...card.body, line], msteams: { entities } };
}
const mentionsAtMost = 10;

function summaryOf({ summary, title }: Card, nameOf: NameLookup): string {
  const said = textToPlain(summary, nameOf);
  return truncate(said.trim() === '' ? textToPlain([title], nameOf) : said, summaryChars);
}

/** The button beside a line. On a narrow screen the text takes what the button leaves. */
function besideButton(card: Card, line: Line, nameOf: NameLookup): Element {
  const text = renderLine(line, nameOf);
  if (line.button === undefined) return text;
  const button = { type: 'ActionSet', actions: [renderAction(card, line.button)] };
  return {
    type: 'ColumnSet',
    columns: [
      { type: 'Column', width: 'stretch', verticalContentAlignment: 'center', items: [text] },
      { type: 'Column', width: 'auto', verticalContentAlignment: 'center', items: [button] },
    ],
  };
}

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
  const defaultSubmit: Card['submit'] = hasInputs ? { act: 'continue', label: words.continue } : undefined;
  const { act, label, style = 'primary' } = card.submit ?? defaultSubmit ?? {};
  if (act === undefined || label === undefined) return [];
  return [execute(card, act, label, { style, sendsInputs: true })];
}

function renderAction(card: Card, action: Action): Element {
  if (action.kind === 'link') {
    const style = action.isSecondary === true ? {} : { style: 'positive' };
    return { type: 'Action.OpenUrl', title: labelOf(action.label), url: action.url, ...style };
  }
  const { act, label, style, confirm, about = card, contact, spoken } = action;
  const more = { ...(contact === undefined ? {} : { contact }), ...(spoken === undefined ? {} : { spoken }) };
  if (confirm === undefined) return execute(about, act, label, { style, ...more });
  const body = [
    { type: 'TextBlock', text: textToMarkdown([{ strong: confirm.title }], () => undefined, 150), wrap: true },
    { type: 'TextBlock', text: truncate(neutral(confirm.text), 300), wrap: true },
  ];
  const confirmed = execute(about, act, confirm.yes, { style: confirm.isDanger === true ? 'danger' : style });
  return {
    type: 'Action.ShowCard',
    title: labelOf(label),
    card: { type: 'AdaptiveCard', body, actions: [confirmed] },
  };
}

interface ButtonOptions {
  readonly style?: 'primary' | 'danger' | 'normal';
  readonly sendsInputs?: boolean;
  readonly contact?: ContactRef;
  readonly spoken?: string;
}

/** `fallback` is for clients that do not know Action.Execute: they send the same data as a message. */
function execute(
  about: Parameters<typeof packData>[0],
  verb: Verb,
  label: string,
  { style = 'normal', sendsInputs = false, contact, spoken }: ButtonOptions = {},
): Element {
  const shared = {
    title: labelOf(label),
    ...(spoken === undefined ? {} : { tooltip: labelOf(spoken) }),
    ...(style === 'normal' ? {} : { style: style === 'primary' ? 'positive' : 'destructive' }),
    // A button beside an input must work while the input is empty, and must not send the code that is in it.
    ...(sendsInputs ? {} : { associatedInputs: 'none' }),
  };
  const data = { ...packData(about), ...(contact === undefined ? {} : { contact }) };
  const fallback = { type: 'Action.Submit', ...shared, data: { act: verb, ...data } };
  // Several buttons may have one label and one verb.
  const id = contact === undefined ? {} : { id: `${verb} ${contact}` };
  return { type: 'Action.Execute', ...id, ...shared, verb, data, fallback };
}

const labelOf = (label: string): string =>
  truncate(
    withoutDirections(beginning(label, textCharsAtMost)).replace(/[\p{Cc}\p{Cs}]+/gu, ' '),
    cardLimits.labelChars,
  );

/** A card for a single sentence of this adapter. */
export function noticeCard(sentence: string): Card {
  return {
    version: 0,
    title: words.notice,
    summary: [truncate(sentence, summaryChars)],
    lines: [{ text: [sentence], tone: 'normal' }],
    inputs: [],
    actions: [],
    closeLabel: words.close,
  };
}
