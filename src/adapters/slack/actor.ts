// Slack's ids → ActorId. The tenant is the organisation where there is one, else the workspace: the same for a person in every payload.
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

/** Undefined where the payload names nobody in a shape that Slack uses. */
export function slackActor(who: WhoInSlack): ActorId | undefined {
  const user = userShape.safeParse(who.user);
  const tenant = teamShape.safeParse(who.enterprise || who.team);
  if (!user.success || !tenant.success) return undefined;
  return actorId({ platform, tenant: tenant.data, user: user.data });
}

/** The user id to mention or to write to; undefined for somebody of another platform. */
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
 * Who pressed. `team` is where it happened, `user.team_id` where the person belongs: under Slack Connect not the same.
 * In an organisation its id counts; whether the person belongs to it, their user record says.
 */
export function slackPresser(pressed: PresserInSlack): ActorId | undefined {
  return slackActor({
    user: pressed.user.id,
    team: pressed.user.team_id ?? pressed.team?.id,
    enterprise: pressed.enterprise?.id ?? pressed.team?.enterprise_id,
  });
}
