// Somebody opened the app's Home tab.
import type { App } from '@slack/bolt';
import { slackActor } from './actor.ts';
import type { Listening } from './context.ts';
import { homePayload } from './payload.ts';

export function listenToHome(app: App, { conversation, homes, background, openings }: Listening): void {
  app.event('app_home_opened', async ({ body }) => {
    const opened = homePayload.safeParse(body);
    if (!opened.success || opened.data.event.tab !== 'home') return;
    const { event, team_id, enterprise_id, authorizations } = opened.data;
    const enterprise = authorizations?.[0]?.enterprise_id ?? enterprise_id;
    const actor = slackActor({ user: event.user, team: team_id, enterprise });
    if (actor === undefined) return;
    if ('comeBackInMs' in openings.take(actor)) return;
    background.run('home', () => homes.visit(actor, conversation.home));
  });
}
