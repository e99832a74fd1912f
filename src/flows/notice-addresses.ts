// The port through which the notices by mail learn where to write.
import type { ContactChange } from './enrolment-ports.ts';
import type { AccountId, ContactRef, Instant } from './ids.ts';
import type { Outcome } from './outcome.ts';

/** Secret: handed to the mail at once, and kept nowhere. */
export interface NoticeAddress {
  readonly address: string;
  /**
   * Whether the notice has the link *It wasn't me*. A contact in its cool-off is told of changes, but may not undo one: whoever
   * added it a moment ago could otherwise take out the contact that the owner adds next.
   */
  readonly mayDisown: boolean;
}

export interface NoticeAddresses {
  /** Of one contact that is being removed; undefined: it is no mail address, or not linked. */
  addressOf(account: AccountId, contact: ContactRef, at: Instant): Promise<Outcome<NoticeAddress | undefined>>;
  /** Each address once; none where nothing is known to write to. */
  noticeAddresses(
    change: Pick<ContactChange, 'account' | 'what' | 'contact' | 'at'>,
  ): Promise<Outcome<readonly NoticeAddress[]>>;
}
