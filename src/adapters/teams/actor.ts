// Entra's ids → ActorId. A person is identified by tenant and object id: names and addresses change, and Teams' user id differs per bot.
import { z } from 'zod';
import { type ActorId, actorId, actorParts } from '../../flows/ids.ts';
import { foldCase } from '../../text/case-folding.ts';

export const platform = 'teams';

const guid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i);

/** Undefined where the activity has no well-formed Entra object id, e.g. for an anonymous user. */
export function teamsActor(tenantId: string, aadObjectId: string | null | undefined): ActorId | undefined {
  const user = guid.safeParse(aadObjectId);
  return user.success ? actorId({ platform, tenant: sameCase(tenantId), user: sameCase(user.data) }) : undefined;
}

/** The Entra object id; undefined for somebody of another platform or tenant. */
export function objectIdOf(actor: ActorId, tenantId: string): string | undefined {
  const { platform: where, tenant, user } = actorParts(actor);
  return where === platform && tenant === sameCase(tenantId) && guid.safeParse(user).success ? user : undefined;
}

/** Ids are compared in lower case, because services differ in how they write them. */
export const sameCase = foldCase;
