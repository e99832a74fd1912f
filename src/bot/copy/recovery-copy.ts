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
  /** The page changes by itself. */
  readonly byItself: Text;
  /** Somebody has been asked, and the page may be closed. */
  readonly meanwhile: Text;
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
