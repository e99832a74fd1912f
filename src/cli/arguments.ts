// Reads the words after a command. An option that is misspelt is refused: it must not turn a look into an act, or the other way round.
import { nearestName } from '../config/nearest-name.ts';

export type UsageError = Error & { readonly name: 'UsageError' };
export const isUsageError = (error: unknown): error is UsageError =>
  error instanceof Error && error.name === 'UsageError';
export const usageError = (what: string): UsageError => Object.assign(new Error(what), { name: 'UsageError' as const });

export interface Arguments {
  readonly words: readonly string[];
  /** Options without a value. */
  readonly has: (name: string) => boolean;
  readonly value: (name: string) => string | undefined;
}

export interface Options {
  readonly flags: readonly string[];
  readonly values: readonly string[];
}

/** Longer than any id, name or reason. */
const charsAtMost = 500;

/** Ids are random and may begin with a dash: only what looks like the name of an option is one. */
const looksLikeOption = (word: string): boolean => /^--?[a-z]+(?:-[a-z]+)*(?:=.*)?$/s.test(word) && word.length < 22;

/** Throws a `UsageError`. */
export function readArguments(args: readonly string[], { flags, values }: Options): Arguments {
  const words: string[] = [];
  const found = new Map<string, string>();
  for (let nth = 0; nth < args.length; nth += 1) {
    const word = args[nth] ?? '';
    if (word.length > charsAtMost) throw usageError(`one of the words has more than ${charsAtMost} characters`);
    const [name = '', ...rest] = word.startsWith('--') ? word.slice(2).split('=') : [];
    if (flags.includes(name) && rest.length === 0) found.set(name, '');
    else if (values.includes(name)) {
      const value = rest.length > 0 ? rest.join('=') : args[nth + 1];
      if (value === undefined || value.trim() === '' || (rest.length === 0 && looksLikeOption(value)))
        throw usageError(`--${name} needs a value`);
      if (found.has(name)) throw usageError(`--${name} is given twice`);
      found.set(name, value.trim());
      if (rest.length === 0) nth += 1;
    } else if (looksLikeOption(word)) throw unknownOption(word, [...flags, ...values]);
    else words.push(word);
  }
  return { words, has: (name) => found.has(name), value: (name) => found.get(name) };
}

function unknownOption(word: string, known: readonly string[]): UsageError {
  const nearest = nearestName(word, known);
  return usageError(
    `there is no option ${word.slice(0, 40)} here${nearest === undefined ? '' : `. Did you mean --${nearest}?`}`,
  );
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30m`, `2h`, `3d` → seconds. Throws a `UsageError`. */
export function readDuration(name: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = unitSeconds[unit];
  if (amount === undefined || seconds === undefined) throw usageError(`--${name} is a time like 30m, 2h or 3d`);
  return Number(amount) * seconds;
}

/** One of a few words. Throws a `UsageError` with the nearest of them. */
export function readChoice(name: string, text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  const nearest = nearestName(text, choices);
  throw usageError(
    `--${name} is one of ${choices.join(', ')}${nearest === undefined ? '' : `. Did you mean ${nearest}?`}`,
  );
}
