// Finds out to which flow a pressed message belongs. The flow id on its button came from the client, so a message that is known
// to belong to another flow is never reassigned.
import { actorParts, type FlowId } from '../../flows/ids.ts';
import type { Viewer } from '../../flows/screen.ts';
import type { Flow } from '../../flows/state.ts';
import type { Surfaces } from '../../flows/store.ts';
import type { Pressed } from '../inbound.ts';
import type { CardPosting } from './card-posting.ts';

export type PressedMessage = Pick<Pressed, 'actor' | 'message' | 'channel' | 'isPrivate'>;

export interface OrphanAdoption {
  /** Whether the pressed message is known to belong to another flow or another viewer. */
  isElsewhere(flow: Flow, viewer: Viewer, pressed: PressedMessage): Promise<boolean>;
  /**
   * Registers an unknown message, so that it is redrawn from now on. A message is unknown when the answer to its post was lost.
   * Call it only for a presser who is allowed to act. A person's card is registered only in a private place, a helpdesk card
   * only in a helpdesk channel.
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
      const found = { flow: flow.id, viewer, platform, ...message, isWindow: false };
      // Somebody looks at it, so news up to now is not posted anew for it.
      await store.keepSurface({ ...found, drawnVersion: -1, postedVersion: flow.version });
      void bringUpToDate(flow.id, viewer);
    },
  };
}

/** `orphan`: a message that is not in the store. It may be the flow's own, if the answer to its post was lost. */
type Whose = 'own' | 'elsewhere' | 'orphan' | 'no-message';
