// Finds the account of an address in a file also where the directory writes it with other capitals. Not for people who wait: the
// search is slow, and some seconds behind.
import type { ActorId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Match } from '../flows/ports.ts';
import { foldCase, foldsToAscii } from '../text/case-folding.ts';
import { quotable } from './contact-owner.ts';
import { type DirectoryParts, findUsers, matchAmong, usersWith } from './directory.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import type { Management } from './management.ts';
import { foundUsersAnswer } from './schemas.ts';

export type MatchInAnySpelling = (workEmail: string, actor: ActorId) => Promise<Outcome<Match>>;

/** More spellings of one address are nobody's. */
const spellingsAtMost = 3;

export function createMatchInAnySpelling(parts: DirectoryParts): MatchInAnySpelling {
  const { management } = parts;
  return async (workEmail, actor) => {
    const plain = await usersWith(management, workEmail);
    if (!plain.ok) return plain;
    const match = matchAmong(plain.value, { workEmail, actor }, parts);
    // One that others read otherwise is nobody's, in whatever spelling.
    const isKnown = match.is === 'account' || match.because !== 'absent' || foldsToAscii(workEmail);
    if (isKnown) return { ok: true, value: match };
    const spellings = await otherSpellings(management, workEmail);
    if (!spellings.ok) return spellings;
    // The search only says how it may be spelt. Who has it is asked where the answer is never behind.
    const replies = await Promise.all(spellings.value.map((each) => findUsers(management, each)));
    const failed = replies.find((reply) => !reply.ok);
    if (failed !== undefined) return failed;
    const users = replies.flatMap((reply) => (reply.ok ? reply.value : []));
    return { ok: true, value: matchAmong(users, { workEmail, actor }, parts) };
  };
}

/** "Search values for the normalized user fields (email, …) are case insensitive" (docs/manage-users/user-search/user-search-query-syntax). */
async function otherSpellings(management: Management, workEmail: string): Promise<CallResult<readonly string[]>> {
  const q = `email:"${quotable(workEmail)}"`;
  const found = await management.ask(endpoints.searchUsers, foundUsersAnswer, async (client, options) => {
    const page = await client.users.list({ q, search_engine: 'v3', per_page: 10, include_totals: true }, options);
    return page.response;
  });
  if (!found.ok) return found;
  const written = found.value.flatMap((each) =>
    each.is === 'user' && each.user.email !== undefined ? [each.user.email] : [],
  );
  const same = written.filter((each) => foldCase(each) === foldCase(workEmail));
  return { ok: true, value: [...new Set(same)].slice(0, spellingsAtMost) };
}
