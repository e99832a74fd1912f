// Inputs of a card → inputs of an Adaptive Card. In Teams they stand in the card itself: there is no window to open.
// Their ids are the inputs' names; what comes back under them is read in `acts.ts`.
import { cardLimits, type Input } from '../../bot/cards/card.ts';
import { truncate } from '../truncate.ts';
import { neutral } from './render-text.ts';
import { words } from './words.ts';

const describedChars = 200;

export type Element = { readonly type: string; readonly [member: string]: unknown };

export function renderInput(input: Input): readonly Element[] {
  const label = truncate(neutral(input.label), cardLimits.labelChars);
  if (input.kind === 'code') {
    const field: Element = {
      type: 'Input.Text',
      id: input.name,
      label: input.error === undefined ? label : withError(label, input.error),
      placeholder: truncate(input.hint, cardLimits.labelChars),
      maxLength: input.maxLength,
      // A keyboard of digits on a phone; what it hides on the screen would help nobody who copies a code.
      style: 'tel',
      isRequired: true,
      errorMessage: words.required,
    };
    return [field];
  }
  const choices = input.choices.slice(0, cardLimits.choices).map(({ value, label: title }) => ({
    title: truncate(neutral(title), cardLimits.labelChars),
    value,
  }));
  if (choices.length === 0) return [];
  const initial = choices.find(({ value }) => value === input.initial);
  return [
    {
      type: 'Input.ChoiceSet',
      id: input.name,
      label,
      style: 'expanded',
      isMultiSelect: false,
      choices,
      ...(initial === undefined ? {} : { value: initial.value }),
      isRequired: true,
      errorMessage: words.required,
    },
  ];
}

/** Whoever has screens read out hears the input's label on coming to it, and nothing that stands beside. */
const withError = (label: string, error: string): string => truncate(`⚠️ ${label} – ${neutral(error)}`, describedChars);
