// Whom a card calls when it is posted as a new message. An edit calls nobody.
import { type ActorId, actorParts } from '../../flows/ids.ts';
import { callsSomebody } from '../../flows/news.ts';
import { showHelpdesk } from '../../flows/show.ts';
import type { Card } from '../cards/card.ts';
import type { ApproverPolicy } from '../helpdesk/entitlement.ts';
import type { Messenger } from '../messenger.ts';
import type { HelpdeskChannel, NewsPost } from './card-posting.ts';

export interface NewsPostParts {
  readonly messengers: ReadonlyMap<string, Pick<Messenger, 'isPrivate'>>;
  readonly approvers: ApproverPolicy['approvers'];
}

/** Longer lists are not written out: whoever is there is called. */
const calledAtMost = 10;

export function createNewsPost({ messengers, approvers }: NewsPostParts): NewsPost {
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
    async forChannel(flow, channel, card) {
      const screen = showHelpdesk(flow);
      const calls = screen !== undefined && callsSomebody(screen) ? await callsIn(channel, flow.actor) : undefined;
      return calls === undefined ? card : { ...card, calls };
    },
  };
}
