// Inputs of a card → input blocks of a window. What comes back from them is read in `submission.ts`.
import type { Input } from '../../bot/cards/card.ts';
import { cardLimits } from '../../bot/cards/card.ts';
import type { Block } from './block-kit.ts';
import { mrkdwn, plain, textToMrkdwn } from './render-text.ts';

/**
 * Slack keeps what was typed or chosen in a block that keeps its id: one id for each code, so that a window may be drawn again
 * while somebody types, and a used code never stands there for the next one. The action id is the input's name.
 */
const inputBlockId = (input: Input, version: number): string =>
  `lk.${input.name}.${input.kind === 'code' ? input.which.slice(0, 64) : version}`;

export function renderInput(input: Input, version: number): readonly Block[] {
  const block_id = inputBlockId(input, version);
  const label = plain(input.label, 2_000);
  if (input.kind === 'code') {
    const element = {
      type: 'plain_text_input',
      action_id: input.name,
      min_length: input.minLength,
      max_length: input.maxLength,
      focus_on_load: true,
    };
    const block = { type: 'input', block_id, label, hint: plain(input.hint, 2_000), element };
    return input.error === undefined ? [block] : [renderError(input.error), block];
  }
  const options = input.choices.slice(0, cardLimits.choices).map(({ value, label }) => ({
    text: plain(label, cardLimits.labelChars),
    value,
  }));
  if (options.length === 0) return [];
  const initial = options.find(({ value }) => value === input.initial);
  const preselected = initial === undefined ? {} : { initial_option: initial };
  return [
    {
      type: 'input',
      block_id,
      label,
      element: { type: 'radio_buttons', action_id: input.name, options, ...preselected },
    },
  ];
}

/** Where the window is drawn anew, Slack has no place for an error beside the input. */
const renderError = (error: string): Block => ({
  type: 'section',
  text: mrkdwn(`⚠️ ${textToMrkdwn([{ strong: error }], 2_900)}`),
});
