// What a card gets when it is posted as a new message, and an edit does not need: the sentence of its notification, and whom it calls.
import { type ActorId, actorParts } from '../../flows/ids.ts';
import { callsSomebody } from '../../flows/news.ts';
import type { Clock } from '../../flows/ports.ts';
import { showHelpdesk, showPerson } from '../../flows/show.ts';
import type { Card } from '../cards/card.ts';
import { pushToHelpdesk, pushToPerson } from '../cards/push-text.ts';
import type { Copy } from '../copy/copy.ts';
import type { NameOf } from '../display-names.ts';
import type { ApproverPolicy } from '../helpdesk/entitlement.ts';
import type { Messenger } from '../messenger.ts';
import type { HelpdeskChannel, NewsPost } from './card-posting.ts';

export interface NewsPostParts {
  readonly messengers: ReadonlyMap<string, Pick<Messenger, 'isPrivate'>>;
  readonly approvers: ApproverPolicy['approvers'];
  readonly nameOf: NameOf;
  readonly copy: Copy;
  readonly clock: Clock;
}

/** Longer lists are not written out: whoever is there is called. */
const calledAtMost = 10;

export function createNewsPost({ messengers, approvers, nameOf, copy, clock }: NewsPostParts): NewsPost {
  const saying = (card: Card, summary: string | undefined): Card =>
    summary === undefined ? card : { ...card, summary };

  async function callsIn({ platform, channel }: HelpdeskChannel, person: ActorId): Promise<Card['calls']> {
    const named = approvers[platform];
    if (named === 'members') return 'members';
    if (named === undefined) {
      // In a public channel without named approvers nobody may decide, so nobody is called.
      const isPrivate = await messengers.get(platform)?.isPrivate(channel);
      return isPrivate?.ok === true && isPrivate.value ? 'members' : undefined;
    }
    if (named.length > calledAtMost) return 'members';
    const requester = actorParts(person);
    return named.filter((user) => requester.platform !== platform || requester.user !== user);
  }

  return {
    forPerson: (flow, card) => saying(card, pushToPerson(showPerson(flow, clock.now()), copy)),
    async forChannel(flow, channel, card) {
      const screen = showHelpdesk(flow);
      if (screen === undefined) return card;
      const name = (await nameOf(flow.actor)) ?? copy.somebody;
      const said = saying(card, pushToHelpdesk(screen, name, copy));
      const calls = callsSomebody(screen) ? await callsIn(channel, flow.actor) : undefined;
      return calls === undefined ? said : { ...said, calls };
    },
  };
}
