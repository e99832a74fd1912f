// The one decoder of what a directory answers. An attribute that is not there, or not in its form, is `not-known`: nobody can
// tell an attribute that has no value from one that we have no right to read.
import type { Entry } from 'ldapts';
import { type Instant, instant } from '../flows/ids.ts';
import { foldCase } from '../text/case-folding.ts';

export type Read<T> = T | 'not-known';

export interface Attributes {
  /** As the directory wrote it. Goes back to it unchanged, and is never put together here. */
  readonly dn: string;
  text(name: string): Read<string>;
  /** Empty where it is not there. */
  texts(name: string): readonly string[];
  whole(name: string): Read<bigint>;
  /** A time of the directory, of any kind: the special values stay what they are. */
  time(name: string): Read<DirectoryTime>;
  /** A span that is stored as a negative number of 100 ns, in milliseconds. The longest of all is `endless`. */
  span(name: string): Read<number | 'endless'>;
  truth(name: string): Read<boolean>;
  bytes(name: string): Read<Uint8Array>;
  allBytes(name: string): readonly Uint8Array[];
}

/** `zero` and `endless` mean something of their own in each attribute. */
export type DirectoryTime = Instant | 'zero' | 'endless';

/** Octets. The client would turn those that happen to be valid UTF-8 into text. */
export const binaryAttributes: readonly string[] = ['objectGUID', 'objectSid', 'tokenGroups'];

/** From 1601 to 1970. */
const epochMs = 11_644_473_600_000n;
const ticksInMs = 10_000n;
const greatest = 9_223_372_036_854_775_807n;

export function decoded(entry: Entry): Attributes {
  // A server may write the name of an attribute in another case than it was asked for.
  const values = new Map(Object.entries(entry).map(([name, value]) => [foldCase(name), listOf(value)]));
  const all = (name: string): readonly (string | Buffer)[] => values.get(foldCase(name)) ?? [];
  const only = (name: string): string | Buffer | undefined => (all(name).length === 1 ? all(name)[0] : undefined);

  const text = (name: string): Read<string> => {
    const value = only(name);
    return typeof value === 'string' && value !== '' ? value : 'not-known';
  };
  const whole = (name: string): Read<bigint> => {
    const digits = text(name);
    return /^-?\d{1,19}$/.test(digits) ? BigInt(digits) : 'not-known';
  };
  return {
    dn: entry.dn,
    text,
    texts: (name) => all(name).filter((value) => typeof value === 'string'),
    whole,
    time: (name) => timeOf(whole(name)),
    span: (name) => spanOf(whole(name)),
    truth: (name) => {
      const word = text(name);
      return word === 'TRUE' || word === 'FALSE' ? word === 'TRUE' : 'not-known';
    },
    bytes: (name) => {
      const value = only(name);
      return Buffer.isBuffer(value) && value.length > 0 ? value : 'not-known';
    },
    allBytes: (name) => all(name).filter((value) => Buffer.isBuffer(value)),
  };
}

const listOf = (value: Entry[string]): readonly (string | Buffer)[] => (Array.isArray(value) ? value : [value]);

function timeOf(ticks: Read<bigint>): Read<DirectoryTime> {
  if (ticks === 'not-known' || ticks < 0n) return 'not-known';
  if (ticks === 0n) return 'zero';
  return ticks === greatest ? 'endless' : instant(Number(ticks / ticksInMs - epochMs));
}

function spanOf(ticks: Read<bigint>): Read<number | 'endless'> {
  if (ticks === 'not-known' || ticks > 0n) return 'not-known';
  return ticks <= -greatest ? 'endless' : Number(-ticks / ticksInMs);
}

/** `20261130112845.0Z` of the root DSE: the directory's own clock. */
export function generalizedTime(text: Read<string>): Read<Instant> {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d{1,6})?Z$/.exec(text);
  if (parts === null) return 'not-known';
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return instant(Date.UTC(year, month - 1, day, hour, minute, second));
}
