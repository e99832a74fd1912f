// The personal chat with a person: found or created, and confirmed to be theirs before anything is sent to it.
import type { ActorId } from '../../flows/ids.ts';
import { failed, isFinal, type Outcome, success } from '../../flows/outcome.ts';
import type { Connector } from './connector.ts';
import { isSameReference, type TeamsReference, type TeamsReferences } from './references.ts';
import type { Roster } from './roster.ts';

export interface Chats {
  /**
   * An activity says that this person is there. Returns whether the connector confirms it. The reference is stored at once
   * only if the person has none yet. A stored one is replaced only after confirmation, so that a forged activity cannot
   * redirect messages that are meant for the person.
   */
  meet(actor: ActorId, reference: TeamsReference): Promise<Outcome<void>>;
  /** Whether this is the reference that is stored for the person, confirmed or not. */
  isKnownAt(actor: ActorId, reference: TeamsReference): Promise<boolean>;
  /** The chat in which to write to this person. `absent` where the bot never met them, or they have removed the app. */
  chatOf(actor: ActorId): Promise<Outcome<TeamsReference>>;
  /** To be called when Teams refused a message to the person for good: forgets the reference. */
  giveUp(actor: ActorId): Promise<void>;
  /** An activity says that the app was removed: forgets the reference if the connector no longer knows the person there. */
  part(actor: ActorId): Promise<void>;
}

export function createChats(options: {
  readonly references: TeamsReferences;
  readonly roster: Roster;
  readonly connector: Connector;
}): Chats {
  const { references, roster, connector } = options;
  const chatOf: Chats['chatOf'] = async (actor) => {
    const known = await references.find(actor);
    if (known === undefined) return failed({ kind: 'absent', retry: 'never', cause: 'never-met' });
    const chat = known.isPersonal ? success(known) : await createChat(known);
    if (!chat.ok) return chat;
    const confirmed = await roster.confirm(actor, chat.value);
    if (!confirmed.ok) return confirmed;
    if (!known.isPersonal) await references.keep(actor, chat.value);
    return chat;
  };
  const createChat = async ({ serviceUrl, userId }: TeamsReference): Promise<Outcome<TeamsReference>> => {
    const created = await connector.createPersonal(serviceUrl, userId);
    if (!created.ok) return created;
    return success({ serviceUrl, userId, conversationId: created.value.conversationId, isPersonal: true });
  };
  const isKnownAt: Chats['isKnownAt'] = async (actor, reference) => {
    const known = await references.find(actor);
    return known !== undefined && isSameReference(known, reference);
  };
  return {
    async meet(actor, reference) {
      const known = await references.find(actor);
      if (known === undefined) await references.keep(actor, reference);
      const confirmed = await roster.confirm(actor, reference);
      if (confirmed.ok) {
        if (known !== undefined && isBetter(reference, known)) await references.keep(actor, reference);
      } else if (isFinal(confirmed.failure.kind) && (await isKnownAt(actor, reference))) {
        await references.forget(actor);
      }
      return confirmed;
    },
    isKnownAt,
    async chatOf(actor) {
      const chat = await chatOf(actor);
      if (!chat.ok && isFinal(chat.failure.kind)) await references.forget(actor);
      return chat;
    },
    giveUp: (actor) => references.forget(actor),
    async part(actor) {
      const known = await references.find(actor);
      if (known === undefined) return;
      const found = await roster.ask(actor, known);
      if (!found.ok && isFinal(found.failure.kind)) await references.forget(actor);
    },
  };
}

/** A personal chat is never replaced by a channel. */
const isBetter = (reference: TeamsReference, known: TeamsReference): boolean =>
  !isSameReference(known, reference) && (reference.isPersonal || !known.isPersonal);
