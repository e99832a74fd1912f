// Draws a flow wherever somebody sees it: open windows, the private message, the helpdesk's cards.
// Always the present state, so drawing twice is harmless; an older drawing never overtakes a newer one.
import type { Logger } from 'pino';
import { createKeyedQueue } from '../../concurrency/keyed-queue.ts';
import type { Links } from '../../engine/links.ts';
import type { Presenter } from '../../engine/perform.ts';
import { actorParts, type FlowId } from '../../flows/ids.ts';
import { type Failure, type Outcome, success } from '../../flows/outcome.ts';
import type { Clock } from '../../flows/ports.ts';
import type { Viewer } from '../../flows/screen.ts';
import type { Flow } from '../../flows/state.ts';
import type { Surface } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import type { PersonCardParts } from '../cards/person-card.ts';
import { drawSentence } from '../cards/plain-card.ts';
import type { Copy } from '../copy/copy.ts';
import type { WindowRef } from '../inbound.ts';
import { type CardPostingParts, createCardPosting } from './card-posting.ts';
import { createFlowCards } from './flow-card.ts';
import { createHomeRefresh } from './home-refresh.ts';
import { createOrphanAdoption, type OrphanAdoption } from './orphan-adoption.ts';
import { createWindowLocks } from './window-locks.ts';
import { createWindowRetry } from './window-retry.ts';

export interface Presentation extends Presenter, OrphanAdoption {
  /** The card that the helpdesk's channel shows now; undefined where it has nothing to see. */
  helpdeskCard(flow: FlowId): Promise<Card | undefined>;
  /** The card that the flow's own person sees now. */
  personCard(flow: Flow, more?: Pick<PersonCardParts, 'codeError' | 'remark'>): Card;
  attach(flow: FlowId, window: WindowRef, platform: string): Promise<void>;
  /** The private message anew at the end of the chat, for somebody who asked again; where it stood before, it says so. */
  repeat(flow: FlowId): Promise<Outcome<void>>;
  /**
   * The window is no longer that of the flow it showed `before`. Where it is a message that stays, it becomes this flow's
   * own at once; another one does when its answer has left.
   */
  adopt(flow: Flow, window: WindowRef | undefined, before?: FlowId): Promise<void>;
  /**
   * An answer to this window is under way: nothing else draws it until `release`, which notes the version that the
   * answer showed and draws again where the flow has moved on since, or where the answer was lost.
   */
  hold(window: WindowRef | undefined): { release(flow: Flow | undefined, drawn: DrawnVersion, shown?: Card): void };
}

export type DrawnVersion = number | 'lost';
export interface PresentParts extends CardPostingParts {
  readonly links: Links;
  readonly copy: Copy;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createPresentation(parts: PresentParts): Presentation {
  const { store, copy, log } = parts;
  const cards = createFlowCards(parts);
  const cardPosting = createCardPosting(parts);
  const homePages = createHomeRefresh(parts.messengers, log);
  const held = createWindowLocks();
  const inTurn = createKeyedQueue();
  const lateWindows = createWindowRetry((flow) => bringUpToDate(flow, 'person'));

  async function bringUpToDate(flow: FlowId, viewer: Viewer): Promise<void> {
    try {
      await show(flow, viewer, false);
    } catch (error) {
      log.warn({ flow, err: error }, 'a window or message could not be brought up to date');
    }
  }

  const show: Presentation['show'] = async (id, viewer, lasting, gently = false) => {
    await answersLeft(id, viewer);
    return inTurn(`${id} ${viewer}`, () => draw(id, viewer, lasting, gently));
  };

  /** An order that passed by a message, because somebody is just being answered in it, would not be carried out again. */
  async function answersLeft(id: FlowId, viewer: Viewer): Promise<void> {
    const messages = (await store.surfaces(id, viewer)).filter(({ isWindow }) => !isWindow);
    await Promise.all(messages.map(({ target }) => held.free(target)));
  }

  async function draw(id: FlowId, viewer: Viewer, lasting: boolean, gently: boolean): Promise<Outcome<void>> {
    const flow = await store.read(id);
    const card = flow === undefined ? undefined : cards.for(viewer, flow);
    if (flow === undefined || card === undefined) return success(undefined);
    const surfaces = await store.surfaces(id, viewer);
    const work = surfaces
      .filter((surface) => surface.drawnVersion < flow.version && !held.has(surface.target))
      .filter(({ platform }) => !gently || cardPosting.keepsTyped(platform))
      .map((surface) => drawAgain(surface, flow, card, lasting));
    if (lasting) work.push(...cardPosting.missing(viewer, flow, card, surfaces));
    if (viewer === 'person') homePages.follow(flow);
    return firstFailure(await Promise.all(work));
  }

  async function drawAgain(surface: Surface, flow: Flow, card: Card, lasting: boolean): Promise<Outcome<void>> {
    const drawn = await cardPosting.redraw(surface, card);
    if (surface.isWindow) {
      if (drawn.ok) lateWindows.settled(surface.target);
      else lateWindows.failed(surface.target, flow.id, drawn.failure);
      return success(undefined);
    }
    if (!drawn.ok) return drawn;
    return drawn.value === 'gone' && lasting ? cardPosting.inPlaceOf(surface, flow, card) : success(undefined);
  }

  const adopt: Presentation['adopt'] = async (flow, window, before) => {
    if (window === undefined) return;
    const surface = messageOf(flow, window);
    if (window.stays === true && (await knownAs(surface)) === undefined) await store.keepSurface(surface);
    if (before !== undefined && before !== flow.id) await store.dropSurface({ ...surface, flow: before });
  };

  async function postAnew(id: FlowId): Promise<Outcome<void>> {
    const flow = await store.read(id);
    if (flow === undefined) return success(undefined);
    const before = (await store.surfaces(id, 'person')).filter(({ isWindow }) => !isWindow);
    const posted = await cardPosting.toPerson(flow, cards.person(flow));
    if (!posted.ok) return posted;
    // A message that cannot be left is kept current like the new one.
    for (const surface of before) await leave(surface);
    return success(undefined);
  }

  async function leave(surface: Surface): Promise<void> {
    const { target, place } = surface;
    const left = drawSentence(copy.continuedBelow, copy);
    const drawn = await parts.messengers.get(surface.platform)?.redraw({ target, place }, false, left);
    if (drawn?.ok === true) await store.dropSurface(surface);
  }

  async function knownAs({ flow, viewer, target }: Surface): Promise<Surface | undefined> {
    return (await store.surfaces(flow, viewer)).find((known) => known.target === target);
  }

  /** Of two answers that were under way, the newer one stands there, whichever is noted last. */
  async function noteWindow(flow: Flow, window: WindowRef, drawn: DrawnVersion): Promise<void> {
    const surface = windowOf(flow, window, drawn === 'lost' ? -1 : drawn);
    const known = drawn === 'lost' ? undefined : await knownAs(surface);
    if (known === undefined) await store.keepSurface(surface);
    else await store.markDrawn(known, surface.drawnVersion);
  }

  /** She may have asked anew while the answer was under way: then the request goes on in another message. */
  async function writeDown(surface: Surface, shown: Card): Promise<void> {
    const kept = await store.surfaces(surface.flow, 'person');
    if (kept.some(({ target }) => target === surface.target)) await cardPosting.redraw(surface, shown);
    else await leave(surface);
  }

  async function catchUp(flow: Flow, window: WindowRef, drawn: DrawnVersion, shown?: Card): Promise<void> {
    try {
      // The answer was seen by the presser alone: what it showed, a remark included, is written into the message that stays.
      await inTurn(`${flow.id} person`, async () => {
        if (window.stays !== true) await noteWindow(flow, window, drawn);
        else if (shown !== undefined && !held.has(window.target)) await writeDown(messageOf(flow, window), shown);
      });
      await show(flow.id, 'person', false);
    } catch (error) {
      log.warn({ flow: flow.id, err: error }, 'a window could not be brought up to date');
    }
  }

  return {
    ...createOrphanAdoption({ store, cardPosting, bringUpToDate }),
    show,
    personCard: cards.person,
    async helpdeskCard(id) {
      const flow = await store.read(id);
      return flow === undefined ? undefined : cards.for('helpdesk', flow);
    },
    adopt,
    async attach(id, window, platform) {
      const flow = await store.read(id);
      if (window.stays === true) {
        if (flow !== undefined) await adopt(flow, window);
      } else {
        // A window is opened with the very first screen on it: that one need not be drawn again.
        const isFirst = flow?.state.at === 'identifying' && !flow.state.delayed;
        const drawnVersion = isFirst ? flow.version : -1;
        await store.keepSurface({ flow: id, viewer: 'person', platform, ...window, isWindow: true, drawnVersion });
      }
      await show(id, 'person', false);
    },
    repeat: (id) => inTurn(`${id} person`, () => postAnew(id)),
    hold(window) {
      if (window === undefined) return { release: () => undefined };
      const { release } = held.hold(window);
      return {
        release: (flow, drawn, shown) =>
          release(() => {
            if (flow !== undefined) void catchUp(flow, window, drawn, shown);
          }),
      };
    },
  };
}

const at = (flow: Flow, { target, place }: WindowRef) => ({
  flow: flow.id,
  viewer: 'person' as const,
  platform: actorParts(flow.actor).platform,
  target,
  place,
});

const windowOf = (flow: Flow, window: WindowRef, drawnVersion: number): Surface => ({
  ...at(flow, window),
  isWindow: true,
  drawnVersion,
});

const messageOf = (flow: Flow, window: WindowRef): Surface => ({
  ...at(flow, window),
  isWindow: false,
  drawnVersion: -1,
});

function firstFailure(outcomes: readonly Outcome<void>[]): Outcome<void> {
  const failures = outcomes.filter((one): one is { ok: false; failure: Failure } => !one.ok);
  // Where one of several only waits its turn, the whole does: its failures are met again then.
  const waiting = failures.find((one) => one.failure.kind === 'rate-limited');
  return waiting ?? failures.find((one) => one.failure.retry !== 'never') ?? failures[0] ?? success(undefined);
}
