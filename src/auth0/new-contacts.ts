// A new contact: a code is sent to an address, comes back, and what it proves is linked to the account.
// The address is in no log, cause or cache: it lives in the call.
import { isIP } from 'node:net';
import type { NewAddress, NewContacts, NewContactVerdict } from '../flows/enrolment-ports.ts';
import { type AccountId, type ContactRef, contactRef, type Instant, later } from '../flows/ids.ts';
import { skewSeconds } from '../flows/limits.ts';
import type { Outcome } from '../flows/outcome.ts';
import { unreachable } from '../flows/unreachable.ts';
import { type Account, readAccount } from './account.ts';
import type { AccountRecords } from './account-records.ts';
import type { Authentication } from './authentication.ts';
import type { ContactLinks, LinkReply } from './contact-links.ts';
import { type CallResult, type Failed, refused } from './errors.ts';
import type { IdTokens } from './id-token.ts';
import type { Management } from './management.ts';
import {
  addressOf,
  hasLinkedAddress,
  isLinked,
  isSameAddress,
  type PasswordlessUsers,
  partsOf,
  refOf,
} from './passwordless-users.ts';
import type { RequestLimits } from './request-limits.ts';
import { codeShape } from './schemas.ts';

export interface NewContactsParts {
  readonly management: Management;
  readonly authentication: Authentication;
  readonly idTokens: IdTokens;
  readonly records: AccountRecords;
  readonly users: PasswordlessUsers;
  readonly links: ContactLinks;
  readonly requestLimits: RequestLimits;
}

export function createNewContacts(parts: NewContactsParts): NewContacts {
  const { authentication, idTokens, links, records, users } = parts;
  return {
    start: async (to, browser) => {
      // So that fresh signing keys are there when the code is checked.
      idTokens.freshen();
      return startCode(parts, to, addressIn(browser));
    },
    check: async (account, to, code, notBefore, browser) => {
      if (!codeShape.test(code)) return { ok: true, value: { is: 'wrong' } };
      const reply = await authentication.exchange(to.channel, to.address, code, addressIn(browser));
      if (!reply.ok) return reply;
      const { value } = reply;
      switch (value.is) {
        case 'token':
          return noted(parts, account, await prove(parts, { account, to, notBefore }, value.idToken));
        case 'wrong':
        case 'used-up':
        case 'expired':
          return { ok: true, value };
        default:
          return unreachable(value);
      }
    },
    link: (account, ref, at) =>
      partsOf(ref) === undefined
        ? Promise.resolve(refused('not a contact'))
        : records
            .inTurn(account, () => links.link({ account, ref, at, isUnconfirmed: false }))
            .then((linked) => notedLink(parts, account, linked)),
    unlink: links.unlink,
    confirm: links.confirm,
    discard: (ref, since, isProven) => users.remove(ref, (user) => isLeftOver(parts, user, since, isProven ? 1 : 0)),
  };
}

const addressIn = (browser: string | undefined): string | undefined =>
  browser !== undefined && isIP(browser) !== 0 ? browser : undefined;

/**
 * Another application may keep passwordless users in the same tenant, and a colleague may enrol the same address at this moment: only
 * what was made since then, says nothing, and has been signed in with by nobody else is left over.
 */
function isLeftOver({ requestLimits }: NewContactsParts, user: Account, since: Instant, ownUses: number): boolean {
  const madeAt = Date.parse((user.createdAt ?? '').slice(0, 40));
  const isOfThisRequest = madeAt >= later(requestLimits.providerClock.toTheirs(since), -skewSeconds);
  return isOfThisRequest && user.uses <= ownUses && !user.isDisabled && Object.keys(user.appMetadata).length === 0;
}

/**
 * What Auth0 answers for an unknown address where sign-up is disabled is not confirmed: a refusal, or as if it had sent. In both
 * cases the user is created, and the code is sent again.
 */
async function startCode(
  parts: NewContactsParts,
  to: NewAddress,
  browser: string | undefined,
): Promise<CallResult<ContactRef | undefined>> {
  const { authentication, users } = parts;
  const send = async (): Promise<CallResult<ContactRef | undefined>> => {
    const reply = await authentication.start(to.channel, to.address, browser);
    if (!reply.ok) return reply;
    const { startedId } = reply.value;
    return { ok: true, value: startedId === undefined ? undefined : refOf(to.channel, startedId) };
  };
  const first = await send();
  const known = first.ok ? await isKnown(parts, first.value) : { ok: true, value: !isRefusal(first) };
  if (!known.ok || known.value) return first;
  const created = await users.create(to, false);
  // It exists: linked to some account, where no read by id finds it. Then the first answer stands.
  if (!created.ok || created.value === 'exists') return first;
  const second = await send();
  if (second.ok) return { ok: true, value: second.value ?? created.value };
  if (isRefusal(second)) await users.remove(created.value, () => true);
  return second;
}

/** Auth0 understood the request and will not do it; not a limit, not an outage, not our credentials. */
const isRefusal = ({ status }: Failed): boolean =>
  status !== undefined && status >= 400 && status < 500 && ![401, 408, 429].includes(status);

/** Whether the user exists to whom the code is said to have been sent. If that cannot be found out, the answer is believed. */
async function isKnown({ users }: NewContactsParts, ref: ContactRef | undefined): Promise<Outcome<boolean>> {
  if (ref === undefined) return { ok: true, value: false };
  const found = await users.read(ref);
  return found.ok ? { ok: true, value: found.value.is !== 'gone' } : found;
}

/** Tells the operator who asked, and not who has the address. */
function tellElsewhere({ requestLimits: { log } }: NewContactsParts, account: AccountId): void {
  log.warn({ event: 'auth0.contact.elsewhere', account }, 'an address is linked to another account');
}

function noted(
  parts: NewContactsParts,
  account: AccountId,
  verdict: Outcome<NewContactVerdict>,
): Outcome<NewContactVerdict> {
  if (verdict.ok && verdict.value.is === 'elsewhere') tellElsewhere(parts, account);
  return verdict;
}

/** Somebody else was quicker between the code and the link. */
function notedLink(parts: NewContactsParts, account: AccountId, linked: Outcome<LinkReply>): Outcome<LinkReply['is']> {
  if (!linked.ok) return linked;
  if (linked.value.is === 'elsewhere') tellElsewhere(parts, account);
  return { ok: true, value: linked.value.is };
}

interface Claim {
  readonly account: AccountId;
  readonly to: NewAddress;
  readonly notBefore: Instant;
}

async function prove(parts: NewContactsParts, claim: Claim, idToken: string): Promise<Outcome<NewContactVerdict>> {
  const { log } = parts.requestLimits;
  const { account, to, notBefore } = claim;
  const whose = await parts.idTokens.subjectOf(idToken, notBefore);
  if (!whose.ok) return whose;
  switch (whose.value.is) {
    case 'too-old':
      log.warn({ account }, 'proof of a new contact too old');
      return { ok: true, value: { is: 'too-old' } };
    case 'mismatched':
      log.error({ account, because: whose.value.because }, 'proof of a new contact mismatched');
      return { ok: true, value: { is: 'mismatched' } };
    case 'subject': {
      const { subject } = whose.value;
      if (subject === account) return { ok: true, value: await whichOfTheirs(parts, claim) };
      const ref = contactRef(subject);
      // The token names the account to which the address is linked, whatever kind of account that is.
      if (partsOf(ref)?.provider !== to.channel) return { ok: true, value: { is: 'elsewhere' } };
      return judge(parts, claim, ref);
    }
    default:
      return unreachable(whose.value);
  }
}

/** The token names the account and not the contact. Whoever cannot be told which one it is has lost nothing by it. */
async function whichOfTheirs({ management }: NewContactsParts, { account, to }: Claim): Promise<NewContactVerdict> {
  const own = await readAccount(management, account);
  const identity = own.ok ? own.value.linked.find((each) => hasLinkedAddress([each], to)) : undefined;
  const contact = identity === undefined ? undefined : refOf(to.channel, identity.user_id);
  return { is: 'yours', ...(contact === undefined ? {} : { contact }) };
}

async function judge(
  parts: NewContactsParts,
  { account, to }: Claim,
  ref: ContactRef,
): Promise<Outcome<NewContactVerdict>> {
  const found = await parts.users.read(ref);
  if (!found.ok) return found;
  switch (found.value.is) {
    case 'taken':
      return { ok: true, value: { is: 'elsewhere' } };
    case 'gone': {
      // Linked in this very moment, perhaps by this person in another tab.
      const own = await readAccount(parts.management, account);
      if (!own.ok) return own;
      return { ok: true, value: isLinked(own.value, ref) ? { is: 'yours', contact: ref } : { is: 'elsewhere' } };
    }
    case 'loose': {
      const { user } = found.value;
      if (user.isDisabled) return refused('an administrator blocked the passwordless user');
      if (isSameAddress(to, addressOf(user))) return { ok: true, value: { is: 'proven', contact: ref } };
      parts.requestLimits.log.error({ account, contact: ref, because: 'address' }, 'proof of a new contact mismatched');
      return { ok: true, value: { is: 'mismatched' } };
    }
    default:
      return unreachable(found.value);
  }
}
