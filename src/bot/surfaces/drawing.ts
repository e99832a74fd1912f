// Draws the current state of a flow on all surfaces of a viewer. Drawing twice is harmless. An older state never replaces a newer one.
import type { Logger } from 'pino';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import { createKeyedQueue } from '../../concurrency/keyed-queue.ts';
import type { Presenter } from '../../engine/perform.ts';
import type { FlowId } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Viewer } from '../../flows/screen.ts';
import type { Flow } from '../../flows/state.ts';
import type { Flows, Surface, Surfaces } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import type { CardPosting } from './card-posting.ts';
import { firstFailure } from './first-failure.ts';
import type { FlowCards } from './flow-card.ts';
import type { HomeRefresh } from './home-refresh.ts';
import { isOlderThanNews, type NewsDrawing } from './news-drawing.ts';
import type { WindowLocks } from './window-locks.ts';
import { createWindowRetry } from './window-retry.ts';

export interface Drawing extends Presenter {
  /** Redraws existing surfaces only. Logs a failure and does not reject. */
  bringUpToDate(flow: FlowId, viewer: Viewer): Promise<void>;
  /**
   * The person went on with another request in the message of this one. It gets no new message for what they have left; for what
   * happens to it later, it does.
   */
  handOver(flow: FlowId): Promise<void>;
  /** Runs `work` after earlier drawings of the flow for this viewer. Later drawings wait for it. */
  inTurn<T>(flow: FlowId, viewer: Viewer, work: () => Promise<T>): Promise<T>;
}

/** How many requests are remembered that people have left. A forgotten one is at worst told once more. */
const remembered = 5_000;

export function createDrawing(parts: {
  readonly store: Flows & Surfaces;
  readonly cards: FlowCards;
  readonly cardPosting: CardPosting;
  readonly news: NewsDrawing;
  readonly homeRefresh: HomeRefresh;
  readonly locks: WindowLocks;
  readonly log: Logger;
}): Drawing {
  const { store, cards, cardPosting, news, homeRefresh, locks, log } = parts;
  const queue = createKeyedQueue();
  /** With the version that people had seen when they went on. */
  const left = createExpiringMap<FlowId, number>({ atMost: remembered });
  const inTurn: Drawing['inTurn'] = (flow, viewer, work) => queue(`${flow} ${viewer}`, work);
  const windowRetry = createWindowRetry((flow) => bringUpToDate(flow, 'person'));

  async function bringUpToDate(flow: FlowId, viewer: Viewer): Promise<void> {
    try {
      await show(flow, viewer, false);
    } catch (error) {
      log.warn({ flow, err: error }, 'a window or message could not be brought up to date');
    }
  }

  const show: Presenter['show'] = async (id, viewer, lasting, gently = false) => {
    await answersLeft(id, viewer);
    return inTurn(id, viewer, () => draw(id, viewer, lasting, gently));
  };

  /** Waits until no answer to these messages is in progress. Otherwise `draw` would skip them, and nothing would draw them later. */
  async function answersLeft(id: FlowId, viewer: Viewer): Promise<void> {
    const messages = (await store.surfaces(id, viewer)).filter(({ isWindow }) => !isWindow);
    await Promise.all(messages.map(({ target }) => locks.free(target)));
  }

  async function draw(id: FlowId, viewer: Viewer, lasting: boolean, gently: boolean): Promise<Outcome<void>> {
    const flow = await store.read(id);
    const card = flow === undefined ? undefined : cards.for(viewer, flow);
    if (flow === undefined || card === undefined) return success(undefined);
    const surfaces = await store.surfaces(id, viewer);
    const older = surfaces.filter((surface) => isOlderThanNews(surface, flow));
    const work = surfaces
      .filter(
        (surface) => surface.drawnVersion < flow.version && !locks.has(surface.target) && !older.includes(surface),
      )
      .filter(({ platform }) => !gently || cardPosting.keepsTyped(platform))
      .map((surface) => drawAgain(surface, flow, card, lasting));
    work.push(...news.show(flow, card, surfaces));
    const isLeft = viewer === 'person' && (left.get(id) ?? -1) >= flow.version;
    if (lasting && !isLeft) work.push(...cardPosting.missing(viewer, flow, card, surfaces));
    if (viewer === 'person') homeRefresh.follow(flow);
    return firstFailure(await Promise.all(work));
  }

  async function drawAgain(surface: Surface, flow: Flow, card: Card, lasting: boolean): Promise<Outcome<void>> {
    const drawn = await cardPosting.redraw(surface, card);
    if (surface.isWindow) {
      if (drawn.ok) windowRetry.settled(surface.target);
      else windowRetry.failed(surface.target, flow.id, drawn.failure);
      return success(undefined);
    }
    if (!drawn.ok) return drawn;
    return drawn.value === 'gone' && lasting ? cardPosting.inPlaceOf(surface, flow, card) : success(undefined);
  }

  return {
    show,
    bringUpToDate,
    inTurn,
    async handOver(id) {
      const flow = await store.read(id);
      if (flow !== undefined) left.set(id, flow.version);
    },
  };
}
