// The texts that every language must have. A language that lacks a text does not compile.
import type { MadeChange } from '../../flows/enrolment-state.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { HelpdeskScreen, PersonScreen } from '../../flows/screen.ts';
import type { NoticeCopy } from '../../text/notice-copy.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { Text, TimeSpan } from '../cards/card.ts';
import type { EnrolmentCopy } from './enrolment-copy.ts';
import type { HelpdeskCopy } from './helpdesk-copy.ts';
import type { IntentWords } from './intent-words.ts';
import type { PersonCopy } from './person-copy.ts';
import type { AppCopy, CommandCopy, SlackCopy, TeamsCopy } from './platform-copy.ts';
import type { RecoveryCopy } from './recovery-copy.ts';
import type { RestCopy } from './rest-copy.ts';

export interface Copy extends PersonCopy, EnrolmentCopy, HelpdeskCopy, CommonCopy {
  /** `isTold`: the helpdesk has a channel in which it is told. `isOnPage`: it is read on a page, not in a chat. */
  readonly ended: (end: End, isTold: boolean, isOnPage?: boolean) => readonly Text[];
  /** The pages under `/recover` after the first proof, where they do not speak like the chat. */
  readonly recovery: RecoveryCopy;
  readonly notifications: NotificationCopy;
  readonly app: AppCopy;
  readonly commands: CommandCopy;
  readonly slack: SlackCopy;
  readonly teams: TeamsCopy;
  readonly pages: PageCopy;
  readonly notices: NoticeCopy;
  /** Of the REST flow's description. */
  readonly rest: RestCopy;
  readonly intentWords: IntentWords;
}

/** How a request of this kind ended. */
export type End = Pick<
  Extract<PersonScreen, { readonly shows: 'ended' }>,
  | 'kind'
  | 'ending'
  | 'approvals'
  | 'closedAt'
  | 'lock'
  | 'isInDirectory'
  | 'wasAtPage'
  | 'wasMailed'
  | 'enrolment'
  | 'canDisown'
>;

/** One sentence each, for lock screens: the act and the person, and never a contact, a code or a link. */
export interface NotificationCopy {
  /** `isTold`: the helpdesk has a channel in which it is told. */
  readonly forPerson: (screen: PersonScreen, isTold: boolean) => Text;
  readonly forHelpdesk: (screen: HelpdeskScreen) => Text;
  /** The person asks the helpdesk for somebody. */
  readonly helpWanted: (person: ActorId, isProven: boolean) => Text;
  /** Somebody else who is bound to the account has changed it, or was bound to it. */
  readonly changedElsewhere: (what: MadeChange['what']) => Text;
}

/** Texts that the adapters need for names, times and titles. */
export interface CommonCopy {
  readonly close: string;
  /** Shown where a person's name is unknown. */
  readonly somebody: string;
  /** The title of a message that has no other title. */
  readonly notice: string;
  /** A time in UTC, for places where the platform cannot show it in the reader's own zone. */
  readonly utcTime: (time: TimeSpan) => string;
  /** A day and a time as the platform writes them. */
  readonly dayAndTime: (day: string, time: string) => string;
}
