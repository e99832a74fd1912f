// What a person fills into a card, and what the client checks before it sends it.
import { type Json, textOf } from '../json.ts';
import type { CardInput } from './cards.ts';

export type Given = { readonly [inputId: string]: string };
export type Filled = { readonly values: Json; readonly errors: { readonly [inputId: string]: string } };

/** The values that are sent, defaults included, and the errors beside invalid inputs. */
export function fill(inputs: readonly CardInput[], given: Given): Filled {
  const unknown = Object.keys(given).find((id) => !inputs.some((input) => input.id === id));
  if (unknown !== undefined) throw new Error(`there is no input ${unknown} for that button`);
  const filled = inputs.map((input) => ({ input, value: given[input.id] ?? initialOf(input) }));
  return {
    values: Object.fromEntries(filled.flatMap(({ input, value }) => (value === undefined ? [] : [[input.id, value]]))),
    errors: Object.fromEntries(
      filled.flatMap(({ input, value }) => {
        const problem = problemOf(input, value ?? '');
        return problem === undefined ? [] : [[input.id, textOf(input.element['errorMessage']) ?? problem]];
      }),
    ),
  };
}

/** A toggle always has a value; any other input without one is not sent. */
function initialOf({ type, element }: CardInput): string | undefined {
  const { value } = element;
  if (type === 'Input.Toggle') return textOf(value) ?? textOf(element['valueOff']) ?? 'false';
  return typeof value === 'number' ? String(value) : textOf(value);
}

function problemOf({ element }: CardInput, value: string): string | undefined {
  if (value === '') return element['isRequired'] === true ? 'This is required.' : undefined;
  const { maxLength, regex } = element;
  if (typeof maxLength === 'number' && value.length > maxLength) return `At most ${maxLength} characters.`;
  if (typeof regex === 'string' && !new RegExp(regex).test(value)) return 'This does not look right.';
  return undefined;
}
