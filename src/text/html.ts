// Phrases as HTML and as plain text. Every text is escaped here, so none can become markup.
import { beginning } from './bounded-text.ts';
import type { PlainPhrase, PlainSpan } from './page-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For content and for values of attributes in quotation marks. */
export const escapedHtml = (text: string): string =>
  beginning(text, 8_192).replace(/[&<>"']/g, (character) => entities[character] ?? '');

export const phraseHtml = (spans: PlainPhrase): string => spans.map(plainSpanHtml).join('');

export function plainSpanHtml(span: PlainSpan): string {
  if (typeof span === 'string') return escapedHtml(span);
  if ('strong' in span) return `<strong>${escapedHtml(span.strong)}</strong>`;
  if ('code' in span) return `<code>${escapedHtml(span.code)}</code>`;
  return `<bdi>${escapedHtml(span.name)}</bdi>`;
}

export const phraseText = (spans: PlainPhrase): string => spans.map(spanText).join('');

function spanText(span: PlainSpan): string {
  if (typeof span === 'string') return span;
  if ('strong' in span) return span.strong;
  return 'code' in span ? span.code : span.name;
}
