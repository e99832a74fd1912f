// Parsers for the values of the environment variables. Messages say what is wrong and what
// to do; they never repeat a value, because the wrong variable may hold a secret.
import { isUtf8 } from 'node:buffer';
import { isIP } from 'node:net';
import { z } from 'zod';
import { withoutEnd } from '../text/bounded-text.ts';
import { foldCase } from '../text/case-folding.ts';
import { bitsAtMost, codesOf, isPattern } from './secret-strength.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type DatabaseAddress =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** Far longer than any key, token or address. */
const charsAtMost = 8_192;

/** A variable that is set, and holds no invisible character. `how` completes "is not set." */
export const text = (how: string) =>
  z
    .string({ error: `is not set. ${how}` })
    .max(charsAtMost, { error: `is longer than ${charsAtMost} characters. ${how}`, abort: true })
    .refine((value) => value === value.trim(), {
      error: 'has white space around its value, perhaps a line break at its end. Remove it',
      abort: true,
    })
    .refine((value) => !/\p{Cc}/u.test(value), {
      error: 'holds a line break or control character. Remove it',
      abort: true,
    })
    .refine((value) => !invisible.test(value), {
      error: 'holds an invisible character, as web pages and word processors put in. Type it anew',
      abort: true,
    })
    .refine((value) => !quote.test(value), {
      error: 'has a quotation mark at its beginning or end. Remove it: only a shell or a .env file takes them away',
      abort: true,
    });

/** Zero-width and other invisible characters, spaces other than the plain one, and U+FFFD, which a wrong encoding leaves. */
export const invisible = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]|(?! )\p{Zs}/u;
const quote = /^["'`´\p{Pi}\p{Pf}„‚]|["'`´\p{Pi}\p{Pf}„‚]$/u;

/** Values that somebody copied from an example and never filled in. */
export const isPlaceholder = (value: string): boolean =>
  /^<.*>$|^\.{3}$|\.\.\.$|^x+$|^(?:change-?me|replace-?me|todo|your-.*)$/i.test(value);

export const secret = (how: string) =>
  text(how)
    .refine((value) => !isPlaceholder(value), { error: `still holds a placeholder. ${how}`, abort: true })
    .refine((value) => !/\s/.test(value), { error: `holds white space. ${how}`, abort: true })
    .refine((value) => /^[\x21-\x7e]+$/.test(value), {
      error: `holds a character that is in none of them, such as a long dash. Copy it anew. ${how}`,
      abort: true,
    });

/** The password of an account elsewhere: any characters that somebody can type. */
export const anyPassword = (how: string) =>
  text(how).refine((value) => !isPlaceholder(value), { error: `still holds a placeholder. ${how}` });

const chosenBits = 128;

/** A secret that the operator makes up, so its strength has to be checked. */
export const chosenSecret = (how: string) =>
  secret(how).refine(
    (value) => bitsAtMost(value) >= chosenBits && new Set(value).size >= 6 && !isPattern(codesOf(value)),
    { error: `is too easy to guess: it must be random, and at least ${chosenBits} bits. ${how}` },
  );

/** Real ones are hexadecimal; the one in Slack's own documentation has other letters, so they are accepted. */
export const slackSigningSecret = (how: string) =>
  secret(how)
    .refine((value) => /^[0-9a-z]{32}$/.test(value), {
      error: `is no signing secret: those are 32 of the characters 0-9 and a-f. ${how}`,
      abort: true,
    })
    .refine((value) => new Set(value).size >= 6 && !isPattern(codesOf(value)), {
      error: `is none of Slack’s: its characters repeat or follow a pattern. ${how}`,
    });

export const port = text('Use a number between 0 and 65535; 0 takes any free one')
  .refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535, {
    error: 'is no port. Use a number between 0 and 65535; 0 takes any free one',
  })
  .transform(Number);

export const host = text('Use an address of this machine, such as 127.0.0.1 or 0.0.0.0').refine(
  (value) => /^[A-Za-z0-9._-]+$|^[0-9A-Fa-f:.]+$/.test(value),
  { error: 'is no address. Give an address or host name alone, without scheme, port or brackets' },
);

export const logLevel = z.enum(logLevels, { error: `is no log level. Use one of ${logLevels.join(', ')}` });

export const logLevelIn = (isProduction: boolean) =>
  logLevel.refine((value) => !isProduction || value !== 'silent', {
    error: 'is silent: in production nobody would read what went wrong or who attacks. Use fatal, or better info',
  });

/** A misspelt `production` would silently turn off the checks for production. */
export const nodeEnv = text('').refine((value) => !/^prod/i.test(value) || value === 'production', {
  error: 'looks like production but is spelt otherwise. Write `production`, or unset it',
});

export const isLoopbackName = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
const isLoopback = (url: URL): boolean => isLoopbackName(url.hostname);

const webAddress = (value: string): URL | undefined => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
};

/** The origin that links are built from, e.g. `https://latchkey.example.com`. */
export const publicUrl = (isProduction: boolean) =>
  text('Set it to the https address at which people’s browsers reach this server').transform((value, context) => {
    const wrong = (what: string): never => {
      context.addIssue({ code: 'custom', message: what });
      return z.NEVER;
    };
    const url = webAddress(value);
    if (url === undefined) return wrong('is no web address. Write it like https://latchkey.example.com');
    if (url.username !== '' || url.password !== '') return wrong('holds a user name or password. Remove it');
    if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#]/.test(value))
      return wrong('has a path or query. Give the origin alone, like https://latchkey.example.com');
    if (url.protocol === 'https:') return url.origin;
    if (!isLoopback(url)) return wrong('is not https. Links that open accounts must not travel in clear: use https://');
    if (isProduction) return wrong('is not https. With NODE_ENV=production a loopback address is refused too');
    return url.origin;
  });

/** An address to which the program sends credentials: https, or http on this machine only. No slash at its end. */
export const upstream = (example: string) =>
  text(`Write it like ${example}`).transform((value, context) => {
    const wrong = (what: string): never => {
      context.addIssue({ code: 'custom', message: what });
      return z.NEVER;
    };
    const url = webAddress(value);
    if (url === undefined) return wrong(`is no web address. Write it like ${example}`);
    if (url.username !== '' || url.password !== '') return wrong('holds a user name or password. Remove it');
    if (/[?#]/.test(value)) return wrong(`has a query or fragment. Write it like ${example}`);
    if (url.protocol === 'http:' && !isLoopback(url))
      return wrong('is not https. Credentials are sent there: use https://, or http:// on this machine only');
    return withoutEnd(url.href, '/');
  });

export const slackApiUrl = upstream('https://slack.com/api/')
  .refine((value) => value.endsWith('/api'), { error: 'does not end in /api/. Write it like https://slack.com/api/' })
  .transform((value) => `${value}/`);

const tokenKinds: readonly (readonly [prefix: string, kind: string])[] = [
  ['xoxp-', 'a user token'],
  ['xapp-', 'an app-level token'],
  ['xoxe', 'a token for rotation'],
  ['xoxa-', 'a workspace token'],
];

export const slackBotToken = (how: string) =>
  secret(how).superRefine((value, context) => {
    const kind = tokenKinds.find(([prefix]) => value.startsWith(prefix))?.[1];
    if (kind !== undefined) context.addIssue({ code: 'custom', message: `is ${kind}. ${how}` });
  });

/** An Entra id, a GUID. A tenant name such as `acme.onmicrosoft.com` is refused: it would never equal the id in activities. */
export const directoryId = (how: string) =>
  text(how)
    .refine((value) => /^[0-9a-z-]{1,64}$/i.test(value), {
      error: `is no id of Entra's, which look like 11111111-2222-3333-4444-555555555555. ${how}`,
    })
    // In lower case, as in tokens, whatever the portal shows.
    .transform(foldCase);

/** Origins, comma-separated, each without a path. */
export const origins = text('Write them like https://one.example.com,https://two.example.com').transform(
  (value, context): readonly string[] =>
    value.split(',').map((part) => {
      const url = webAddress(part.trim());
      const isSafe = url?.protocol === 'https:' || (url !== undefined && isLoopback(url));
      if (url !== undefined && isSafe) return url.origin;
      context.addIssue({
        code: 'custom',
        message: 'names something that is no https origin. Write them without a path',
      });
      return z.NEVER;
    }),
);

/** Addresses and networks, comma-separated: `127.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`. */
export const networks = text('Write them like 127.0.0.1,10.0.0.0/8').transform((value, context): readonly string[] =>
  value.split(',').map((part) => {
    const network = part.trim();
    if (isNetwork(network)) return network;
    context.addIssue({
      code: 'custom',
      message: 'names something that is no address and no network. Write them like 127.0.0.1,10.0.0.0/8',
    });
    return z.NEVER;
  }),
);

/** A network of everybody would let anybody choose their own address. */
function isNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([0-9a-f.:]{2,45})(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return bits > 0 && (prefix === undefined || (Number(prefix) > 0 && Number(prefix) <= bits));
}

export const auth0Domain = text('Set it to the tenant’s domain, like acme.eu.auth0.com')
  .refine((value) => /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(value), {
    error: 'is no domain. Write it without https:// and without a path, like acme.eu.auth0.com',
  })
  .transform(foldCase);

export const database = (isProduction: boolean) =>
  text('').transform((value, context): DatabaseAddress => {
    const wrong = (what: string): never => {
      context.addIssue({ code: 'custom', message: what });
      return z.NEVER;
    };
    if (/^postgres(?:ql)?:\/\//.test(value)) {
      const url = URL.parse(value);
      if (url === null)
        return wrong('is no address of a database. Write it like postgres://user:password@host/latchkey');
      const problem = problemWith(url);
      return problem === undefined ? { kind: 'postgres', url: value } : wrong(problem);
    }
    if (!value.startsWith('sqlite:')) return wrong('is neither sqlite:PATH nor postgres://…');
    const path = value.slice('sqlite:'.length);
    if (path === '' || path.startsWith('//'))
      return wrong('names no file. Write sqlite:./data/latchkey.db or sqlite:/path');
    // SQLite itself would take this for a URI with options, and create a file that others can read.
    if (/^file:/i.test(path)) return wrong('has `file:` in its path. Write sqlite:./data/latchkey.db or sqlite:/path');
    if (path === ':memory:' && isProduction)
      return wrong('keeps everything in memory: a restart would lose open requests');
    return { kind: 'sqlite', path };
  });

/**
 * The modes in which `pg` uses TLS and checks the server's certificate. Its `prefer`, `allow` and `no-verify` exist for
 * compatibility with libpq, and are refused.
 */
const verifyingModes = ['require', 'verify-ca', 'verify-full'];

/**
 * The password and all stored data travel over this connection. Other parameters about encryption could override `sslmode`, so
 * they are refused.
 */
function problemWith(url: URL): string | undefined {
  const { searchParams } = url;
  const hosts = searchParams.has('host') ? searchParams.getAll('host') : [url.hostname];
  if (hosts.some((host) => host === '')) return 'names no host. Write it like postgres://user:password@host/latchkey';
  if (hosts.every((host) => isOfThisMachine(host))) return undefined;
  const modes = searchParams.getAll('sslmode');
  if (modes.length === 0 || !modes.every((mode) => verifyingModes.includes(mode)))
    return 'leads to another machine without TLS, or without checking whose it is. Write ?sslmode=verify-full behind it, and sslrootcert=FILE for a certificate authority of your own';
  return ['ssl', 'uselibpqcompat'].some((name) => searchParams.has(name))
    ? 'says `ssl` or `uselibpqcompat` beside `sslmode`. Remove it: sslmode alone decides'
    : undefined;
}

/** Also true for the folder of a Unix socket, written plainly or percent-encoded. */
const isOfThisMachine = (host: string): boolean =>
  host.startsWith('/') ||
  /^%2f/i.test(host) ||
  isLoopbackName(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** How often the most frequent byte occurs. */
const mostFrequentCount = (bytes: Uint8Array): number =>
  Math.max(...[...new Set(bytes)].map((byte) => bytes.filter((each) => each === byte).length));

const newKey = 'Make one with: openssl rand -base64 32';

export const secretKeys = text(`${newKey}, and keep it as safe as a password`).transform(
  (value, context): readonly Uint8Array[] => {
    const keys = value.split(',').map((part) => part.trim());
    const wrong = (index: number, what: string) =>
      context.addIssue({ code: 'custom', message: `${keys.length > 1 ? `key ${index + 1} ` : ''}${what}. ${newKey}` });
    const bytes = keys.map((key, index) => {
      const decoded = Buffer.from(key, 'base64');
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || withoutEnd(decoded.toString('base64'), '=') !== withoutEnd(key, '='))
        wrong(index, 'is not base64');
      else if (decoded.length !== 32) wrong(index, `has ${decoded.length} bytes instead of 32`);
      else if (new Set(decoded).size < 16 || mostFrequentCount(decoded) >= 8 || isPattern([...decoded]))
        wrong(index, 'is not random: its bytes repeat or follow a pattern');
      // Text, perhaps with the line break that `echo` adds. Only one random key in a hundred million is valid UTF-8.
      else if (isUtf8(decoded)) wrong(index, 'is not random: it is a text in base64');
      else if (keys.indexOf(key) < index) wrong(index, 'is the same as an earlier one');
      return new Uint8Array(decoded);
    });
    return bytes;
  },
);
