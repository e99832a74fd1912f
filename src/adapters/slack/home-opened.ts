// Handles `app_home_opened`: somebody opened the app's Home tab.
import { slackActor } from './actor.ts';
import type { SlackContext } from './context.ts';
import type { HomePayload } from './payload.ts';

export function takeHomeOpened(
  opened: HomePayload,
  { conversation, homes, background, homeRateLimiter }: SlackContext,
): void {
  const { event, team_id, enterprise_id, authorizations } = opened;
  if (event.tab !== 'home') return;
  const enterprise = authorizations?.[0]?.enterprise_id ?? enterprise_id;
  const actor = slackActor({ user: event.user, team: team_id, enterprise });
  if (actor === undefined) return;
  if ('comeBackInMs' in homeRateLimiter.take(actor)) return;
  background.run('home', () => homes.visit(actor, conversation.home));
}
