// The type of the texts on the tenant's own page for a new password. Auth0 shows it, and its script completes these texts in the
// browser. Whoever reads it may have come by a mail of Auth0's, so no text speaks of a chat.
import type { PlainPhrase } from './page-text.ts';

/** The kinds of characters, by the codes that Auth0 gives them. */
export type HostedKind = 'lowerCase' | 'upperCase' | 'numbers' | 'specialCharacters';

/** The names under which Auth0 refuses a password. */
export type HostedRefusal =
  | 'PasswordStrengthError'
  | 'PasswordHistoryError'
  | 'PasswordDictionaryError'
  | 'PasswordNoUserInfoError';

interface HostedView {
  readonly title: string;
  readonly paragraphs: readonly PlainPhrase[];
}

/** Parameters are texts: the page passes a place that its script fills in. */
export interface HostedPageWords {
  readonly title: string;
  readonly account: (username: string) => PlainPhrase;
  /** Shown until the script runs. */
  readonly unscripted: HostedView;
  readonly done: HostedView;
  /** The label of the link to the address that the tenant names for afterwards. */
  readonly goOn: string;
  readonly dead: HostedView;
  /** At the bottom, until a password is saved. */
  readonly unasked: PlainPhrase;
  /** At the bottom. `contact`: how people reach the helpdesk. */
  readonly help: (contact: string | undefined) => PlainPhrase;
  readonly rules: {
    readonly heading: string;
    readonly length: (least: string) => string;
    readonly all: (kinds: string) => string;
    readonly some: (least: string, count: string, kinds: string) => string;
    readonly row: (most: string) => string;
    readonly same: string;
    /** Not all can be known before the password is sent. */
    readonly more: string;
    readonly kinds: Readonly<Record<HostedKind, string>>;
    /** In front of a rule, while somebody types. */
    readonly met: string;
    readonly missing: string;
    /** Read aloud when somebody stops typing. */
    readonly heardMet: string;
    readonly heardMissing: (rules: string) => string;
  };
  readonly label: string;
  readonly confirmLabel: string;
  readonly confirmHint: string;
  readonly reveal: string;
  readonly hide: string;
  readonly button: string;
  readonly saving: string;
  readonly notChanged: string;
  readonly notKnown: string;
  readonly wrong: Readonly<Record<HostedRefusal, string>> & {
    readonly empty: string;
    readonly unequal: string;
    readonly unmet: string;
    /** Refused for a reason that is not known here. */
    readonly somehow: string;
  };
  /** What the sign-in service itself wrote about a refusal. */
  readonly quoted: (text: string) => string;
  /** The page is too old to be sent. */
  readonly stale: string;
  readonly reload: string;
  readonly tooMany: string;
  readonly failed: string;
  readonly noAnswer: string;
  /** After a try without an answer the same password is refused as one that was used before. */
  readonly perhapsSaved: string;
}
