// Home pages follow a request from one place where it rests to the next, once each. What passes by itself is not drawn there:
// nobody looks at such a page the way one looks at a window, and how often it is drawn must not depend on what was quick.
import type { Logger } from 'pino';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import { isBusy } from '../../engine/flow-notifier.ts';
import { actorParts, type FlowId } from '../../flows/ids.ts';
import type { Flow } from '../../flows/state.ts';
import type { HomeCards, Messenger } from '../messenger.ts';

export interface HomeRefresh {
  /** Returns at once; a page that cannot be drawn is drawn on the next visit. */
  follow(flow: Flow): void;
}

/** What is forgotten is drawn once too often. */
const remembered = 5_000;

export function createHomeRefresh({
  messengers,
  home,
  log,
}: {
  readonly messengers: ReadonlyMap<string, Messenger>;
  /** The cards of a person's page as they are now. */
  readonly home: HomeCards;
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
      const messenger = messengers.get(actorParts(flow.actor).platform);
      messenger?.refreshHome(flow.actor, home).catch((error: unknown) => {
        log.debug({ flow: flow.id, err: error }, 'a home page could not be refreshed');
      });
    },
  };
}
