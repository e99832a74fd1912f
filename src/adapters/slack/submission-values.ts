// The values of a window's inputs, by input name.
import type { Pressed } from '../../bot/inbound.ts';
import type { ViewState } from './payload.ts';

const names = ['contact', 'code', 'reason', 'note'] as const;

export function valuesOf(state: ViewState | null | undefined): Pressed['values'] {
  const values: { -readonly [name in keyof Pressed['values']]: Pressed['values'][name] } = {};
  for (const inputs of Object.values(state?.values ?? {})) {
    for (const name of names) {
      const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
      const value = input?.value ?? input?.selected_option?.value;
      if (value !== undefined && value !== null && value.length <= 255) values[name] = value;
    }
  }
  return values;
}

/** The block id of this input, or of any input without `name`. Slack's error responses need it. */
export function blockOf(state: ViewState | null | undefined, name?: string): string | undefined {
  const blocks = Object.entries(state?.values ?? {});
  return blocks.find(([, inputs]) => name === undefined || Object.hasOwn(inputs, name))?.[0];
}
