// Who has looked at their home page lately: Slack tells when it is opened and never when it is left.
// Kept in the store, since another instance may be the one that draws, and it must be known after a restart.
import { z } from 'zod';
import type { ActorId } from '../../flows/ids.ts';
import type { Clock } from '../../flows/ports.ts';
import type { ConversationReferences } from '../../flows/store.ts';

export interface HomeVisits {
  note(actor: ActorId): Promise<void>;
  isRecent(actor: ActorId): Promise<boolean>;
}

/** As long as a request can stay open: a page that shows one is current until its end. */
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
