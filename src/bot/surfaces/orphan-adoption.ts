// Whose a message is that somebody pressed on. What its button says of a flow came from the client: no message changes hands by it.
import { actorParts, type FlowId } from '../../flows/ids.ts';
import type { Viewer } from '../../flows/screen.ts';
import type { Flow } from '../../flows/state.ts';
import type { Surfaces } from '../../flows/store.ts';
import type { Pressed } from '../inbound.ts';
import type { CardPosting } from './card-posting.ts';

export type PressedMessage = Pick<Pressed, 'actor' | 'message' | 'channel' | 'isPrivate'>;

export interface OrphanAdoption {
  /** Whether the message that was pressed is known to be another flow's, or another viewer's. */
  isElsewhere(flow: Flow, viewer: Viewer, pressed: PressedMessage): Promise<boolean>;
  /**
   * Somebody who may do so pressed on this message about the flow. Where nobody knew it, because the answer to its post was lost, it
   * is kept current from now on: the person's where nobody else reads, the helpdesk's in a channel of theirs, and nowhere else.
   */
  recognise(flow: Flow, viewer: Viewer, pressed: PressedMessage): Promise<void>;
}

export function createOrphanAdoption(parts: {
  readonly store: Surfaces;
  readonly cardPosting: Pick<CardPosting, 'isHelpdesk'>;
  readonly bringUpToDate: (flow: FlowId, viewer: Viewer) => Promise<void>;
}): OrphanAdoption {
  const { store, cardPosting, bringUpToDate } = parts;

  async function whoseIs(flow: Flow, viewer: Viewer, { actor, message }: PressedMessage): Promise<Whose> {
    if (message === undefined) return 'no-message';
    const known = await store.surfaces(flow.id, viewer);
    if (known.some(({ target, place }) => target === message.target || place === message.place)) return 'own';
    const others = await store.surfacesAt(actorParts(actor).platform, message.place);
    return others.length > 0 ? 'elsewhere' : 'orphan';
  }

  return {
    isElsewhere: async (flow, viewer, pressed) => (await whoseIs(flow, viewer, pressed)) === 'elsewhere',
    async recognise(flow, viewer, pressed) {
      const { actor, message, channel, isPrivate } = pressed;
      const isItsPlace = viewer === 'person' ? isPrivate : cardPosting.isHelpdesk(channel);
      if (message === undefined || !isItsPlace || (await whoseIs(flow, viewer, pressed)) !== 'orphan') return;
      const { platform } = actorParts(actor);
      await store.keepSurface({ flow: flow.id, viewer, platform, ...message, isWindow: false, drawnVersion: -1 });
      void bringUpToDate(flow.id, viewer);
    },
  };
}

/** An orphan is a message that nobody knows: it may be the flow's own, whose post was never answered. */
type Whose = 'own' | 'elsewhere' | 'orphan' | 'no-message';
