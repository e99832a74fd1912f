// The cards of a person's home page. It is drawn at once with what is known, and again when their contacts are: the sign-in service may
// be slow or down, and the page must work all the same.
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import { type ActorId, actorParts } from '../../flows/ids.ts';
import type { Flow } from '../../flows/state.ts';
import type { Flows } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import { drawHome } from '../cards/plain-card.ts';
import type { ContactLists } from '../contact-list.ts';
import type { Copy } from '../copy/copy.ts';
import type { HomeCards, Messenger } from '../messenger.ts';

export function createHomePage(
  parts: {
    readonly store: Pick<Flows, 'openFlowsOf'>;
    readonly messengers: ReadonlyMap<string, Pick<Messenger, 'refreshHome'>>;
    readonly contactLists: ContactLists;
    readonly copy: Copy;
    readonly log: Logger;
  },
  cardOf: (flow: Flow) => Card,
): HomeCards {
  const { store, messengers, contactLists, copy, log } = parts;

  async function complete(actor: ActorId): Promise<void> {
    try {
      await contactLists.read(actor);
      await messengers.get(actorParts(actor).platform)?.refreshHome(actor, home);
    } catch (error) {
      log.debug({ actor, error: errorName(error) }, 'a home page could not be completed');
    }
  }

  const home: HomeCards = async (actor) => {
    const open = await store.openFlowsOf(actor);
    const showsContacts = open.some(({ state }) => state.at === 'signing-in' || 'changes' in state);
    const own = contactLists.known(actor);
    if (own === undefined && !showsContacts) void complete(actor);
    return drawHome(open.map(cardOf), own, copy, showsContacts);
  };
  return home;
}
