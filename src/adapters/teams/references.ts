// Where a person can be reached in Teams. A bot cannot write to a name or an email address: it must have met the person in a conversation.
// Holds ids only. Implemented on SQL in src/store.
import type { ActorId } from '../../flows/ids.ts';

export interface TeamsReference {
  /** The connector's address for this conversation, as the last activity named it. */
  readonly serviceUrl: string;
  /** The personal chat, `a:…`; for a person seen only in a channel, that channel, `19:…`. */
  readonly conversationId: string;
  /** `29:…`, the person's id for this bot. */
  readonly userId: string;
  readonly isPersonal: boolean;
}

export interface TeamsReferences {
  /** Adds or replaces. */
  keep(actor: ActorId, reference: TeamsReference): Promise<void>;
  find(actor: ActorId): Promise<TeamsReference | undefined>;
  /** To be called after an uninstallation, or where Teams says that the conversation no longer exists. */
  forget(actor: ActorId): Promise<void>;
  /** The `serviceUrl` that was stored last. Used for channels, which are served at the same address as the company's people. */
  latestServiceUrl(): Promise<string | undefined>;
}

export const isSameReference = (one: TeamsReference, other: TeamsReference): boolean =>
  one.serviceUrl === other.serviceUrl &&
  one.conversationId === other.conversationId &&
  one.userId === other.userId &&
  one.isPersonal === other.isPersonal;
