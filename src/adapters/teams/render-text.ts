// Neutral text → the text of an Adaptive Card, which supports a little Markdown. Plain text of a card never becomes markup or a link.
import type { Span, Text, TimeSpan } from '../../bot/cards/card.ts';
import { nameChars } from '../../bot/display-names.ts';
import { beginning } from '../../text/bounded-text.ts';
import { shownName, withoutDirections } from '../../text/shown-name.ts';
import { ellipsis, textCharsAtMost } from '../truncate.ts';
import type { NameLookup } from './names.ts';
import { words } from './words.ts';

/** Spans as Markdown of at most `limitChars`; what does not fit ends in an ellipsis, never inside a time or bold type. */
export function textToMarkdown(text: Text, nameOf: NameLookup, limitChars: number): string {
  const parts = joined(text, nameOf);
  let drawn = '';
  for (const [nth, part] of parts.entries()) {
    const next = partToMarkdown(part, { before: drawn, after: parts[nth + 1] });
    const room = limitChars - drawn.length - ellipsis.length - wordJoiner.length;
    if (next.length > room)
      return notAList(`${drawn}${typeof part === 'string' ? cutNeutral(part, room) : ''}${ellipsis}`);
    drawn += next;
  }
  return notAList(drawn);
}

type Part = string | Exclude<Span, string | { readonly person: unknown }>;

/** Joins adjacent plain spans before they are escaped, because two harmless halves could be markup together. */
function joined(text: Text, nameOf: NameLookup): readonly Part[] {
  const parts: Part[] = [];
  for (const span of text) {
    const part = typeof span === 'object' && 'person' in span ? calledBy(span, nameOf) : span;
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}

/** For places without markup, e.g. a button or the sentence that answers a press. Times are UTC: only cards can show local time. */
export function textToPlain(text: Text, nameOf: NameLookup): string {
  const said = text.map((span) => {
    if (typeof span === 'string') return span;
    if ('strong' in span) return span.strong;
    return 'time' in span ? words.utcTime(span) : calledBy(span, nameOf);
  });
  return withoutDirections(beginning(said.join(''), textCharsAtMost)).replace(controls, ' ');
}

const calledBy = (span: Extract<Span, { readonly person: unknown }>, nameOf: NameLookup): string =>
  shownName(nameOf(span) ?? span.name ?? '', nameChars(span)) || words.somebody;

interface Around {
  readonly before: string;
  readonly after: Part | undefined;
}

function partToMarkdown(part: Part, around: Around): string {
  if (typeof part === 'string') return neutral(part);
  return 'time' in part ? localTime(part) : bold(neutral(part.strong).trim(), around);
}

/** Markdown shows `**` between a letter and a punctuation mark as two stars. There the text is left without bold type. */
function bold(text: string, { before, after }: Around): string {
  const isWord = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');
  if (text === '') return '';
  const begins = isWord(text[0]) || !isWord(before.at(-1));
  const ends = isWord(text.at(-1)) || !isWord(typeof after === 'string' ? after[0] : undefined);
  // Two bold spans directly beside each other would be one run of four stars.
  return begins && ends && !before.endsWith('**') ? `**${text}**` : text;
}

/** The client shows it in the reader's own time zone. Source: Adaptive Cards, text features: no fractions of a second. */
function localTime(span: TimeSpan): string {
  // The client shows no seconds: a time that must have come is the next full minute.
  const at = new Date(span.toTheSecond === true ? Math.ceil(span.time / 60_000) * 60_000 : span.time);
  const year = at.getUTCFullYear();
  if (year < 1970 || year > 9999) return words.utcTime(span);
  const stamp = `${at.toISOString().slice(0, 19)}Z`;
  const time = `{{TIME(${stamp})}}`;
  return span.withDay === true ? words.dayAndTime(`{{DATE(${stamp},SHORT)}}`, time) : time;
}

/** Replaces the characters that would start bold, italic, code, a link, a quotation, an entity, an escape or a time by look-alikes. */
export function neutral(text: string): string {
  return withoutDirections(beginning(text, textCharsAtMost))
    .replace(controls, ' ')
    .replace(/[*`~[\]<>\\]/g, (sign) => lookAlikes[sign] ?? sign)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\uff3f')
    .replace(/&(?=#?\w+;)/g, '\uff06')
    .replace(/\{\{/g, `{${wordJoiner}{`)
    .replace(/:\/\//g, `:${wordJoiner}//`);
}
const lookAlikes: Readonly<Record<string, string>> = {
  '*': '\u2217',
  '`': '\u02cb',
  '~': '\u223c',
  '[': '\uff3b',
  ']': '\uff3d',
  '<': '\uff1c',
  '>': '\uff1e',
  '\\': '\uff3c',
};
const controls = /[\p{Cc}\p{Cs}\u2028\u2029]+/gu;
const wordJoiner = '\u2060';

/** Without this, a line that begins like a list item or a heading would be drawn as one. */
const notAList = (text: string): string => (/^\s*(?:[-+#]|\d{1,9}[.)])/.test(text) ? `${wordJoiner}${text}` : text);

function cutNeutral(text: string, limitChars: number): string {
  let kept = '';
  for (const character of text) {
    if (kept.length + neutral(kept.slice(-1) + character).length > limitChars) break;
    kept += character;
  }
  const drawn = neutral(kept);
  return drawn.length <= limitChars ? drawn : '';
}
