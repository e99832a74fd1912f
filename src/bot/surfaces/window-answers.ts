// Answers to presses in a window, or in a message that is answered in place: keeps track of which flow and version it shows, so
// that other drawings neither overtake nor miss an answer.
import type { Logger } from 'pino';
import { withTimeout } from '../../concurrency/timeout.ts';
import { actorParts, type FlowId } from '../../flows/ids.ts';
import type { Flow } from '../../flows/state.ts';
import type { Flows, Surface, Surfaces } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import type { WindowRef } from '../inbound.ts';
import type { CardPosting } from './card-posting.ts';
import type { Drawing } from './drawing.ts';
import type { Reposting } from './reposting.ts';
import type { WindowLocks } from './window-locks.ts';

export type DrawnVersion = number | 'lost';

export interface WindowAnswers {
  /** Registers the window, so that the flow is drawn in it too. Draws it at once if the flow has changed since. */
  attach(flow: FlowId, window: WindowRef): Promise<void>;
  /**
   * Detaches the window from the flow `before`. A message that stays is registered for the new flow at once; a window is
   * registered when its answer was sent.
   */
  adopt(flow: Flow, window: WindowRef | undefined, before?: FlowId): Promise<void>;
  /**
   * Locks the window while an answer to it is in progress: nothing else draws it until `release`. `release` stores the version
   * that the answer showed. It draws again if the flow has changed since, or if the answer was lost.
   */
  hold(window: WindowRef | undefined): { release(flow: Flow | undefined, drawn: DrawnVersion, shown?: Card): void };
}

export interface WindowAnswersParts {
  readonly store: Flows & Surfaces;
  readonly cardPosting: CardPosting;
  readonly drawing: Drawing;
  readonly reposting: Reposting;
  readonly locks: WindowLocks;
  readonly log: Logger;
}

export function createWindowAnswers(parts: WindowAnswersParts): WindowAnswers {
  const { store, drawing, locks } = parts;
  const catchUp = createCatchUp(parts);

  /**
   * A message can be pressed before it is registered: then it would be registered for the request `before` after it was adopted
   * by another one, which would draw over it.
   */
  const postedFor = (before: FlowId): Promise<unknown> =>
    withTimeout(
      drawing.inTurn(before, 'person', async () => undefined),
      postedWithinMs,
    );

  const adopt: WindowAnswers['adopt'] = async (flow, window, before) => {
    if (window === undefined) return;
    if (before !== undefined && before !== flow.id) await postedFor(before);
    const surface = messageOf(flow, window);
    if (window.stays === true && (await knownAs(surface, store)) === undefined) await store.keepSurface(surface);
    if (before === undefined || before === flow.id) return;
    if (window.stays === true) await drawing.handOver(before);
    await store.dropSurface({ ...surface, flow: before });
  };

  return {
    adopt,
    async attach(id, window) {
      const flow = await store.read(id);
      if (flow === undefined) return;
      if (window.stays === true) await adopt(flow, window);
      else {
        // The window was opened with the first screen on it, so that screen is not drawn again.
        const isFirst = flow.state.at === 'identifying' && !flow.state.delayed;
        await store.keepSurface(windowOf(flow, window, isFirst ? flow.version : -1));
      }
      await drawing.show(id, 'person', false);
    },
    hold(window) {
      if (window === undefined) return { release: () => undefined };
      const { release } = locks.hold(window);
      return {
        release: (flow, drawn, shown) =>
          release(() => {
            if (flow !== undefined) void catchUp(flow, window, drawn, shown);
          }),
      };
    },
  };
}

/** The presser waits for an answer: at most this long for a post that is under way. */
const postedWithinMs = 1_000;

type CatchUp = (flow: Flow, window: WindowRef, drawn: DrawnVersion, shown?: Card) => Promise<void>;

/** After an answer was sent: stores the version that it showed, and draws later changes. */
function createCatchUp({ store, cardPosting, drawing, reposting, locks, log }: WindowAnswersParts): CatchUp {
  /** Of two concurrent answers, the higher version is kept, in whatever order they are stored. */
  async function noteWindow(flow: Flow, window: WindowRef, drawn: DrawnVersion): Promise<void> {
    const surface = windowOf(flow, window, drawn === 'lost' ? -1 : drawn);
    const known = drawn === 'lost' ? undefined : await knownAs(surface, store);
    if (known === undefined) await store.keepSurface(surface);
    else await store.markDrawn(known, surface.drawnVersion);
  }

  /** If the person asked again meanwhile, the request continues in another message, and this one points to it. */
  async function updateMessage(surface: Surface, shown: Card): Promise<void> {
    const isKept = (await knownAs(surface, store)) !== undefined;
    if (isKept) await cardPosting.redraw(surface, shown);
    else await reposting.leave(surface);
  }

  return async (flow, window, drawn, shown) => {
    try {
      // Only the presser saw the answer. The message that stays is updated with what it showed, including a remark.
      await drawing.inTurn(flow.id, 'person', async () => {
        if (window.stays !== true) await noteWindow(flow, window, drawn);
        else if (shown !== undefined && !locks.has(window.target)) await updateMessage(messageOf(flow, window), shown);
      });
      await drawing.show(flow.id, 'person', false);
    } catch (error) {
      log.warn({ flow: flow.id, err: error }, 'a window could not be brought up to date');
    }
  };
}

async function knownAs({ flow, viewer, target }: Surface, store: Flows & Surfaces): Promise<Surface | undefined> {
  return (await store.surfaces(flow, viewer)).find((known) => known.target === target);
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

/** The person looks at this message, so news up to now is not posted anew for it. */
const messageOf = (flow: Flow, window: WindowRef): Surface => ({
  ...at(flow, window),
  isWindow: false,
  drawnVersion: -1,
  postedVersion: flow.version,
});
