// The personal chat with somebody: found or made, and confirmed to be that person's before anything is said in it.
import type { ActorId } from '../../flows/ids.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { Connector } from './connector.ts';
import { isFinal } from './people.ts';
import { isSameReference, type TeamsReference, type TeamsReferences } from './references.ts';
import type { Roster } from './roster.ts';

export interface Chats {
  /**
   * An activity names this person there. At once kept where nobody was known by this name; otherwise only after the connector
   * confirmed it, so that a forged activity cannot turn away what is meant for somebody.
   */
  meet(actor: ActorId, reference: TeamsReference): Promise<void>;
  /** Where this person is to be told something. `absent` where the bot never met them or is not with them any more. */
  chatOf(actor: ActorId): Promise<Outcome<TeamsReference>>;
  /** Teams refused for good what was sent there. */
  giveUp(actor: ActorId): Promise<void>;
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
    const chat = known.isPersonal ? success(known) : await makeChat(known);
    if (!chat.ok) return chat;
    const confirmed = await roster.confirm(actor, chat.value);
    if (!confirmed.ok) return confirmed;
    if (!known.isPersonal) await references.keep(actor, chat.value);
    return chat;
  };
  const makeChat = async ({ serviceUrl, userId }: TeamsReference): Promise<Outcome<TeamsReference>> => {
    const made = await connector.createPersonal(serviceUrl, userId);
    if (!made.ok) return made;
    return success({ serviceUrl, userId, conversationId: made.value.conversationId, isPersonal: true });
  };
  return {
    async meet(actor, reference) {
      const known = await references.find(actor);
      if (known === undefined) return references.keep(actor, reference);
      if (isSameReference(known, reference) || (known.isPersonal && !reference.isPersonal)) return;
      const confirmed = await roster.confirm(actor, reference);
      if (confirmed.ok) await references.keep(actor, reference);
    },
    async chatOf(actor) {
      const chat = await chatOf(actor);
      if (!chat.ok && isFinal(chat.failure.kind)) await references.forget(actor);
      return chat;
    },
    giveUp: (actor) => references.forget(actor),
  };
}
