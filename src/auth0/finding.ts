// The findings of this folder in one form.
import type { CheckState, Finding } from '../doctor/check.ts';
import type { Seen } from './tenant-reader.ts';

/** Names that an administrator or anybody else gave stand in quotation marks, cleaned. */
export const fine = (check: string, what: string): Finding => ({ check, state: 'ok', what });
export const doubtful = (check: string, what: string, remedy: string): Finding => bad('warning', check, what, remedy);
export const wrong = (check: string, what: string, remedy: string): Finding => bad('failed', check, what, remedy);
/** Nobody can be helped while it is so. */
export const fatal = (check: string, what: string, remedy: string): Finding => ({
  ...wrong(check, what, remedy),
  stopsReady: true,
});
export const unseen = (check: string, why: string): Finding => ({ check, state: 'skipped', what: `not seen. ${why}` });

const bad = (state: CheckState, check: string, what: string, remedy: string): Finding => ({
  check,
  state,
  what,
  remedy,
});

/** What an absent answer means, where it means nothing of its own. */
export const whyUnseen = (seen: Exclude<Seen<unknown>, { is: 'seen' }>): string =>
  seen.is === 'unseen' ? seen.why : 'Auth0 does not know this question.';
