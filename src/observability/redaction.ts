// Redacts values, errors and finished lines for the log. If in doubt it drops: whatever is not known to be harmless is
// replaced by its type. Does not depend on the logger.

const redacted = '[redacted]';
const deepest = 5;
const longestList = 50;
const longestText = 2_000;
const longestName = 300;
const longestLine = 64 * 1024;
const longestStack = 10_000;

/** A key is secret if its letters are one of these, or end in one of `secretEndings`; `_`, `-` and case are ignored. */
const secretKeys = new Set(
  (
    'otp code passcode usercode link links address email emails phone to body rawbody headers payload ' +
    'query params blocks view text apikey privatekey'
  ).split(' '),
);
const secretEndings =
  /(?:token|tokens|secret|secrets|password|authorization|cookie|ticket|email|phonenumber|signature|url|uri|otp)$/;

const isSecretKey = (key: string): boolean => {
  const letters = key
    .slice(-200)
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  return secretKeys.has(letters) || secretEndings.test(letters);
};

/** Error names such as ENOENT, and origins without a path: the operator needs them, and they are never secret. */
const isHarmless = (value: unknown): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= longestName && (nameOfError.test(value) || isOrigin(value)));

const nameOfError = /^[A-Z]{2}[A-Z0-9]*(?:_[A-Z0-9]+)*$/;

const isOrigin = (value: string): boolean => /^https?:\/\//.test(value) && URL.parse(value)?.origin === value;

/** A copy that is safe to print. `key` is the name of the value. */
export function redact(value: unknown, key: string, depth = 0): unknown {
  if (value === undefined || value === null) return value;
  if (isSecretKey(key) && !isHarmless(value)) return redacted;
  switch (typeof value) {
    case 'string':
      return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      return redactObject(value, key, depth);
    default:
      return `[${typeof value}]`;
  }
}

function redactObject(value: object, key: string, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[Date]' : value.toISOString();
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, longestList).map((item) => redact(item, key, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `[${kindOf(value)}]`;
  return redactFields(value, depth + 1);
}

/** The same for each field of an object. */
export function redactFields(value: object, depth = 0): Record<string, unknown> {
  const entries = Object.entries(value).slice(0, longestList);
  return Object.fromEntries(entries.map(([name, item]) => [name.slice(0, longestName), redact(item, name, depth)]));
}

const kindOf = (value: object): string => {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && /^[A-Za-z]\w{0,60}$/.test(name) ? name : 'object';
};

export interface DescribedError {
  readonly type: string;
  /** Only for errors that this program made itself: a vendor's text may quote whole answers. */
  readonly message?: string;
  readonly code?: string;
  readonly status?: number;
  readonly issues?: readonly string[];
  readonly stack?: readonly string[];
  readonly cause?: DescribedError;
  readonly errors?: readonly DescribedError[];
}

/** Type, code, status and stack of an error; no other field, and no message or text from outside. */
export function describeError(error: Error, depth = 0): DescribedError {
  const { header, frames } = stackOf(error);
  const isOurs = header !== undefined && frames[0] !== undefined && isOwnFrame(frames[0]);
  const [code, status, statusCode, issues, errors]: readonly unknown[] = errorFields.map((name) =>
    Reflect.get(error, name),
  );
  const numeric = typeof status === 'number' ? status : statusCode;
  const cause = error.cause instanceof Error && depth < 3 ? describeError(error.cause, depth + 1) : undefined;
  const inner = Array.isArray(errors) && depth < 3 ? errors.filter((one): one is Error => one instanceof Error) : [];
  return {
    type: errorKind(error),
    ...(isOurs ? { message: error.message.slice(0, longestText) } : {}),
    ...(typeof code === 'string' && /^[A-Za-z][A-Za-z0-9_-]{1,60}$/.test(code) ? { code } : {}),
    ...(typeof numeric === 'number' ? { status: numeric } : {}),
    ...(Array.isArray(issues) ? { issues: issues.slice(0, 10).map(issueText) } : {}),
    stack: frames,
    ...(cause === undefined ? {} : { cause }),
    ...(inner.length === 0 ? {} : { errors: inner.slice(0, 3).map((one) => describeError(one, depth + 1)) }),
  };
}

const errorFields = ['code', 'status', 'statusCode', 'issues', 'errors'] as const;

export const errorKind = (error: Error): string =>
  /^[A-Za-z][\w.]{0,60}$/.test(error.name) ? error.name : kindOf(error);

/** For a failed parse: the path and the kind, never the value. */
function issueText(issue: unknown): string {
  if (typeof issue !== 'object' || issue === null) return 'issue';
  const code = 'code' in issue && typeof issue.code === 'string' ? issue.code.slice(0, 40) : 'issue';
  const path =
    'path' in issue && Array.isArray(issue.path) ? issue.path.filter((step) => typeof step === 'string') : [];
  return `${code} at ${path.join('.').slice(0, 200)}`;
}

/** The stack begins with the message. It is cut off by its length, so that its own text cannot pass for a stack frame. */
function stackOf(error: Error): { readonly header: string | undefined; readonly frames: readonly string[] } {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const at = error.message === '' ? 0 : stack.indexOf(error.message);
  const isPlain = at !== -1 && !stack.slice(0, at).includes('\n');
  if (!isPlain) return { header: undefined, frames: [] };
  const after = stack.slice(at + error.message.length).slice(0, longestStack);
  const frames = after
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => /^at .*(?::\d+:\d+\)?|<anonymous>\)?|\(native\))$/.test(line));
  return { header: stack.slice(0, at), frames: frames.slice(0, 12) };
}

const root = new URL('../..', import.meta.url);
const isOwnFrame = (frame: string): boolean =>
  (frame.includes(root.href) || frame.includes(root.pathname)) && !frame.includes('node_modules');

/**
 * Patterns that are secrets anywhere in a line. No expression scans a part twice: the cost is linear in the length of the line.
 */
const secretPatterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\/go\/[^\s"'\\<>]{1,500}/g, '/go/:token'],
  [/(?<![\w-])[\w-]{22}\.[\w-]{43}(?![\w-])/g, redacted],
  [/([?&](?:ticket|code|token|state|otp|password)=)[^&\s"\\#]{1,2000}/gi, `$1${redacted}`],
  // The first part ends where another token could begin: otherwise each beginning would scan all that follows.
  [/\beyJ(?:\w|-(?!eyJ)){8,4000}\.[\w-]{1,4000}(?:\.[\w-]{0,4000})?/g, redacted],
  [/\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]{1,300}/g, redacted],
  [/\b(Bearer|Basic) [\w.~+/=-]{6,4000}/gi, `$1 ${redacted}`],
  [/https:\/\/hooks\.slack\.com\/[^\s"\\]{1,500}/g, redacted],
  // Starts only where a run of such characters begins, so that each run is scanned once.
  [/(?<![^\s"'`@<>(),:;\\/|=])[^\s"'`@<>(),:;\\/|=]+@[^\s"'`@<>(),:;\\/|=]{1,250}\.[^\W\d_]{2,24}/gu, redacted],
  [/(?<![\w.+-])\+\d{8,15}(?!\d)/g, redacted],
];

/**
 * Characters that JSON does not escape, but that a terminal or a viewer obeys or does not show: C1 controls, marks of lines and of
 * directions, zero-width and other invisible ones.
 */
const controlCharacters = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * The last step for a finished line. Of a line that is longer than any of ours only the beginning is kept, in a line of its own.
 */
export function redactLine(line: string): string {
  if (line.length <= longestLine) return withoutSecrets(line);
  const kept = withoutSecrets(line.slice(0, longestText));
  return `${JSON.stringify({ level: 'error', event: 'log.line-too-long', chars: line.length, kept })}\n`;
}

function withoutSecrets(line: string): string {
  const without = secretPatterns.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
  return without.replace(controlCharacters, (character) => character.split('').map(escaped).join(''));
}

/** Of one UTF-16 unit, as JSON writes it. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
