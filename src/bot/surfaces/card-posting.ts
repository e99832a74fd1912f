// Posts and redraws cards through the messengers, and stores where each card is and which version it shows.
import { actorParts, isVouched } from '../../flows/ids.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { Viewer } from '../../flows/screen.ts';
import type { Flow } from '../../flows/state.ts';
import type { Surface, Surfaces } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import { type Naming, withNames } from '../display-names.ts';
import type { Messenger, Place } from '../messenger.ts';

export interface HelpdeskChannel {
  readonly platform: string;
  readonly channel: string;
}

/** Adds to a card whom a new message calls. Implemented in `news-post.ts`. */
export interface NewsPost {
  forChannel(flow: Flow, channel: HelpdeskChannel, card: Card): Promise<Card>;
}

export interface CardPostingParts {
  readonly store: Surfaces;
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly helpdesk: readonly HelpdeskChannel[];
  readonly names: Naming;
  readonly newsPost: NewsPost;
}

export interface CardPosting {
  /** Whether typed text survives a redraw on this platform. */
  keepsTyped(platform: string): boolean;
  /** Whether this is a helpdesk channel. `channel` is `platform:channel`. */
  isHelpdesk(channel: string | undefined): boolean;
  /** Replaces the card on this surface. A surface that no longer exists is removed from the store. */
  redraw(surface: Surface, card: Card): Promise<Outcome<'drawn' | 'gone'>>;
  toPerson(flow: Flow, card: Card): Promise<Outcome<void>>;
  /** Posts a new message in the conversation of `before`, which stays registered until it is removed. */
  anew(before: Surface, flow: Flow, card: Card): Promise<Outcome<void>>;
  /** The conversation of a message: each has one message about the flow, apart from those that are to be removed. */
  conversationOf(surface: Surface): string;
  /** Posts a new message in place of one that no longer exists. */
  inPlaceOf(surface: Surface, flow: Flow, card: Card): Promise<Outcome<void>>;
  /** Posts a message in each place of this viewer that has none among `surfaces`. */
  missing(viewer: Viewer, flow: Flow, card: Card, surfaces: readonly Surface[]): Promise<Outcome<void>>[];
}

export function createCardPosting(parts: CardPostingParts): CardPosting {
  const { store, messengers, helpdesk, names, newsPost } = parts;
  const channelOf = ({ target }: Surface): HelpdeskChannel | undefined =>
    helpdesk.find((known) => target === targetOf(known) || target.startsWith(`${targetOf(known)} `));

  async function toPerson(flow: Flow, card: Card): Promise<Outcome<void>> {
    // Who typed a name asks for what they see.
    if (!isVouched(flow.actor)) return success(undefined);
    const { platform } = actorParts(flow.actor);
    const posted = await messengers.get(platform)?.tell(flow.actor, await withNames(card, platform, names));
    if (posted === undefined) return noAdapter(platform);
    if (!posted.ok) return posted;
    const surface = { flow: flow.id, viewer: 'person' as const, platform, ...posted.value, isWindow: false };
    await store.keepSurface({ ...surface, drawnVersion: card.version, postedVersion: card.version });
    return success(undefined);
  }

  async function toChannel(
    flow: Flow,
    { platform, channel }: HelpdeskChannel,
    card: Card,
    before?: Surface,
  ): Promise<Outcome<void>> {
    const news = await newsPost.forChannel(flow, { platform, channel }, card);
    const posted = await messengers.get(platform)?.post(channel, await withNames(news, platform, names));
    if (posted === undefined) return noAdapter(platform);
    if (!posted.ok) return posted;
    // The older message first gets a name of its own. After a crash in between, both names lead to it, and the post is repeated.
    if (before?.target === targetOf({ platform, channel }))
      await store.keepSurface({ ...before, target: `${before.target} ${before.place}` });
    const at = { target: targetOf({ platform, channel }), place: posted.value.place };
    const surface = { flow: flow.id, viewer: 'helpdesk' as const, platform, ...at, isWindow: false };
    await store.keepSurface({ ...surface, drawnVersion: card.version, postedVersion: card.version });
    return success(undefined);
  }

  return {
    keepsTyped: (platform) => messengers.get(platform)?.keepsTyped === true,
    isHelpdesk: (channel) => helpdesk.some((known) => targetOf(known) === channel),
    toPerson,
    async redraw(surface, card) {
      const messenger = messengers.get(surface.platform);
      if (messenger === undefined) return success('drawn');
      const named = await withNames(card, surface.platform, names);
      const drawn = await messenger.redraw(placeOf(surface), surface.isWindow, named);
      if (drawn.ok && drawn.value === 'drawn') await store.markDrawn(surface, card.version);
      if (drawn.ok && drawn.value === 'gone') await store.dropSurface(surface);
      return drawn;
    },
    async anew(before, flow, card) {
      if (before.viewer === 'person') return toPerson(flow, card);
      const channel = channelOf(before);
      return channel === undefined ? success(undefined) : toChannel(flow, channel, card, before);
    },
    conversationOf(surface) {
      const channel = surface.viewer === 'helpdesk' ? channelOf(surface) : undefined;
      return channel === undefined ? surface.viewer : targetOf(channel);
    },
    async inPlaceOf({ viewer, target }, flow, card) {
      if (viewer === 'person') return toPerson(flow, card);
      const channel = helpdesk.find((known) => targetOf(known) === target);
      return channel === undefined ? success(undefined) : toChannel(flow, channel, card);
    },
    missing(viewer, flow, card, surfaces) {
      const messages = surfaces.filter((surface) => !surface.isWindow);
      if (viewer === 'person') return messages.length > 0 ? [] : [toPerson(flow, card)];
      return helpdesk
        .filter((channel) => !messages.some((one) => one.target === targetOf(channel)))
        .map((channel) => toChannel(flow, channel, card));
    },
  };
}

const placeOf = ({ target, place }: Surface): Place => ({ target, place });

/** The target of a helpdesk card is its channel, so a flow has at most one card in each channel. */
const targetOf = ({ platform, channel }: HelpdeskChannel): string => `${platform}:${channel}`;

const noAdapter = (platform: string) => failed({ kind: 'absent', retry: 'never', cause: `no adapter for ${platform}` });
