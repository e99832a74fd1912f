// What may stand in a log line of a value, an error or the finished text. Forgets rather than guesses: whatever is not
// known to be harmless is replaced by its kind. Knows nothing of the logger.

const redacted = '[redacted]';
const deepest = 5;
const longestList = 50;
const longestText = 2_000;
const longestName = 300;
const longestLine = 64 * 1024;
const longestStack = 10_000;

/** Any key whose letters are one of these, or end in one of the second list, `_`, `-` and case aside. */
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

/** Names of errors such as ENOENT, and origins without path, are what the operator needs and never secret. */
const isHarmless = (value: unknown): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= longestName && (nameOfError.test(value) || isOrigin(value)));

const nameOfError = /^[A-Z]{2}[A-Z0-9]*(?:_[A-Z0-9]+)*$/;

const isOrigin = (value: string): boolean => /^https?:\/\//.test(value) && URL.parse(value)?.origin === value;

/** A copy that is safe to print. `key` is the name under which the value stands. */
export function scrub(value: unknown, key: string, depth = 0): unknown {
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
      return scrubObject(value, key, depth);
    default:
      return `[${typeof value}]`;
  }
}

function scrubObject(value: object, key: string, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[Date]' : value.toISOString();
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, longestList).map((item) => scrub(item, key, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `[${kindOf(value)}]`;
  return scrubFields(value, depth + 1);
}

/** The same of an object's fields. */
export function scrubFields(value: object, depth = 0): Record<string, unknown> {
  const entries = Object.entries(value).slice(0, longestList);
  return Object.fromEntries(entries.map(([name, item]) => [name.slice(0, longestName), scrub(item, name, depth)]));
}

const kindOf = (value: object): string => {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && /^[A-Za-z]\w{0,60}$/.test(name) ? name : 'object';
};

export interface DescribedError {
  readonly type: string;
  /** Only of errors that this program made itself: a vendor's text may quote whole answers. */
  readonly message?: string;
  readonly code?: string;
  readonly status?: number;
  readonly issues?: readonly string[];
  readonly stack?: readonly string[];
  readonly cause?: DescribedError;
  readonly errors?: readonly DescribedError[];
}

/** Kind, code, status and places of an error; no field, message or text that came from outside. */
export function describeError(error: Error, depth = 0): DescribedError {
  const { header, frames } = stackOf(error);
  const isOurs = header !== undefined && frames[0] !== undefined && isOurPlace(frames[0]);
  const [code, status, statusCode, issues, errors]: readonly unknown[] = foreign.map((name) =>
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

const foreign = ['code', 'status', 'statusCode', 'issues', 'errors'] as const;

export const errorKind = (error: Error): string =>
  /^[A-Za-z][\w.]{0,60}$/.test(error.name) ? error.name : kindOf(error);

/** Of a failed parse: where and what kind, never what was there. */
function issueText(issue: unknown): string {
  if (typeof issue !== 'object' || issue === null) return 'issue';
  const code = 'code' in issue && typeof issue.code === 'string' ? issue.code.slice(0, 40) : 'issue';
  const path =
    'path' in issue && Array.isArray(issue.path) ? issue.path.filter((step) => typeof step === 'string') : [];
  return `${code} at ${path.join('.').slice(0, 200)}`;
}

/** The message stands in the stack's head; it is cut off by length, so that its own text cannot pose as a frame. */
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
const isOurPlace = (frame: string): boolean =>
  (frame.includes(root.href) || frame.includes(root.pathname)) && !frame.includes('node_modules');

/** Shapes that are secrets wherever they stand. No expression looks at a stretch twice: a long line costs no more than its length. */
const shapes: readonly (readonly [shape: RegExp, instead: string])[] = [
  [/\/go\/[^\s"'\\<>]{1,500}/g, '/go/:token'],
  [/(?<![\w-])[\w-]{22}\.[\w-]{43}(?![\w-])/g, redacted],
  [/([?&](?:ticket|code|token|state|otp|password)=)[^&\s"\\#]{1,2000}/gi, `$1${redacted}`],
  // Where another one could begin the first part ends: otherwise each beginning would look through all that follows.
  [/\beyJ(?:\w|-(?!eyJ)){8,4000}\.[\w-]{1,4000}(?:\.[\w-]{0,4000})?/g, redacted],
  [/\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]{1,300}/g, redacted],
  [/\b(Bearer|Basic) [\w.~+/=-]{6,4000}/gi, `$1 ${redacted}`],
  [/https:\/\/hooks\.slack\.com\/[^\s"\\]{1,500}/g, redacted],
  // From where a run of such characters begins, and so each run once.
  [/(?<![^\s"'`@<>(),:;\\/|=])[^\s"'`@<>(),:;\\/|=]+@[^\s"'`@<>(),:;\\/|=]{1,250}\.[^\W\d_]{2,24}/gu, redacted],
  [/(?<![\w.+-])\+\d{8,15}(?!\d)/g, redacted],
];

/** Characters that JSON leaves alone but that a terminal or a viewer obeys: C1 controls, line and direction marks. */
const obeyed = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The last look at a finished line. Of one that is longer than any of ours only the beginning is kept, in a line of its own. */
export function redactLine(line: string): string {
  if (line.length <= longestLine) return masked(line);
  const kept = masked(line.slice(0, longestText));
  return `${JSON.stringify({ level: 'error', event: 'log.line-too-long', chars: line.length, kept })}\n`;
}

function masked(line: string): string {
  const without = shapes.reduce((text, [shape, instead]) => text.replace(shape, instead), line);
  return without.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
