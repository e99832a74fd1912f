// Slack's ids → ActorId. The tenant is the organisation if there is one, otherwise the workspace, so it is the same in every payload.
import { z } from 'zod';
import { type ActorId, actorId, actorParts } from '../../flows/ids.ts';

export const platform = 'slack';

const teamShape = z.string().regex(/^[TE][A-Z0-9]{1,31}$/);
const userShape = z.string().regex(/^[UW][A-Z0-9]{1,31}$/);

export interface WhoInSlack {
  readonly user: string | null | undefined;
  readonly team: string | null | undefined;
  readonly enterprise?: string | null | undefined;
}

/** Undefined if an id is missing or does not have Slack's format. */
export function slackActor(who: WhoInSlack): ActorId | undefined {
  const user = userShape.safeParse(who.user);
  const tenant = teamShape.safeParse(who.enterprise || who.team);
  if (!user.success || !tenant.success) return undefined;
  return actorId({ platform, tenant: tenant.data, user: user.data });
}

/** The user id for mentions and messages. Undefined for a person of another platform. */
export function slackUser(actor: ActorId): string | undefined {
  const parts = actorParts(actor);
  return parts.platform === platform && userShape.safeParse(parts.user).success ? parts.user : undefined;
}

interface PresserInSlack {
  readonly user: { readonly id: string; readonly team_id?: string | null | undefined };
  readonly team?:
    | { readonly id?: string | null | undefined; readonly enterprise_id?: string | null | undefined }
    | null
    | undefined;
  readonly enterprise?: { readonly id?: string | null | undefined } | null | undefined;
}

/**
 * Who pressed. `team` is where it was pressed, `user.team_id` is the person's own team: under Slack Connect they differ.
 * In an organisation, its id is the tenant. Whether the person belongs to it is checked with their user record (people.ts).
 */
export function slackPresser(pressed: PresserInSlack): ActorId | undefined {
  return slackActor({
    user: pressed.user.id,
    team: pressed.user.team_id ?? pressed.team?.id,
    enterprise: pressed.enterprise?.id ?? pressed.team?.enterprise_id,
  });
}
