// Redraws the person's home page once for each state in which a request waits for somebody. States that pass by themselves are not
// drawn: nobody watches this page as they watch a window, and the number of drawings must not depend on timing.
import type { Logger } from 'pino';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import { isBusy } from '../../engine/flow-notifier.ts';
import { actorParts, type FlowId } from '../../flows/ids.ts';
import type { Flow } from '../../flows/state.ts';
import type { ContactLists } from '../contact-list.ts';
import type { HomeCards, Messenger } from '../messenger.ts';

export interface HomeRefresh {
  /** Returns at once. A failed drawing is not retried: the page is drawn on the next visit. */
  follow(flow: Flow): void;
}

/** How many flows are remembered. A forgotten one may be drawn once more than needed. */
const remembered = 5_000;

export function createHomeRefresh({
  messengers,
  home,
  contactLists,
  log,
}: {
  readonly messengers: ReadonlyMap<string, Messenger>;
  /** The current cards of a person's page. */
  readonly home: HomeCards;
  readonly contactLists: Pick<ContactLists, 'forget'>;
  readonly log: Logger;
}): HomeRefresh {
  const followed = createExpiringMap<FlowId, number>({ atMost: remembered });
  const isNews = ({ id, version }: Flow): boolean => {
    if ((followed.get(id) ?? -1) >= version) return false;
    followed.set(id, version);
    return true;
  };
  return {
    follow(flow) {
      if (isBusy(flow.state) || !isNews(flow)) return;
      if (flow.kind === 'enroll') contactLists.forget(flow.actor);
      const messenger = messengers.get(actorParts(flow.actor).platform);
      messenger?.refreshHome(flow.actor, home).catch((error: unknown) => {
        log.debug({ flow: flow.id, err: error }, 'a home page could not be refreshed');
      });
    },
  };
}
