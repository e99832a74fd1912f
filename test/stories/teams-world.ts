// Teams in the stories: its address, and the product's configuration for it.
import { startTeams } from '../../playground/teams/server.ts';

export const channelCalled = (room: string): string => `19:${room}@thread.tacv2`;
export const teamsHelpdesk = channelCalled('helpdesk');
export const teamsSecret = 'a-teams-secret-that-is-nowhere-else-0123';
export const teamsApp = {
  appId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000001',
  tenantId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000002',
};

/** With its rate limits: whatever people do in a story, the product stays below them. */
export async function openTeams(now: () => number) {
  const server = await startTeams({ ...teamsApp, appPassword: teamsSecret, now, limits: true });
  const env = {
    TEAMS_APP_ID: teamsApp.appId,
    TEAMS_APP_PASSWORD: teamsSecret,
    TEAMS_TENANT_ID: teamsApp.tenantId,
    TEAMS_OPENID_METADATA_URL: server.openIdMetadataUrl,
    TEAMS_LOGIN_URL: server.loginUrl,
    TEAMS_SERVICE_URLS: server.url,
  };
  return { server, env };
}
