// Inputs of a card → input blocks of a window or a message. `submission-values.ts` reads the submitted values.
import type { Input } from '../../bot/cards/card.ts';
import { cardLimits } from '../../bot/cards/card.ts';
import type { Block } from './block-kit.ts';
import { mrkdwn, plain, textToMrkdwn } from './render-text.ts';

/**
 * Slack keeps the content of an input when its block id stays the same. Each code has its own id: the window can be redrawn while
 * somebody types, and an old code is never left in the field for a new one. The action id is the input's name.
 */
const inputBlockId = (input: Input, version: number): string =>
  `lk.${input.name}.${input.kind === 'code' ? input.which.slice(0, 64) : version}`;

export function renderInput(input: Input, version: number): readonly Block[] {
  const block_id = inputBlockId(input, version);
  const label = plain(input.label, 2_000);
  if (input.kind === 'text') {
    const element = {
      ...{ type: 'plain_text_input', action_id: input.name },
      ...{ min_length: 1, max_length: input.maxLength, focus_on_load: true },
      placeholder: plain(input.hint, 150),
    };
    return [{ type: 'input', block_id, label, element }];
  }
  if (input.kind === 'code') {
    const element = {
      type: 'plain_text_input',
      action_id: input.name,
      min_length: input.minLength,
      max_length: input.maxLength,
      focus_on_load: true,
    };
    const block = { type: 'input', block_id, label, hint: plain(input.hint, 2_000), element };
    return [block, ...renderErrors([input])];
  }
  const options = input.choices.slice(0, cardLimits.choices).map(({ value, label, hint }) => ({
    text: plain(label, cardLimits.labelChars),
    value,
    ...(hint === undefined ? {} : { description: plain(hint, cardLimits.labelChars) }),
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

/** Names the block that says what is wrong with the typed text. */
export const errorBlockId = 'lk.error';

/**
 * Slack shows errors beside an input only in the answer to a submission. A redrawn window has a block of its own for it, directly
 * under the input; a message has it in the place of the input. `firstId` makes the ids unique if one page shows several cards.
 */
export const renderErrors = (inputs: readonly Input[], firstId = 0): readonly Block[] =>
  inputs.flatMap((input) =>
    input.kind === 'code' && input.error !== undefined
      ? [
          {
            type: 'section',
            block_id: firstId === 0 ? errorBlockId : `${errorBlockId}.${firstId}`,
            text: mrkdwn(`⚠️ ${textToMrkdwn([{ strong: input.error }], 2_900)}`),
          },
        ]
      : [],
  );
