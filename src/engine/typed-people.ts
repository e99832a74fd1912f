// People who typed a name. What a platform says of its people, the session says of them: the name, as a work address. It is kept sealed,
// and only for the time of their request.
import { type ActorId, actorId, actorParts, typedPlatform } from '../flows/ids.ts';
import { failed, success } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';
import type { TypedSessions } from '../flows/typed-session.ts';

/** Seals and opens text that only this program may read. */
export interface NameSeal {
  open(sealed: string): Promise<unknown>;
}

export const actorOfSession = (id: string): ActorId => actorId({ platform: typedPlatform, tenant: 'typed', user: id });

export function createTypedPeople(sessions: Pick<TypedSessions, 'sealedName'>, seal: NameSeal): People {
  return {
    async lookUp(actor) {
      const sealed = await sessions.sealedName(actorParts(actor).user);
      const name = sealed === undefined ? undefined : await seal.open(sealed);
      if (typeof name === 'string') return success({ is: 'employee', workEmail: name });
      return failed({ kind: 'absent', retry: 'never', cause: 'the name is not kept any more' });
    },
  };
}
