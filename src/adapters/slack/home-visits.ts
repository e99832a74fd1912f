// Who opened their home page recently. Slack reports when it is opened, but never when it is left.
// Kept in the store, because another instance may redraw the page, and because it must survive a restart.
import { z } from 'zod';
import type { ActorId } from '../../flows/ids.ts';
import type { Clock } from '../../flows/ports.ts';
import type { ConversationReferences } from '../../flows/store.ts';

export interface HomeVisits {
  note(actor: ActorId): Promise<void>;
  isRecent(actor: ActorId): Promise<boolean>;
}

/** As long as a request can stay open, so that a page that shows one is redrawn until the request ends. */
const recentMs = 24 * 3_600_000;

const place = z.object({ homeSeenAt: z.number() });

export function createHomeVisits(references: ConversationReferences, clock: Clock): HomeVisits {
  return {
    note: (actor) => {
      const now = clock.now();
      return references.keep(actor, JSON.stringify({ homeSeenAt: now } satisfies z.infer<typeof place>), now);
    },
    async isRecent(actor) {
      const kept = await references.find(actor);
      const parsed = kept === undefined ? undefined : place.safeParse(JSON.parse(kept));
      return parsed?.success === true && clock.now() - parsed.data.homeSeenAt < recentMs;
    },
  };
}
