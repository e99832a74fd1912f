// The texts about a person's own recovery contacts, in the chat. Those of the web pages are in text/enrolment-words.
import type { Channel, ListedContact } from '../../flows/contact.ts';
import type { ContactChange } from '../../flows/enrolment-ports.ts';
import type { ContactChangeMade, MadeChange, Undone } from '../../flows/enrolment-state.ts';
import type { Instant } from '../../flows/ids.ts';
import type { Text } from '../cards/card.ts';

export interface EnrolmentCopy {
  /** `usable` of the `listed` contacts can be used now or later. */
  readonly contactsIntro: (usable: number, listed: number) => Text;
  /** For more contacts than one message shows. */
  readonly moreContacts: (count: number) => Text;
  /** Below the list of somebody who has just taken the last one out. */
  readonly lastRemoved: Text;
  readonly listedContact: (contact: ListedContact) => Text;
  /** Below a list with a contact that is not confirmed. */
  readonly howToConfirm: Text;
  /** For somebody with one contact. */
  readonly haveTwo: Text;
  /**
   * Beside the button to the sign-in, for somebody who cannot sign in. `can`: they have a contact that can be used now. `perhaps`: all
   * of those came from a file, and the policy decides.
   */
  readonly cannotSignIn: (recovery: 'can' | 'perhaps' | 'cannot') => Text;
  /** Below the contacts, each of which can have its own button: it speaks of those that open the browser. */
  readonly signInToChange: (until: Instant) => Text;
  readonly goOnInBrowser: Text;
  readonly changingContacts: Text;
  readonly contactAdded: (change: ContactChangeMade) => Text;
  readonly contactRemoved: (change: ContactChangeMade) => Text;
  readonly recoveryCodesMade: (usableFrom: Instant | undefined) => Text;
  readonly addEmail: string;
  readonly addPhone: string;
  /** Beside each contact. */
  readonly remove: string;
  readonly removeThis: (channel: Channel, masked: string) => Text;
  /** Above the choice and the input of a code that is for this. */
  readonly removesThis: (channel: Channel, masked: string) => Text;
  readonly removeLast: Text;
  readonly removeByCode: Text;
  readonly removeBySignIn: (isLast: boolean) => Text;
  readonly removeUntil: (until: Instant) => Text;
  readonly removing: (masked: string) => Text;
  readonly codeAt: (masked: string) => string;
  readonly signInToRemove: string;
  readonly keepContact: string;
  readonly actorBound: (isFirst: boolean) => Text;
  /** Of a change that the person has disowned. `undone`: what became of it; absent: it is under way. */
  readonly takenBack: (change: MadeChange, undone: Undone['is'] | undefined) => Text;
  /** For somebody else who is bound to the account: what was changed, who asked for it, and what it means. */
  readonly changedElsewhere: (change: ContactChange) => readonly Text[];
  /** `mayDisown`: the button *It wasn't me* is below. */
  readonly wasItYou: (mayDisown: boolean) => Text;
  /** The page is drawn again when they are known. */
  readonly lookingUpContacts: Text;
  readonly contactsNotKnown: Text;
  readonly homeContactsTitle: string;
  /** The button below the list, where there is one. */
  readonly changeContacts: string;
  readonly welcome: Text;
  /** Above a list that is never redrawn. */
  readonly contactsOn: (time: Instant) => Text;
  /** Added to `welcome` for somebody who has no contact. Still true when they have one. */
  readonly contactNeeded: Text;
  /** One gentle line for somebody who has no contact. */
  readonly reminder: Text;
  readonly stopReminding: string;
  readonly remindersStopped: Text;
  /** The button that leads to the person's contacts. */
  readonly ownContacts: string;
  /** The same, where somebody learns that they have none. */
  readonly enrollNow: string;
  /** The same, where somebody learns that theirs are not confirmed. */
  readonly confirmContact: string;
  /** Where there is one, and the advice to have two. */
  readonly enrollSecond: string;
}
