// What several variants of a stored state or effect have in common, as schemas.
import { z } from 'zod';
import type { Ending } from '../flows/ending.ts';
import type { EnrolmentNews, MadeChange } from '../flows/enrolment-state.ts';
import { accountId, contactRef, instant, knownActor, linkId } from '../flows/ids.ts';
import { applicationCharsAtMost, type FailedSignIns, type LockFacts, originsAtMost } from '../flows/lock.ts';
import type { PasswordRule } from '../flows/password-rule.ts';

/** Ignores `readonly`. An optional field still differs from one that is missing. */
type Plain<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : { -readonly [Key in keyof T]: Plain<T[Key]> };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile if the schema has a field, variant or value more or less than the type. */
export const exactly =
  <Type>() =>
  <Schema extends z.ZodType<Type>>(
    schema: Schema,
    ..._proof: Same<Plain<z.output<Schema>>, Plain<Type>> extends true ? [] : ['the schema is not the type']
  ): z.ZodType<Type> =>
    schema;

export const account = z.string().transform(accountId);
const actor = z.string().transform(knownActor);
export const ref = z.string().transform(contactRef);
export const link = z.string().transform(linkId);
export const at = z.number().int().transform(instant);
export const channel = z.enum(['email', 'sms']);

const unconfirmed = z.literal(true).exactOptional();
export const contact = { ref, channel, masked: z.string(), unconfirmed };
export const contacts = z.array(z.strictObject(contact));
export const listedContacts = z.array(
  z.strictObject({
    ...contact,
    since: at.exactOptional(),
    usableFrom: at.exactOptional(),
    confirmedNow: z.literal(true).exactOptional(),
    unusable: z.enum(['own-domain', 'blocked-domain', 'unverified', 'unclear']).exactOptional(),
  }),
);
const acceptedCode = { channel, at };
export const proof = z.discriminatedUnion('channel', [
  z.strictObject({ ...acceptedCode, first: z.strictObject(acceptedCode).exactOptional() }),
  z.strictObject({ channel: z.enum(['sign-in', 'old-password']), at }),
  z.strictObject({
    channel: z.literal('recovery-code'),
    at,
    first: z.strictObject(acceptedCode),
    codesLeft: z.number().int(),
  }),
]);
/** Of a removal with codes. */
export const removal = z.strictObject({ about: z.strictObject(contact), others: listedContacts });
export const ofRemoval = { removal: removal.exactOptional() };
export const first = z.strictObject({ ...acceptedCode, contact: ref, recoveryCodes: z.number().int() });
export const approvals = z.array(z.strictObject({ by: actor, at, account: account.exactOptional() }));

export const challenge = {
  ...ofRemoval,
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
export const recoveryCodeChallenge = { ...ofRemoval, account, contacts, first, until: at };
export const awaited = { delayed: z.boolean(), again: at.exactOptional(), until: at };
export const proven = { account, proof };
/** Strict, so that nothing else of an entry in a log can be stored beside it. */
const signIns = exactly<FailedSignIns>()(
  z.strictObject({
    count: z.number().int(),
    isAtLeast: z.literal(true).exactOptional(),
    since: at,
    origins: z
      .array(
        z.strictObject({
          application: z.string().max(applicationCharsAtMost).exactOptional(),
          device: z.enum(['phone', 'computer']).exactOptional(),
          country: z.string().length(2).exactOptional(),
          count: z.number().int(),
        }),
      )
      .max(originsAtMost),
  }),
);
export const lock = exactly<LockFacts>()(
  z.strictObject({
    of: z.enum(['provider', 'directory', 'both']),
    failures: z.number().int().exactOptional(),
    since: at.exactOptional(),
    signIns: signIns.exactOptional(),
    until: z.union([at, z.literal('lifted')]).exactOptional(),
    spreadMinutes: z.number().int().exactOptional(),
  }),
).exactOptional();
export const granted = { ...proven, lock, approvals };

const sessions = z.enum(['ending', 'asked', 'unavailable']);
export const change = { changedAt: at, sessions };
export const ownPage = {
  ...granted,
  proof: proof.exactOptional(),
  link,
  left: z.number().int(),
  oldLeft: z.number().int().exactOptional(),
};
export const isHere = z.literal(true).exactOptional();
export const byMail = z.literal(true).exactOptional();
export const passwordRules = exactly<readonly PasswordRule[]>()(
  z.array(
    z.enum([
      ...(['too-short', 'too-long', 'too-weak', 'too-plain', 'too-common'] as const),
      ...(['used-before', 'holds-name', 'not-writable', 'not-ascii'] as const),
    ]),
  ),
);
export const page = { openedAt: at, until: at };

const refusedPerson = ['bot', 'deactivated', 'guest', 'invited', 'external', 'unconfirmed-email'] as const;
const refusedAccount = [
  'no-contact',
  'contact-unconfirmed',
  'disabled',
  'unsupported',
  'proof-mismatch',
  'denied-by-provider',
  'disowned',
  'elsewhere',
  'no-helpdesk',
  'second-proof-impossible',
  'sign-in-needed',
  'passwords-refused',
  'old-passwords-wrong',
  'password-blocked',
] as const;

const barriers = [
  ...(['absent', 'protected', 'disabled', 'account-expired', 'smart-card', 'not-readable', 'lock-kept'] as const),
] as const;

export const ending = exactly<Ending>()(
  z.discriminatedUnion('because', [
    z.strictObject({
      outcome: z.literal('done'),
      because: z.enum(['unlocked', 'not-locked']),
      isAgain: z.literal(true).exactOptional(),
    }),
    z.strictObject({
      outcome: z.literal('done'),
      because: z.literal('password-changed'),
      mustChange: z.literal(true).exactOptional(),
      ...change,
    }),
    z.strictObject({
      outcome: z.literal('done'),
      because: z.literal('changed-elsewhere'),
      changedAt: at,
      sessions: sessions.exactOptional(),
    }),
    z.strictObject({
      outcome: z.literal('done'),
      because: z.literal('requested-elsewhere'),
      provenAt: at,
      changedAt: at.exactOptional(),
    }),
    z.strictObject({ outcome: z.literal('done'), because: z.literal('enrolled') }),
    z.strictObject({
      outcome: z.literal('done'),
      because: z.literal('contact-imported'),
      mustBeConfirmed: z.literal(true).exactOptional(),
    }),
    z.strictObject({ outcome: z.literal('refused'), because: z.enum([...refusedAccount, ...refusedPerson]) }),
    z.strictObject({
      outcome: z.literal('refused'),
      because: z.literal('barred'),
      barrier: z.enum(barriers),
    }),
    z.strictObject({
      outcome: z.literal('refused'),
      because: z.enum([
        'attempts-spent',
        'sends-spent',
        'unlocks-spent',
        'frozen',
        'contacts-resting',
        'changed-too-soon',
      ]),
      again: at,
    }),
    z.strictObject({
      outcome: z.literal('refused'),
      because: z.literal('denied'),
      by: actor,
      reason: z.enum(['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled']),
    }),
    z.strictObject({ outcome: z.literal('expired'), because: z.enum(['flow', 'approval', 'link', 'password']) }),
    z.strictObject({ outcome: z.literal('cancelled'), because: z.enum(['person', 'superseded', 'operator']) }),
    z.strictObject({
      outcome: z.literal('failed'),
      because: z.enum([
        'unreachable',
        'refused-by-provider',
        'not-permitted',
        'unconfirmed',
        'locked-again',
        'password-unconfirmed',
        'helpdesk-unreachable',
        'settled-by-helpdesk',
      ]),
    }),
    z.strictObject({ outcome: z.literal('failed'), because: z.enum(['limited', 'codes-limited']), again: at }),
  ]),
);

export const made = exactly<MadeChange>()(
  z.discriminatedUnion('what', [
    z.strictObject({
      what: z.enum(['added', 'removed']),
      contact: z.strictObject(contact),
      at,
      usableFrom: at.exactOptional(),
    }),
    z.strictObject({ what: z.literal('recovery-codes'), at, usableFrom: at.exactOptional() }),
    z.strictObject({ what: z.literal('bound'), at, isFirst: z.literal(true).exactOptional() }),
  ]),
);
const enrolmentNews = exactly<EnrolmentNews>()(
  z.discriminatedUnion('is', [
    z.strictObject({ is: z.enum(['added', 'removed']), masked: z.string(), usableFrom: at.exactOptional() }),
    z.strictObject({ is: z.literal('confirmed'), masked: z.string() }),
    z.strictObject({ is: z.enum(['elsewhere', 'already-yours', 'unreachable', 'refused']) }),
    z.strictObject({ is: z.enum(['limited', 'attempts-spent', 'sends-spent']), again: at }),
  ]),
);
export const signedIn = {
  account,
  contacts: listedContacts,
  signedInAt: at,
  changes: z.array(made),
  sentTo: z.array(ref),
  news: enrolmentNews.exactOptional(),
  until: at,
};
export const delayed = { delayed: z.boolean(), again: at.exactOptional() };
export const draft = z.strictObject({ channel, masked: z.string(), key: ref });
export const newChallenge = { ...signedIn, draft, attemptsLeft: z.number().int(), resendFrom: at, codeUntil: at };
