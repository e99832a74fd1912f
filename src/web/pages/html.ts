// A page’s phrases as HTML. Every text is escaped in text/html, and nowhere else.
import { escapedHtml as escaped, plainSpanHtml } from '../../text/html.ts';
import type { Phrase, PhraseSpan } from '../../text/page-text.ts';

/** How times are written, in UTC. */
export interface TimeWords {
  readonly day: (time: number) => string;
  readonly moment: (time: number) => string;
  readonly clock: (time: number) => string;
}

export const phraseIn =
  (times: TimeWords) =>
  (spans: Phrase): string =>
    spans.map((span) => spanHtml(span, times)).join('');

function spanHtml(span: PhraseSpan, times: TimeWords): string {
  if (typeof span === 'string') return escaped(span);
  if ('day' in span) return timeHtml(span.day, 'day', times);
  if ('clock' in span) return timeHtml(span.clock, 'clock', times);
  return 'moment' in span ? timeHtml(span.moment, 'moment', times) : plainSpanHtml(span);
}

const timeHtml = (time: number, shown: 'day' | 'moment' | 'clock', times: TimeWords): string =>
  `<time datetime="${new Date(time).toISOString()}" data-shown="${shown}">${escaped(times[shown](time))}</time>`;
