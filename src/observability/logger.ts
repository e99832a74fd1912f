// The log: JSON lines in UTC. The first defence against secrets in it is that nobody logs any. This file adds the
// second (values by key, foreign errors) and the third (patterns in the finished line), the same at every level.
import pino, { type DestinationStream, type Logger } from 'pino';
import { type WorkContext, workContext } from '../concurrency/work-context.ts';
import type { LogLevel } from '../config/parsers.ts';
import { beginning } from '../text/bounded-text.ts';
import { describeError, errorKind, redact, redactFields, redactLine } from './redaction.ts';

/** `stream`: where lines go; standard output where absent, written synchronously so that a crash loses none. */
export function createLogger(options: { readonly level: LogLevel; readonly stream?: DestinationStream }): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: (_line, _level, logger) => contextFor(logger),
    // The bindings of child loggers do not pass the formatter, so this list redacts them.
    redact: { paths: bindings.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    formatters: {
      level: (label) => ({ level: label }),
      log: redactFields,
    },
    serializers: { err: serialized, error: serialized },
    hooks: { logMethod, streamWrite: redactLine },
  };
  return options.stream === undefined ? pino(settings) : pino(settings, options.stream);
}

const bindings = [
  'authorization',
  'access_token',
  'body',
  'client_secret',
  'cookie',
  'email',
  'headers',
  'id_token',
  'link',
  'otp',
  'password',
  'phone_number',
  'secret',
  'ticket',
  'token',
];

/** The ids of the present work. Where the logger has one of them already, that one counts: JSON names each once. */
function contextFor(logger: Logger): WorkContext {
  const context = workContext();
  const names = Object.entries(context);
  if (names.length === 0) return context;
  const bound = logger.bindings();
  return Object.fromEntries(names.filter(([name]) => bound[name] === undefined));
}

/** Far longer than any message of ours. */
const charsAtMost = 2_000;

const serialized = (value: unknown): unknown => (value instanceof Error ? describeError(value) : value);

/**
 * Without a message, pino uses the error's own; and it prints whole values into `%s` and `%o`. Both could leak, so both are
 * replaced.
 */
function logMethod(this: Logger, args: Parameters<pino.LogFn>, method: pino.LogFn): void {
  const [first, second, ...rest]: readonly unknown[] = args;
  if (typeof first === 'string') {
    method.call(this, {}, beginning(first, charsAtMost), ...[second, ...rest].map(printed));
    return;
  }
  const line: object =
    first instanceof Error ? { err: first } : typeof first === 'object' && first !== null ? first : {};
  const message = typeof second === 'string' ? beginning(second, charsAtMost) : fallback(line);
  method.call(this, line, message, ...rest.map(printed));
}

const fallback = (line: object): string | undefined => {
  const error = 'err' in line ? line.err : undefined;
  return error instanceof Error ? errorKind(error) : undefined;
};

const printed = (value: unknown): unknown => (value instanceof Error ? errorKind(value) : redact(value, ''));
