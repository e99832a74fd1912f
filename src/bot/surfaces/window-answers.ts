// A person acts in a window, or in a message that is answered in place like one: which flow it shows, and what stands there
// when the answer has left.
import type { Logger } from 'pino';
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
  /** From now on the flow is drawn in this window too; draws it at once if it has moved on. */
  attach(flow: FlowId, window: WindowRef): Promise<void>;
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

  const adopt: WindowAnswers['adopt'] = async (flow, window, before) => {
    if (window === undefined) return;
    const surface = messageOf(flow, window);
    if (window.stays === true && (await knownAs(surface, store)) === undefined) await store.keepSurface(surface);
    if (before !== undefined && before !== flow.id) await store.dropSurface({ ...surface, flow: before });
  };

  return {
    adopt,
    async attach(id, window) {
      const flow = await store.read(id);
      if (flow === undefined) return;
      if (window.stays === true) await adopt(flow, window);
      else {
        // A window is opened with the very first screen on it: that one need not be drawn again.
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

type CatchUp = (flow: Flow, window: WindowRef, drawn: DrawnVersion, shown?: Card) => Promise<void>;

/** After an answer has left: notes what it showed, and draws what has happened since. */
function createCatchUp({ store, cardPosting, drawing, reposting, locks, log }: WindowAnswersParts): CatchUp {
  /** Of two answers that were under way, the newer one stands there, whichever is noted last. */
  async function noteWindow(flow: Flow, window: WindowRef, drawn: DrawnVersion): Promise<void> {
    const surface = windowOf(flow, window, drawn === 'lost' ? -1 : drawn);
    const known = drawn === 'lost' ? undefined : await knownAs(surface, store);
    if (known === undefined) await store.keepSurface(surface);
    else await store.markDrawn(known, surface.drawnVersion);
  }

  /** The person may have asked anew while the answer was under way: then the request goes on in another message. */
  async function writeDown(surface: Surface, shown: Card): Promise<void> {
    const isKept = (await knownAs(surface, store)) !== undefined;
    if (isKept) await cardPosting.redraw(surface, shown);
    else await reposting.leave(surface);
  }

  return async (flow, window, drawn, shown) => {
    try {
      // The answer was seen by the presser alone: what it showed, a remark included, is written into the message that stays.
      await drawing.inTurn(flow.id, 'person', async () => {
        if (window.stays !== true) await noteWindow(flow, window, drawn);
        else if (shown !== undefined && !locks.has(window.target)) await writeDown(messageOf(flow, window), shown);
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

const messageOf = (flow: Flow, window: WindowRef): Surface => ({
  ...at(flow, window),
  isWindow: false,
  drawnVersion: -1,
});
