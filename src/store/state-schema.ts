// The schemas of a stored state, effect, count and viewer. The compiler checks that they equal the flows' own types.
import { z } from 'zod';
import type { Count } from '../flows/budget.ts';
import type { Effect } from '../flows/effect.ts';
import type { EnrolmentNews, MadeChange } from '../flows/enrolment-state.ts';
import { accountId, contactRef, instant, knownActor, linkId } from '../flows/ids.ts';
import type { Viewer } from '../flows/screen.ts';
import type { Ending, FlowKind, FlowState } from '../flows/state.ts';

/** Ignores `readonly`. An optional field still differs from one that is missing. */
type Plain<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : { -readonly [Key in keyof T]: Plain<T[Key]> };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile if the schema has a field, variant or value more or less than the type. */
const exactly =
  <Type>() =>
  <Schema extends z.ZodType<Type>>(
    schema: Schema,
    ..._proof: Same<Plain<z.output<Schema>>, Plain<Type>> extends true ? [] : ['the schema is not the type']
  ): z.ZodType<Type> =>
    schema;

const account = z.string().transform(accountId);
const actor = z.string().transform(knownActor);
const ref = z.string().transform(contactRef);
const link = z.string().transform(linkId);
const at = z.number().int().transform(instant);
const channel = z.enum(['email', 'sms']);

const unconfirmed = z.literal(true).exactOptional();
const contact = { ref, channel, masked: z.string(), unconfirmed };
const contacts = z.array(z.strictObject(contact));
const listedContacts = z.array(
  z.strictObject({ ...contact, since: at.exactOptional(), usableFrom: at.exactOptional() }),
);
const acceptedCode = { channel, at };
const proof = z.discriminatedUnion('channel', [
  z.strictObject({ ...acceptedCode, first: z.strictObject(acceptedCode).exactOptional() }),
  z.strictObject({
    channel: z.literal('recovery-code'),
    at,
    first: z.strictObject(acceptedCode),
    codesLeft: z.number().int(),
  }),
]);
const first = z.strictObject({ ...acceptedCode, contact: ref, recoveryCodes: z.number().int() });
const approvals = z.array(z.strictObject({ by: actor, at, account: account.exactOptional() }));

const challenge = {
  account,
  contacts,
  first: first.exactOptional(),
  contact: ref,
  attemptsLeft: z.number().int(),
  resendFrom: at,
  resendOffered: z.literal(true).exactOptional(),
  codeUntil: at,
  until: at,
};
const recoveryCodeChallenge = { account, contacts, first, until: at };
const awaited = { delayed: z.boolean(), again: at.exactOptional(), until: at };
const proven = { account, proof };
const granted = { ...proven, approvals };

const change = {
  changedAt: at,
  sessions: z.enum(['ending', 'asked', 'unavailable']),
};
const page = { openedAt: at, until: at };

const refusedPerson = ['bot', 'deactivated', 'guest', 'invited', 'external', 'unconfirmed-email'] as const;
const refusedAccount = [
  'no-contact',
  'disabled',
  'unsupported',
  'proof-mismatch',
  'denied-by-provider',
  'disowned',
  'elsewhere',
  'no-helpdesk',
  'second-proof-impossible',
] as const;

const ending = exactly<Ending>()(
  z.discriminatedUnion('because', [
    z.strictObject({
      outcome: z.literal('done'),
      because: z.enum(['unlocked', 'not-locked']),
      isAgain: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      outcome: z.literal('done'),
      because: z.literal('password-changed'),
      ...change,
    }),
    z.strictObject({ outcome: z.literal('done'), because: z.literal('enrolled') }),
    z.strictObject({ outcome: z.literal('refused'), because: z.enum([...refusedAccount, ...refusedPerson]) }),
    z.strictObject({
      outcome: z.literal('refused'),
      because: z.enum(['attempts-spent', 'sends-spent', 'unlocks-spent', 'frozen', 'contacts-resting']),
      again: at,
    }),
    z.strictObject({
      outcome: z.literal('refused'),
      because: z.literal('denied'),
      by: actor,
      reason: z.enum(['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled']),
    }),
    z.strictObject({ outcome: z.literal('expired'), because: z.enum(['flow', 'approval', 'link', 'password']) }),
    z.strictObject({ outcome: z.literal('cancelled'), because: z.enum(['person', 'superseded']) }),
    z.strictObject({
      outcome: z.literal('failed'),
      because: z.enum([
        'unreachable',
        'refused-by-provider',
        'not-permitted',
        'unconfirmed',
        'helpdesk-unreachable',
        'settled-by-helpdesk',
      ]),
    }),
    z.strictObject({ outcome: z.literal('failed'), because: z.enum(['limited', 'codes-limited']), again: at }),
  ]),
);

const made = exactly<MadeChange>()(
  z.discriminatedUnion('what', [
    z.strictObject({
      what: z.enum(['added', 'removed']),
      contact: z.strictObject(contact),
      at,
      usableFrom: at.exactOptional(),
    }),
    z.strictObject({ what: z.literal('recovery-codes'), at, usableFrom: at.exactOptional() }),
  ]),
);
const enrolmentNews = exactly<EnrolmentNews>()(
  z.discriminatedUnion('is', [
    z.strictObject({ is: z.enum(['added', 'removed']), masked: z.string(), usableFrom: at.exactOptional() }),
    z.strictObject({ is: z.enum(['elsewhere', 'already-yours', 'unreachable', 'refused']) }),
    z.strictObject({ is: z.enum(['limited', 'attempts-spent', 'sends-spent']), again: at }),
  ]),
);
const signedIn = {
  account,
  contacts: listedContacts,
  signedInAt: at,
  changes: z.array(made),
  sentTo: z.array(ref),
  news: enrolmentNews.exactOptional(),
  until: at,
};
const delayed = { delayed: z.boolean(), again: at.exactOptional() };
const draft = z.strictObject({ channel, masked: z.string(), key: ref });
const newChallenge = { ...signedIn, draft, attemptsLeft: z.number().int(), resendFrom: at, codeUntil: at };

export const stateSchema = exactly<FlowState>()(
  z.discriminatedUnion('at', [
    z.strictObject({ at: z.literal('identifying'), ...awaited }),
    z.strictObject({
      at: z.literal('choosing-contact'),
      account,
      contacts,
      first: first.exactOptional(),
      until: at,
    }),
    z.strictObject({
      at: z.literal('sending'),
      account,
      contacts,
      contact: ref,
      first: first.exactOptional(),
      ...awaited,
    }),
    z.strictObject({
      ...challenge,
      at: z.literal('challenged'),
      after: z.enum(['sent', 'wrong', 'unchecked', 'used-up', 'expired', 'too-old']),
      checkFrom: at.exactOptional(),
    }),
    z.strictObject({ ...challenge, at: z.literal('checking'), checkUntil: at }),
    z.strictObject({
      ...recoveryCodeChallenge,
      at: z.literal('entering-recovery-code'),
      after: z.enum(['asked', 'wrong', 'unchecked']),
    }),
    z.strictObject({ ...recoveryCodeChallenge, at: z.literal('checking-recovery-code'), checkUntil: at }),
    z.strictObject({
      ...proven,
      at: z.literal('inspecting'),
      remaining: z.strictObject({ proven: ref, contacts }).exactOptional(),
      ...awaited,
    }),
    z.strictObject({
      ...granted,
      at: z.literal('awaiting-approval'),
      needed: z.number().int(),
      askedAt: at,
      usualSeconds: z.number().exactOptional(),
      earlierUnlocks: z.number().int(),
      until: at,
    }),
    z.strictObject({
      ...granted,
      at: z.literal('fulfilling'),
      ...awaited,
      doubted: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      ...granted,
      at: z.literal('link-ready'),
      link,
      retried: z.boolean(),
      again: at.exactOptional(),
      until: at,
    }),
    z.strictObject({
      ...granted,
      at: z.literal('opening'),
      link,
      until: at,
      openUntil: at,
      before: z.strictObject({ ...page, left: z.number().int() }).exactOptional(),
    }),
    z.strictObject({
      ...granted,
      ...page,
      at: z.literal('changing'),
      again: z.strictObject({ link, until: at, left: z.number().int() }).exactOptional(),
      reopenedAt: at.exactOptional(),
    }),
    z.strictObject({ ...granted, at: z.literal('in-doubt'), since: at, until: at }),
    z.strictObject({
      at: z.literal('signing-in'),
      account: account.exactOptional(),
      contacts: listedContacts,
      link,
      until: at,
    }),
    z.strictObject({ ...signedIn, ...delayed, at: z.literal('binding-actor') }),
    z.strictObject({ ...signedIn, at: z.literal('managing') }),
    z.strictObject({ ...signedIn, at: z.literal('sending-new'), draft, sendUntil: at }),
    z.strictObject({
      ...newChallenge,
      at: z.literal('challenged-new'),
      after: z.enum(['sent', 'wrong', 'unchecked', 'used-up', 'expired', 'too-old']),
    }),
    z.strictObject({ ...newChallenge, at: z.literal('checking-new'), checkUntil: at }),
    z.strictObject({ ...signedIn, ...delayed, at: z.literal('linking'), about: z.strictObject(contact) }),
    z.strictObject({ ...signedIn, ...delayed, at: z.literal('unlinking'), about: z.strictObject(contact) }),
    z.strictObject({
      at: z.literal('closed'),
      ending,
      closedAt: at,
      account: account.exactOptional(),
      proof: proof.exactOptional(),
      isHalfProven: z.literal(true).exactOptional(),
      approvals,
      page: z.strictObject(page).exactOptional(),
      lateChange: z.strictObject(change).exactOptional(),
      disownedAt: at.exactOptional(),
      helpdeskKnows: z.boolean(),
      enrolment: z.strictObject({ changes: z.array(made), contacts: listedContacts }).exactOptional(),
    }),
  ]),
);

export const effectSchema = exactly<Effect>()(
  z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('identify') }),
    z.strictObject({ do: z.literal('send-code'), account, contact: ref }),
    z.strictObject({ do: z.literal('check-code'), account, contact: ref }),
    z.strictObject({ do: z.literal('check-recovery-code'), account }),
    z.strictObject({ do: z.literal('inspect-account'), account }),
    z.strictObject({ do: z.literal('lift-lock'), account }),
    z.strictObject({ do: z.literal('mint-ticket'), account }),
    z.strictObject({ do: z.literal('void-tickets'), account }),
    z.strictObject({ do: z.literal('end-sessions'), account, report: z.boolean() }),
    z.strictObject({ do: z.literal('bind-actor'), account }),
    z.strictObject({ do: z.literal('send-new-code'), account, channel }),
    z.strictObject({ do: z.literal('check-new-code'), account, channel }),
    z.strictObject({ do: z.literal('link-contact'), account, contact: ref }),
    z.strictObject({ do: z.literal('unlink-contact'), account, contact: ref, report: z.boolean() }),
    z.strictObject({ do: z.literal('discard-contact'), contact: ref }),
    z.strictObject({ do: z.literal('confirm-contact'), account, contact: ref }),
    z.strictObject({ do: z.literal('announce'), account, change: z.number().int(), made }),
    z.strictObject({
      do: z.literal('show'),
      to: z.enum(['person', 'helpdesk']),
      lasting: z.boolean(),
      gently: z.literal(true).exactOptional(),
    }),
  ]),
);

export const kindSchema = exactly<FlowKind>()(z.enum(['reset', 'unlock', 'enroll']));
export const countSchema = exactly<Count>()(z.enum(['attempt', 'passed', 'void', 'send', 'sent', 'adrift', 'unlock']));
export const viewerSchema = exactly<Viewer>()(z.enum(['person', 'helpdesk']));
