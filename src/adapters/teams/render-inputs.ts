// Inputs of a card → inputs of an Adaptive Card. In Teams they are part of the card itself: there is no window to open.
// Their ids are the inputs' names; the values that come back are read in `action-codec.ts`.
import { cardLimits, type Input } from '../../bot/cards/card.ts';
import { truncate } from '../truncate.ts';
import { neutral } from './render-text.ts';
import { words } from './words.ts';

const errorChars = 200;

export type Element = { readonly type: string; readonly [member: string]: unknown };

export function renderInput(input: Input): readonly Element[] {
  const label = truncate(neutral(input.label), cardLimits.labelChars);
  if (input.kind === 'code') {
    const field: Element = {
      type: 'Input.Text',
      id: input.name,
      label,
      placeholder: truncate(input.hint, cardLimits.labelChars),
      maxLength: input.maxLength,
      // `tel` shows a digit keyboard on a phone. Not a password field, because people copy the code and want to see it.
      style: input.hasLetters === true ? 'text' : 'tel',
      isRequired: true,
      errorMessage: words.required,
    };
    return input.error === undefined ? [field] : [field, renderError(input.error)];
  }
  if (input.kind === 'text') {
    const field: Element = {
      ...{ type: 'Input.Text', id: input.name, label },
      placeholder: truncate(input.hint, cardLimits.labelChars),
      ...{ maxLength: input.maxLength, isRequired: true, errorMessage: words.required },
    };
    return [field];
  }
  const choices = input.choices.slice(0, cardLimits.choices).map(({ value, label, hint }) => ({
    title: [label, ...(hint === undefined ? [] : [hint])]
      .map((part) => truncate(neutral(part), cardLimits.labelChars))
      .join(' – '),
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
      wrap: true,
      choices,
      ...(initial === undefined ? {} : { value: initial.value }),
      isRequired: true,
      errorMessage: words.required,
    },
  ];
}

/** Directly under the input, where the client shows its own errors about it. `errorMessage` is shown by the client's own checks only. */
const renderError = (error: string): Element => ({
  type: 'TextBlock',
  text: `⚠️ ${truncate(neutral(error), errorChars)}`,
  color: 'attention',
  weight: 'bolder',
  spacing: 'small',
  wrap: true,
});
