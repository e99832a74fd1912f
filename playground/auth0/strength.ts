// The levels of a connection's password policy, and what Auth0 says of a password that does not reach its level: the rules as its own
// library writes them (github.com/auth0/password-sheriff and auth0-password-policies).
type Kind = 'lowerCase' | 'upperCase' | 'numbers' | 'specialCharacters';

const kinds: Readonly<Record<Kind, { readonly message: string; readonly test: RegExp }>> = {
  lowerCase: { message: 'lower case letters (a-z)', test: /[a-z]/ },
  upperCase: { message: 'upper case letters (A-Z)', test: /[A-Z]/ },
  numbers: { message: 'numbers (i.e. 0-9)', test: /\d/ },
  specialCharacters: { message: 'special characters (e.g. !@#$%^&*)', test: /[ !"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/ },
};

interface Level {
  readonly least: number;
  readonly all?: readonly Kind[];
  readonly some?: { readonly least: number; readonly of: readonly Kind[] };
  readonly row?: number;
}

const three = { least: 3, of: ['lowerCase', 'upperCase', 'numbers', 'specialCharacters'] } as const;
const levels: Readonly<Record<string, Level>> = {
  none: { least: 1 },
  low: { least: 6 },
  fair: { least: 8, all: ['lowerCase', 'upperCase', 'numbers'] },
  good: { least: 8, some: three },
  excellent: { least: 10, some: three, row: 2 },
};

export interface Strength {
  readonly verified: boolean;
  readonly rules: readonly { readonly code: string; readonly verified: boolean; readonly [key: string]: unknown }[];
}

const itemsOf = (of: readonly Kind[], password: string) =>
  of.map((code) => ({ message: kinds[code].message, code, verified: kinds[code].test.test(password) }));

/** `policy`: a level; `shortest` replaces the length of the level. */
export function strengthOf(password: string, policy: string, shortest: number | undefined): Strength {
  const { least: usual, all, some, row } = levels[policy] ?? { least: 1 };
  const least = shortest ?? usual;
  const isLong = password.length >= least;
  const rules = [
    least === 1
      ? { message: 'Non-empty password required', code: 'nonEmpty', verified: isLong }
      : { message: 'At least %d characters in length', format: [least], code: 'lengthAtLeast', verified: isLong },
    ...(all === undefined ? [] : [containing(itemsOf(all, password))]),
    ...(some === undefined ? [] : [containingSome(some.least, itemsOf(some.of, password))]),
    ...(row === undefined ? [] : [inARow(row, password)]),
  ];
  return { rules, verified: rules.every(({ verified }) => verified) };
}

type Items = ReturnType<typeof itemsOf>;

const containing = (items: Items) => ({
  ...{ message: 'Should contain:', code: 'shouldContain', items },
  verified: items.every(({ verified }) => verified),
});

const containingSome = (least: number, items: Items) => ({
  message: 'Contain at least %d of the following %d types of characters:',
  code: 'containsAtLeast',
  format: [least, items.length],
  items,
  verified: items.filter(({ verified }) => verified).length >= least,
});

const inARow = (most: number, password: string) => ({
  message: 'No more than %d identical characters in a row (e.g., "%s" not allowed)',
  code: 'identicalChars',
  format: [most, 'a'.repeat(most + 1)],
  verified: !new RegExp(`([\\s\\S])\\1{${most}}`).test(password),
});
