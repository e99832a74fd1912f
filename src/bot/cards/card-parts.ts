// Lines, buttons and summaries: the parts of which all cards are made.
import type { Copy } from '../copy/copy.ts';
import type { Act, Line, PressAction, Text, Tone } from './card.ts';

export const line = (text: Text, tone: Tone = 'normal'): Line => ({ text, tone });

export function press(act: Act, label: string, more: Partial<PressAction> = {}): PressAction {
  return { kind: 'press', act, label, style: 'normal', opensWindow: false, ...more };
}

/** For places without markup: the time is UTC, because nobody there knows the reader's zone. */
export const summaryOf = (text: Text, copy: Copy): Text =>
  text.map((span) => {
    if (typeof span === 'string' || 'person' in span) return span;
    return 'strong' in span ? span.strong : copy.utcTime(span);
  });
