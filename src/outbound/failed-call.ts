// A failed call to a platform: how an answer that cannot be read is named, and what is logged.
import type { Logger } from 'pino';
import type { Failure } from '../flows/outcome.ts';
import { unreadFields } from './unread-fields.ts';

/** An answer that our schema does not know. Only names of our schema are passed on, none of its values. */
export const notUnderstood = (issues: Parameters<typeof unreadFields>[0]): Failure => ({
  ...{ kind: 'malformed', retry: 'never' },
  cause: `answer-not-understood: ${unreadFields(issues, 3).join(', ')}`,
});

/**
 * At debug where what was asked for does not exist: that is an answer, and whoever asked knows what it means. A message that was
 * deleted, a window that was closed and a person who left are no trouble.
 */
export function logFailedCall(
  log: Logger,
  about: { readonly event: `${string}.call.failed` } & Readonly<Record<string, string>>,
  { kind, cause }: Failure,
  said: string,
): void {
  log[kind === 'absent' ? 'debug' : 'warn']({ ...about, kind, cause }, said);
}
