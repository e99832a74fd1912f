// The texts on the pages under /recover after the first proof, where the chat's own do not fit.
import type { Instant } from '../../flows/ids.ts';
import type { Text } from '../cards/card.ts';

export interface RecoveryCopy {
  readonly headings: Readonly<
    Record<
      | 'moment'
      | 'secondProof'
      | 'recoveryCode'
      | 'asked'
      | 'unlocking'
      | 'link'
      | 'opened'
      | 'mailed'
      | 'confirming'
      | 'doubt'
      | 'disowned',
      Text
    >
  >;
  readonly oneMoment: Text;
  readonly delayed: (until: Instant) => Text;
  /** The sign-in service asked for a pause. */
  readonly paused: (again: Instant) => Text;
  /**
   * Of a page that changes by itself: what becomes of the request when it is closed. `goesOn`: it goes on to its end without the page.
   * `needsYou`: the person goes on here afterwards. `saving`: they choose their password on another page. `reading`: by a mail.
   */
  readonly whenClosed: Readonly<Record<'goesOn' | 'needsYou' | 'saving' | 'reading', Text>>;
  readonly linkRules: (until: Instant) => Text;
  readonly opened: (until: Instant) => Text;
  readonly mailRules: (until: Instant) => Text;
  readonly confirming: (until: Instant) => Text;
  readonly recoveryCodesLeft: (left: number) => Text;
  /** The password is changed, or the lock lifted. */
  readonly signIn: Text;
  readonly notMe: Text;
  /** On paper, beside the code that a phone reads: one short line each. */
  readonly poster: Readonly<Record<'heading' | 'what' | 'how' | 'care', string>>;
  /** Who approved, where nobody is named. */
  readonly approver: string;
}
