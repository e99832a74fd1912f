// Names that people gave themselves or each other, made safe to show anywhere: on a card, a page, in a notification or a log.
// A mark that turns the direction of text would also turn the words beside the name.

import { beginning } from './bounded-text.ts';

const nameCharsAtMost = 60;
/** So many characters may be dropped before the bound is reached. */
const readAtMost = 1_000;

/** Marks of direction, joiners, fillers, surrogates without a partner, private and unassigned characters: nobody sees them. */
const invisible = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;
/** Whatever begins a new line or leaves a gap. U+2800 is a Braille pattern without dots. */
const gaps = /[\p{Cc}\p{Z}\s\u2800]+/gu;
/** Signs that are stacked on one letter would cover the lines above and below it. */
const stacked = /(\p{M}{3})\p{M}+/gu;
/** The marks that change the direction of what follows (Unicode Standard Annex 9). */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line of at most `charsAtMost` UTF-16 units, the last one `…` if it was longer. Empty if nothing is left to see. */
export function shownName(name: string, charsAtMost = nameCharsAtMost): string {
  const seen = beginning(name, readAtMost).replace(invisible, '').replace(gaps, ' ').replace(stacked, '$1').trim();
  return seen.length <= charsAtMost ? seen : `${beginning(seen, charsAtMost - 1).trimEnd()}…`;
}

/** For other text from outside: no mark in it turns the text beside it. */
export const withoutDirections = (text: string): string => text.replace(directions, '');

/** Whether a name can be shown as it is written. */
export const isShownWhole = (name: string, charsAtMost: number): boolean => shownName(name, charsAtMost) === name;
