// The states of an enrolment: a person signs in in the browser with their work account, and changes their contacts there.
// The address that is being enrolled is in none of them: it is in the sealed cookie of that browser.
import type { Channel, ListedContact, MaskedContact } from './contact.ts';
import type { AccountId, ContactRef, Instant, LinkId } from './ids.ts';

/** An address whose code is awaited. `key`: `new|` and a keyed hash of the address, to count codes by. */
export interface NewContact {
  readonly channel: Channel;
  readonly masked: string;
  readonly key: ContactRef;
}

/** What was changed in this request. It is announced to the older contacts, and can be disowned. */
export type MadeChange =
  | {
      readonly what: 'added' | 'removed';
      readonly contact: MaskedContact;
      readonly at: Instant;
      /** Of an added contact: it cannot be used before. */
      readonly usableFrom?: Instant;
    }
  /** A new set was made, and the earlier codes are void. `usableFrom`: it cannot be used before. */
  | { readonly what: 'recovery-codes'; readonly at: Instant; readonly usableFrom?: Instant }
  /**
   * The chat person was bound to the account, and had not been before. `isFirst`: it had neither contacts nor other bound people, so
   * that there is nobody else to tell.
   */
  | { readonly what: 'bound'; readonly at: Instant; readonly isFirst?: true };
export type ContactChangeMade = Extract<MadeChange, { readonly contact: MaskedContact }>;

/** What became of that which was to be taken back. `kept`: it is not. `contact`: absent for the binding of the chat person. */
export interface Undone {
  readonly is: 'done' | 'failed' | 'kept';
  readonly contact?: ContactRef;
}

/** These changes are not taken back. */
export const kept = (changes: readonly MadeChange[]): readonly Undone[] =>
  changes.flatMap((made): readonly Undone[] => {
    if (made.what === 'added') return [{ is: 'kept', contact: made.contact.ref }];
    return made.what === 'bound' ? [{ is: 'kept' }] : [];
  });

/** What became of this change, where it was to be taken back. Undefined: it is under way, or there is nothing to take back. */
export function undoneOf(change: MadeChange, undone: readonly Undone[]): Undone['is'] | undefined {
  const contact = change.what === 'added' ? change.contact.ref : undefined;
  if (contact === undefined && change.what !== 'bound') return undefined;
  return undone.find((each) => each.contact === contact)?.is;
}

/** What came of the last act in the browser, where the list alone does not show it. */
export type EnrolmentNews =
  | { readonly is: 'added' | 'removed'; readonly masked: string; readonly usableFrom?: Instant }
  /** A contact from a file: its code came back. */
  | { readonly is: 'confirmed'; readonly masked: string }
  /** `elsewhere`: another account has this address; whose is not told. */
  | { readonly is: 'elsewhere' | 'already-yours' | 'unreachable' | 'refused' }
  | { readonly is: 'limited' | 'attempts-spent' | 'sends-spent'; readonly again: Instant };

/** After a fresh sign-in of this account in this request. Only states after that have it. */
interface SignedIn {
  readonly account: AccountId;
  readonly contacts: readonly ListedContact[];
  readonly signedInAt: Instant;
  readonly changes: readonly MadeChange[];
  /** Passwordless identities to which a code was sent. Those that are not linked at the end may have to be deleted. */
  readonly sentTo: readonly ContactRef[];
  readonly news?: EnrolmentNews;
  readonly until: Instant;
}

/** As in other states that wait for an effect: it has failed or waits. */
interface Delayed {
  readonly delayed: boolean;
  readonly again?: Instant;
}

/** Which contact a person wants to take out, and the others with a code from which they can; none: only a sign-in will do. */
export interface WantedRemoval {
  readonly contact: ContactRef;
  readonly proving: readonly MaskedContact[];
}

/** What the codes of a request are for, where they are for taking a contact out. `others`: all that the account has besides. */
export interface Removal {
  readonly about: MaskedContact;
  readonly others: readonly ListedContact[];
}

/**
 * `account`: to which the chat person is bound. Otherwise the sign-in shows whose they are: of two accounts with one address the one may
 * be found, and the other be theirs. `found`: which one was, where they are not bound; the contacts are its own, and so is a removal with
 * codes.
 */
export type SigningIn = {
  readonly at: 'signing-in';
  readonly account?: AccountId;
  readonly found?: AccountId;
  readonly contacts: readonly ListedContact[];
  readonly link: LinkId;
  readonly removal?: WantedRemoval;
  readonly until: Instant;
};
export type BindingActor = SignedIn & Delayed & { readonly at: 'binding-actor' };
export type Managing = SignedIn & { readonly at: 'managing' };
export type SendingNew = SignedIn & {
  readonly at: 'sending-new';
  readonly draft: NewContact;
  readonly sendUntil: Instant;
};
interface NewChallenge extends SignedIn {
  readonly draft: NewContact;
  readonly attemptsLeft: number;
  readonly resendFrom: Instant;
  readonly codeUntil: Instant;
}
export type ChallengedNew = NewChallenge & {
  readonly at: 'challenged-new';
  readonly after: 'sent' | 'wrong' | 'unchecked' | 'used-up' | 'expired' | 'too-old';
};
export type CheckingNew = NewChallenge & { readonly at: 'checking-new'; readonly checkUntil: Instant };
export type Linking = SignedIn & Delayed & { readonly at: 'linking'; readonly about: MaskedContact };
export type Unlinking = SignedIn & Delayed & { readonly at: 'unlinking'; readonly about: MaskedContact };

export type SignedInState = BindingActor | Managing | SendingNew | ChallengedNew | CheckingNew | Linking | Unlinking;
export type EnrolmentState = SigningIn | SignedInState;
