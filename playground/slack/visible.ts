// What a person can read and press in blocks: for assertions, and for finding a button by its label.

import { isRecord, type Json, listOf, recordOf, recordsOf, textOf } from '../json.ts';
import { elementsIn } from './block-limits.ts';
import { type Field, fieldsOf } from './form.ts';

export type ShownButton = {
  readonly text: string;
  readonly blockId: string;
  readonly actionId: string;
  readonly value: string | undefined;
  readonly url: string | undefined;
  readonly style: string | undefined;
  /** What is asked before the press is sent. */
  readonly confirm: Json | undefined;
};

type Readable = { readonly text?: unknown; readonly title?: unknown; readonly blocks: readonly Json[] };

/** All text in reading order, one line for each piece. The fallback text appears only where there are no blocks. */
export function visibleText(surface: Readable & Json): string {
  const title = textOf(recordOf(surface['title'])['text']);
  const submit = textOf(recordOf(surface['submit'])['text']);
  const body = surface.blocks.length === 0 ? [textOf(surface['text'])] : surface.blocks.flatMap(textsIn);
  return [title, ...body, submit].filter((text) => text !== undefined).join('\n');
}

/** Keys under which Slack shows text, nested text objects and options included. */
const SHOWN = ['label', 'title', 'text', 'fields', 'hint', 'placeholder', 'options', 'description', 'rows'];

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return listOf(value).flatMap(textsIn);
  if (!isRecord(value)) return [];
  return [...SHOWN, 'elements', 'accessory', 'element', 'child_blocks'].flatMap((key) => textsIn(value[key]));
}

export function buttonsIn(blocks: readonly Json[]): readonly ShownButton[] {
  return fieldsOf(blocks)
    .filter(({ element }) => element['type'] === 'button')
    .map(({ element, blockId, actionId }) => ({
      text: labelOf(element) ?? '',
      ...{ blockId, actionId },
      value: textOf(element['value']),
      url: textOf(element['url']),
      style: textOf(element['style']),
      confirm: isRecord(element['confirm']) ? element['confirm'] : undefined,
    }));
}

export function labelOf(element: Json): string | undefined {
  return textOf(recordOf(element['text'])['text']);
}

/** How a person or a test names an element. */
export type Pointer = {
  readonly actionId?: string;
  readonly blockId?: string;
  readonly value?: string;
  /** The label of a button. */
  readonly text?: string;
  readonly kind?: 'text input';
};

/** The one element that is meant; throws when there is none, or more than one. */
export function pointedAt(blocks: readonly Json[], pointer: Pointer): Field {
  const fields = fieldsOf(blocks).filter(
    ({ element, blockId, actionId }) =>
      (pointer.actionId === undefined || actionId === pointer.actionId) &&
      (pointer.blockId === undefined || blockId === pointer.blockId) &&
      (pointer.value === undefined || element['type'] !== 'button' || element['value'] === pointer.value) &&
      (pointer.text === undefined || labelOf(element) === pointer.text) &&
      (pointer.kind === undefined || String(element['type']).endsWith('_input')),
  );
  const [field, other] = fields;
  if (field === undefined) {
    const there = fieldsOf(blocks).map(
      ({ element, actionId }) => `${labelOf(element) ?? element['type']} (${actionId})`,
    );
    throw new Error(
      `nothing like ${JSON.stringify(pointer)} is on the screen, only: ${there.join(', ') || 'no elements'}`,
    );
  }
  if (other !== undefined) throw new Error(`${JSON.stringify(pointer)} fits more than one element`);
  return field;
}

/** Every option that can be chosen, with its value. */
export function optionsIn(
  blocks: readonly Json[],
): readonly { text: string; value: string; actionId: string; blockId: string }[] {
  return blocks.flatMap(elementsIn).flatMap((element) =>
    recordsOf(element['options']).map((option) => ({
      text: labelOf(option) ?? '',
      value: textOf(option['value']) ?? '',
      actionId: textOf(element['action_id']) ?? '',
      blockId: fieldsOf(blocks).find((field) => field.element === element)?.blockId ?? '',
    })),
  );
}
