// The proof of identity: Auth0 sends a code to a linked contact, and its signed id_token confirms that the code was entered for
// this account.
// This file holds the code and the address only while a request is under way.
import type { AccountId, ContactRef, Instant } from '../flows/ids.ts';
import { failed, type Outcome } from '../flows/outcome.ts';
import type { Clock, Codes, Verdict } from '../flows/ports.ts';
import { unreachable } from '../flows/unreachable.ts';
import { phoneCountry } from '../text/phone-country.ts';
import { readAccount } from './account.ts';
import type { AccountCache } from './account-cache.ts';
import type { Authentication } from './authentication.ts';
import { type Contact, contactsOf } from './contacts.ts';
import { type CallResult, refused } from './errors.ts';
import type { IdTokens } from './id-token.ts';
import type { Management } from './management.ts';
import type { RequestLimits } from './request-limits.ts';
import { codeShape } from './schemas.ts';

export interface CodesParts {
  readonly management: Management;
  readonly authentication: Authentication;
  readonly idTokens: IdTokens;
  readonly accountCache: AccountCache;
  readonly requestLimits: RequestLimits;
  /** In ASCII: no contact is used at these or below them. */
  readonly ownDomains: readonly string[];
  readonly clock: Clock;
}

export function createCodes(parts: CodesParts): Codes {
  const { management, authentication, idTokens, accountCache } = parts;

  async function linkedContact(id: AccountId, ref: ContactRef): Promise<CallResult<Contact>> {
    const reply = await readAccount(management, id);
    if (!reply.ok) return reply;
    const contacts = contactsOf(reply.value.linked, reply.value.email, parts.ownDomains);
    const contact = contacts.find((each) => each.ref === ref);
    if (contact === undefined) return refused('the contact is not linked to the account any more');
    accountCache.keep(id, contacts);
    return { ok: true, value: contact };
  }

  return {
    send: async (account, ref, mayText) => {
      // So that fresh signing keys are there when the code is checked.
      idTokens.freshen();
      const contact = await linkedContact(account, ref);
      if (!contact.ok) return contact;
      const { channel, address, identityId } = contact.value;
      const text = channel === 'sms' ? await mayText?.(await phoneCountry(address)) : undefined;
      if (text?.is === 'not-yet') return cappedUntil(text.again, parts);
      const started = await authentication.start(channel, address);
      await text?.settle(mayBeSent(started));
      if (!started.ok) return started;
      const { startedId } = started.value;
      if (startedId !== undefined && startedId !== identityId) {
        parts.requestLimits.log.warn(
          { account, contact: ref, answered: safeId(startedId) },
          'passwordless start names another id',
        );
      }
      return { ok: true, value: channel };
    },
    check: async (account, ref, code, notBefore) => {
      if (!codeShape.test(code)) return { ok: true, value: 'wrong' };
      const remembered = accountCache.contact(account, ref);
      const contact: CallResult<Contact> =
        remembered === undefined ? await linkedContact(account, ref) : { ok: true, value: remembered };
      if (!contact.ok) return contact;
      return exchange(parts, contact.value, { account, code, notBefore });
    },
  };
}

/** The country's messages of this day are used up. */
function cappedUntil(again: Instant, { clock }: CodesParts) {
  const retryAfterMs = Math.max(1, again - clock.now());
  return failed({ kind: 'rate-limited', retry: 'later', retryAfterMs, cause: 'text-messages-used-up' });
}

/** Where the answer was lost, or cannot be read, nobody knows. */
function mayBeSent(started: CallResult<unknown>): boolean {
  if (started.ok) return true;
  const { failure } = started;
  return failure.kind === 'malformed' || (failure.kind === 'unreachable' && failure.mayHaveHappened);
}

interface Claim {
  readonly account: AccountId;
  readonly code: string;
  readonly notBefore: Instant;
}

async function exchange(parts: CodesParts, contact: Contact, claim: Claim): Promise<Outcome<Verdict>> {
  const reply = await parts.authentication.exchange(contact.channel, contact.address, claim.code);
  if (!reply.ok) return reply;
  const { value } = reply;
  switch (value.is) {
    case 'token':
      return verify(parts, contact.ref, value.idToken, claim);
    case 'wrong':
    case 'used-up':
    case 'expired':
      return { ok: true, value: value.is };
    default:
      return unreachable(value);
  }
}

async function verify(
  parts: CodesParts,
  contact: ContactRef,
  idToken: string,
  claim: Claim,
): Promise<Outcome<Verdict>> {
  const match = await parts.idTokens.verify(idToken, claim.account, claim.notBefore);
  if (!match.ok) return match;
  const { log } = parts.requestLimits;
  const { account } = claim;
  if (match.value.is === 'too-old') log.warn({ account, contact }, 'proof too old');
  if (match.value.is === 'mismatched')
    log.error({ account, contact, because: match.value.because }, 'proof mismatched');
  return { ok: true, value: match.value.is };
}

/** Ids consist of letters and digits. Anything else is not logged. */
const safeId = (id: string): string => (/^[\w-]{1,64}$/.test(id) ? id : 'not an id');
