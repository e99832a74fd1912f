// Lines, buttons and summaries: the parts of which all cards are made.
import type { Copy } from '../copy/copy.ts';
import type { Act, Action, Line, Text, Tone } from './card.ts';

export const line = (text: Text, tone: Tone = 'normal'): Line => ({ text, tone });

export function press(act: Act, label: string, more: Partial<Extract<Action, { kind: 'press' }>> = {}): Action {
  return { kind: 'press', act, label, style: 'normal', opensWindow: false, ...more };
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
