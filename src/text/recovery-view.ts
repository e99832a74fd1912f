// What a page under /recover shows of a request after its first proof, without layout and escaping.
import type { Phrase } from './page-text.ts';

/** A press that needs no field. */
export type RecoveryPress = 'choose-contact' | 'choose-recovery-code' | 'mail-again' | 'cancel';

export type RecoveryAsk =
  | {
      readonly is: 'contact';
      readonly label: string;
      /** Not empty. The first one is chosen. */
      readonly choices: readonly { readonly value: string; readonly label: string }[];
      readonly button: string;
    }
  | {
      readonly is: 'code' | 'recovery-code';
      readonly label: string;
      readonly hint: string;
      readonly error?: string;
      readonly button: string;
    }
  /** Leads to the page for a new password. */
  | { readonly is: 'link'; readonly button: string };

export interface RecoveryView {
  readonly sign?: 'key' | 'wait' | 'chat' | 'done';
  readonly title: string;
  readonly heading: Phrase;
  readonly paragraphs: readonly Phrase[];
  /** What has gone wrong, above everything else. */
  readonly problem?: Phrase;
  readonly ask?: RecoveryAsk;
  /** Below what is asked. */
  readonly note?: Phrase;
  readonly presses: readonly { readonly press: RecoveryPress; readonly label: string }[];
  /** Another code to the same contact. */
  readonly resend?: { readonly contact: string; readonly label: string };
  /** The label of the way back to the first page. */
  readonly restart?: string;
  /** The page is loaded again by itself. 0: at once, and the answer waits for what is under way. */
  readonly againInSeconds?: number;
  /** The request is over: the browser forgets it. */
  readonly isOver: boolean;
}
