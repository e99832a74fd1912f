// Teams' references in the product's own store, as JSON of ids that is parsed again on its way out.
import { z } from 'zod';
import type { Clock } from '../../flows/ports.ts';
import type { ConversationReferences } from '../../flows/store.ts';
import { isShared } from './payload.ts';
import type { TeamsReference, TeamsReferences } from './references.ts';

const reference = z.object({
  serviceUrl: z.string(),
  conversationId: z.string(),
  userId: z.string(),
  isPersonal: z.boolean(),
});

export function createReferenceStore(references: ConversationReferences, clock: Clock): TeamsReferences {
  return {
    keep: (actor, one) => references.keep(actor, JSON.stringify(one), clock.now()),
    find: async (actor) => decode(await references.find(actor)),
    forget: (actor) => references.forget(actor),
    latestServiceUrl: async () => decode(await references.latest('teams'))?.serviceUrl,
  };
}

/** What an earlier release wrote otherwise counts as not known: the next activity of that person keeps it anew. */
function decode(place: string | undefined): TeamsReference | undefined {
  if (place === undefined) return undefined;
  const parsed = reference.safeParse(JSON.parse(place));
  if (!parsed.success) return undefined;
  const { isPersonal, ...where } = parsed.data;
  return { ...where, isPersonal: isPersonal && !isShared(where.conversationId) };
}
