// Reads the words after `latchkey contacts`. Apart from what carries them out, which takes long to load.
import { parseArgs } from 'node:util';

export type ContactsOrder =
  | { readonly do: 'import'; readonly path: string; readonly apply: boolean; readonly fromLine: number }
  | { readonly do: 'coverage' };

/** An option that is misspelt must not turn a trial into an import, or the other way round. */
export function contactsOrder(args: readonly string[]): ContactsOrder | undefined {
  const [command, ...words] = args;
  if (command === 'coverage') return words.length === 0 ? { do: 'coverage' } : undefined;
  if (command !== 'import') return undefined;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true, strict: false });
  const [path, ...more] = positionals;
  const { apply = false, from = '1', ...unknown } = values;
  const isUnderstood = more.length === 0 && Object.keys(unknown).length === 0 && typeof apply === 'boolean';
  if (path === undefined || !isUnderstood || typeof from !== 'string' || !/^[1-9]\d{0,8}$/.test(from)) return undefined;
  return { do: 'import', path, apply, fromLine: Number(from) };
}

const options = { apply: { type: 'boolean' }, from: { type: 'string' } } as const;
