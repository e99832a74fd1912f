// A time in plain words, for where no platform writes it in the reader's own zone.
import type { Span } from './card.ts';

export type TimeSpan = Extract<Span, { readonly time: unknown }>;

export function utcTime({ time, withDay }: TimeSpan): string {
  const written = new Date(time).toISOString();
  return `${withDay === true ? `${written.slice(0, 10)}, ` : ''}${written.slice(11, 16)} UTC`;
}
