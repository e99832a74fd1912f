// What a person has typed and chosen in the inputs of a modal, a message or an App Home, in Slack's format
// (`state.values`), and what the client refuses before it sends anything.

import { isRecord, type Json, listOf, recordOf, recordsOf, textOf } from '../json.ts';
import { elementsIn } from './block-limits.ts';

export type Form = Map<string, Json>;
export type Field = {
  readonly blockId: string;
  readonly block: Json;
  readonly element: Json;
  readonly actionId: string;
};

const keyOf = (blockId: string, actionId: string): string => `${blockId}\n${actionId}`;

/** Every interactive element with its block id and action id. */
export function fieldsOf(blocks: readonly Json[]): readonly Field[] {
  return blocks.flatMap((block) =>
    elementsIn(block).flatMap((element) => {
      const actionId = textOf(element['action_id']);
      const blockId = textOf(block['block_id']);
      return actionId === undefined || blockId === undefined ? [] : [{ blockId, block, element, actionId }];
    }),
  );
}

/**
 * Slack's property for an element's value, by the element's type; undefined for elements without a value, such as
 * buttons.
 */
function holderOf(type: string): string | undefined {
  if (type.endsWith('_input')) return type === 'rich_text_input' ? 'rich_text_value' : 'value';
  if (type === 'static_select' || type === 'external_select' || type === 'radio_buttons') return 'selected_option';
  if (type === 'multi_static_select' || type === 'multi_external_select' || type === 'checkboxes')
    return 'selected_options';
  if (type === 'datepicker') return 'selected_date';
  if (type === 'timepicker') return 'selected_time';
  if (type === 'datetimepicker') return 'selected_date_time';
  const select = /^(multi_)?(user|conversation|channel)s_select$/.exec(type);
  return select === null ? undefined : `selected_${select[2]}${select[1] === undefined ? '' : 's'}`;
}

function initialState(element: Json): Json | undefined {
  const type = textOf(element['type']) ?? '';
  const holder = holderOf(type);
  if (holder === undefined) return undefined;
  const initial = element[holder.replace('selected', 'initial').replace(/^(rich_text_)?value$/, 'initial_value')];
  return { type, [holder]: initial ?? (holder.endsWith('s') ? [] : null) };
}

/** The form of newly drawn blocks. The value of an input that is still there is kept. */
export function drawnForm(blocks: readonly Json[], before: Form = new Map()): Form {
  const form: Form = new Map();
  for (const { blockId, actionId, element } of fieldsOf(blocks)) {
    const state = initialState(element);
    const kept = before.get(keyOf(blockId, actionId));
    if (state !== undefined)
      form.set(keyOf(blockId, actionId), kept?.['type'] === state['type'] ? (kept ?? state) : state);
  }
  return form;
}

/** `state.values` as Slack sends it: every stateful element, filled or not. */
export function stateValues(form: Form): { readonly [blockId: string]: { readonly [actionId: string]: Json } } {
  const values: { [blockId: string]: { [actionId: string]: Json } } = {};
  for (const [key, state] of form) {
    const [blockId = '', actionId = ''] = key.split('\n');
    values[blockId] = { ...values[blockId], [actionId]: state };
  }
  return values;
}

export function typeInto(form: Form, field: Field, text: string): void {
  const type = textOf(field.element['type']) ?? '';
  if (holderOf(type) !== 'value') throw new Error(`nobody can type into a ${type}`);
  form.set(keyOf(field.blockId, field.actionId), { type, value: text === '' ? null : text });
}

/** Chooses by option value or label (or by id, or date). A list chooses several. */
export function chooseIn(form: Form, field: Field, value: string | readonly string[]): void {
  const type = textOf(field.element['type']) ?? '';
  const holder = holderOf(type);
  if (holder === undefined || holder === 'value') throw new Error(`nobody can choose in a ${type}`);
  const wanted = typeof value === 'string' ? [value] : value;
  const chosen = holder.startsWith('selected_option') ? wanted.map((one) => optionOf(field.element, one)) : wanted;
  form.set(keyOf(field.blockId, field.actionId), {
    type,
    [holder]: holder.endsWith('s') ? chosen : (chosen[0] ?? null),
  });
}

/** The option with this value or label, in the format in which it is sent to the app. */
export function optionOf(element: Json, value: string): Json {
  const options = [
    ...recordsOf(element['options']),
    ...recordsOf(element['option_groups']).flatMap((group) => recordsOf(group['options'])),
  ];
  const labelled = (option: Json): boolean => recordOf(option['text'])['text'] === value;
  const found = options.find((option) => option['value'] === value) ?? options.find(labelled);
  if (found === undefined) throw new Error(`there is no option ${value}`);
  return found;
}

export function stateOf(form: Form, field: Field): Json {
  return form.get(keyOf(field.blockId, field.actionId)) ?? {};
}

/** The errors that the client shows beside the inputs without sending anything, by block id. */
export function inputProblems(blocks: readonly Json[], form: Form): { readonly [blockId: string]: string } {
  const problems: { [blockId: string]: string } = {};
  for (const field of fieldsOf(blocks)) {
    if (field.block['type'] !== 'input') continue;
    const problem = inputProblem(field, stateOf(form, field));
    if (problem !== undefined) problems[field.blockId] = problem;
  }
  return problems;
}

function inputProblem({ block, element }: Field, state: Json): string | undefined {
  const holder = holderOf(textOf(element['type']) ?? '') ?? '';
  const held = state[holder] ?? null;
  const isEmpty = held === null || held === '' || (Array.isArray(held) && listOf(held).length === 0);
  if (isEmpty) return block['optional'] === true ? undefined : 'Please complete this required field.';
  return typeof held === 'string' && holder === 'value' ? textProblem(element, held) : undefined;
}

function textProblem(element: Json, text: string): string | undefined {
  const [min, max] = [element['min_length'], element['max_length']];
  if (typeof min === 'number' && text.length < min) return `Please enter at least ${min} characters.`;
  if (typeof max === 'number' && text.length > max) return `Please enter no more than ${max} characters.`;
  if (element['type'] === 'number_input') return numberProblem(element, text);
  if (element['type'] === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return 'Please enter a valid email address.';
  if (element['type'] === 'url_text_input' && !URL.canParse(text)) return 'Please enter a valid URL.';
  return undefined;
}

function numberProblem(element: Json, text: string): string | undefined {
  const pattern = element['is_decimal_allowed'] === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(text)) return 'Please enter a valid number.';
  const [min, max] = [element['min_value'], element['max_value']];
  if (typeof min === 'string' && Number(text) < Number(min)) return `Please enter a number of at least ${min}.`;
  if (typeof max === 'string' && Number(text) > Number(max)) return `Please enter a number of at most ${max}.`;
  return undefined;
}

/** Blocks as Slack stores them: every block and interactive element has an id. */
export function withIds(blocks: readonly unknown[], nextId: () => string): readonly Json[] {
  const elementWithId = (element: unknown): unknown =>
    isRecord(element) && isInteractive(element) && element['action_id'] === undefined
      ? { ...element, action_id: nextId() }
      : element;
  return blocks.map((value) => {
    const block = recordOf(value);
    return {
      ...block,
      block_id: textOf(block['block_id']) ?? nextId(),
      ...(Array.isArray(block['elements']) ? { elements: block['elements'].map(elementWithId) } : {}),
      ...(block['accessory'] === undefined ? {} : { accessory: elementWithId(block['accessory']) }),
      ...(block['element'] === undefined ? {} : { element: elementWithId(block['element']) }),
    };
  });
}

function isInteractive(element: Json): boolean {
  const type = textOf(element['type']) ?? '';
  return type === 'button' || type === 'overflow' || type === 'workflow_button' || holderOf(type) !== undefined;
}
