// Keeps Teams' references in the product's store, as JSON with ids only. It is validated when it is read.
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

/** A reference that an earlier release wrote in another shape counts as unknown: the person's next activity stores it again. */
function decode(place: string | undefined): TeamsReference | undefined {
  if (place === undefined) return undefined;
  const parsed = reference.safeParse(JSON.parse(place));
  if (!parsed.success) return undefined;
  const { isPersonal, ...where } = parsed.data;
  return { ...where, isPersonal: isPersonal && !isShared(where.conversationId) };
}
