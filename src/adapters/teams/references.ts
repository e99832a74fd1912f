// Where a person can be reached in Teams. No bot can address somebody by a name or an address: it must have met them.
// Holds ids only. Implemented on SQL in src/store; the one in memory is for tests.
import type { ActorId } from '../../flows/ids.ts';

export interface TeamsReference {
  /** The connector's address for this conversation, as the last activity named it. */
  readonly serviceUrl: string;
  /** `a:…` of the personal chat; of somebody met in a channel only, that channel's `19:…`. */
  readonly conversationId: string;
  /** `29:…`, the person as this bot knows them. */
  readonly userId: string;
  readonly isPersonal: boolean;
}

export interface TeamsReferences {
  /** Adds or replaces. */
  keep(actor: ActorId, reference: TeamsReference): Promise<void>;
  find(actor: ActorId): Promise<TeamsReference | undefined>;
  /** After an uninstallation, or where Teams says that the conversation is no more. */
  forget(actor: ActorId): Promise<void>;
  /** The `serviceUrl` that was kept last, for channels: they are served where the company's people are. */
  latestServiceUrl(): Promise<string | undefined>;
}

export function createReferencesInMemory(): TeamsReferences {
  const kept = new Map<ActorId, TeamsReference>();
  return {
    async keep(actor, reference) {
      kept.delete(actor);
      kept.set(actor, reference);
    },
    find: async (actor) => kept.get(actor),
    async forget(actor) {
      kept.delete(actor);
    },
    latestServiceUrl: async () => [...kept.values()].at(-1)?.serviceUrl,
  };
}

export const isSameReference = (one: TeamsReference, other: TeamsReference): boolean =>
  one.serviceUrl === other.serviceUrl &&
  one.conversationId === other.conversationId &&
  one.userId === other.userId &&
  one.isPersonal === other.isPersonal;
