// References without a database, for the adapter's own tests.
import type { TeamsReference, TeamsReferences } from '../../../src/adapters/teams/references.ts';
import type { ActorId } from '../../../src/flows/ids.ts';

export function createReferencesInMemory(): TeamsReferences {
  const kept = new Map<ActorId, TeamsReference>();
  return {
    async keep(actor, reference) {
      kept.delete(actor);
      kept.set(actor, reference);
    },
    find: async (actor) => kept.get(actor),
    async forget(actor) {
      kept.delete(actor);
    },
    latestServiceUrl: async () => [...kept.values()].at(-1)?.serviceUrl,
  };
}
