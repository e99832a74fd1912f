// Neutral text → Slack's mrkdwn or plain text. A card's plain text never becomes markup, a mention or a link.
import type { PersonSpan, Span, Text } from '../../bot/cards/card.ts';
import { nameChars } from '../../bot/display-names.ts';
import { beginning } from '../../text/bounded-text.ts';
import { shownName, withoutDirections } from '../../text/shown-name.ts';
import { ellipsis, textCharsAtMost, truncate } from '../truncate.ts';
import { slackUser } from './actor.ts';
import { words } from './words.ts';

export interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Stops Slack from turning addresses and names into links. */
  readonly verbatim: true;
}

export interface Plain {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

export const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true });
export const plain = (text: string, limitChars: number): Plain => ({
  type: 'plain_text',
  text: truncate(text, limitChars),
  emoji: false,
});

/** Spans as mrkdwn of at most `limitChars`. Longer text is cut with an ellipsis, but never inside an entity or a mention. */
export function textToMrkdwn(text: Text, limitChars: number): string {
  let drawn = '';
  for (const span of text) {
    const room = limitChars - drawn.length - ellipsis.length;
    const next = spanToMrkdwn(span);
    if (next.length <= room) {
      drawn += next;
      continue;
    }
    return `${drawn}${cutEscaped(typeof span === 'string' ? span : '', room)}${ellipsis}`;
  }
  return drawn;
}

/** For places without markup: errors beside an input, titles. */
export function textToPlain(text: Text): string {
  return text.map(spanToPlain).join('');
}

function spanToMrkdwn(span: Span): string {
  if (typeof span === 'string') return escapeText(span);
  if ('strong' in span)
    return span.strong.trim() === ''
      ? ''
      : `*${escapeText(beginning(span.strong, textCharsAtMost).replace(/\s+/g, ' ').trim())}*`;
  if ('time' in span) {
    const time = span.toTheSecond === true ? '{time_secs}' : '{time}';
    const format = span.withDay === true ? words.dayAndTime('{date_short_pretty}', time) : time;
    const seconds = span.toTheSecond === true ? Math.ceil(span.time / 1000) : Math.floor(span.time / 1000);
    return `<!date^${seconds}^${format}|${words.utcTime(span)}>`;
  }
  const user = slackUser(span.person);
  return user === undefined ? escapeText(nameIn(span)) : `<@${user}>`;
}

function spanToPlain(span: Span): string {
  if (typeof span === 'string') return withoutDirections(beginning(span, textCharsAtMost));
  if ('strong' in span) return withoutDirections(beginning(span.strong, textCharsAtMost));
  if ('time' in span) return words.utcTime(span);
  return nameIn(span);
}

const nameIn = (span: PersonSpan): string => shownName(span.name ?? '', nameChars(span)) || words.somebody;

/** Escapes Slack's three special characters. Replaces those that would start bold, italic, strike or code by look-alikes. */
export function escapeText(text: string): string {
  return withoutDirections(beginning(text, textCharsAtMost))
    .replace(/[*~`]/g, (sign) => lookAlikes[sign] ?? sign)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\uff3f')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
const lookAlikes: Readonly<Record<string, string>> = { '*': '\u2217', '~': '\u223c', '`': '\u02cb' };

function cutEscaped(text: string, limitChars: number): string {
  let kept = '';
  for (const character of text) {
    const next = escapeText(character);
    if (kept.length + next.length > limitChars) break;
    kept += next;
  }
  return kept;
}
