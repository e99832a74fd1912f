// Teams in the stories: where it is, how the product is told of it, and which of the people have it.
import { startTeams, type Teams } from '../../playground/teams/server.ts';
import { people, type Who } from './people.ts';

export const teamsHelpdesk = '19:helpdesk@thread.tacv2';
export const teamsSecret = 'a-teams-secret-that-is-nowhere-else-0123';
const app = { appId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000001', tenantId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000002' };

/** A guest is one on both platforms; the other odd ones are odd in Slack's own ways. */
const residents = [
  'jane',
  'sam',
  'ada',
  'bert',
  'nina',
  'olga',
  'twyla',
  'una',
  'adam',
  'petra',
  'gus',
] as const satisfies readonly Who[];
const agents: readonly Who[] = ['sam', 'ada', 'bert', 'jane', 'petra'];

/** The person's object id at Entra. */
export const objectIdOf = (who: Who): string => {
  const nth = String(Object.keys(people).indexOf(who) + 1).padStart(12, '0');
  return `3f0c9a52-6d1e-4b7a-9c35-${nth}`;
};

export async function openTeams(now: () => number) {
  const server = await startTeams({ ...app, appPassword: teamsSecret, now });
  const env = {
    TEAMS_APP_ID: app.appId,
    TEAMS_APP_PASSWORD: teamsSecret,
    TEAMS_TENANT_ID: app.tenantId,
    TEAMS_OPENID_METADATA_URL: server.openIdMetadataUrl,
    TEAMS_LOGIN_URL: server.loginUrl,
    TEAMS_SERVICE_URLS: server.url,
  };
  return { server, env };
}

/** The administrator has given the app to everybody; the product hears of each of them. */
export async function moveIntoTeams({ control, client }: Teams): Promise<void> {
  for (const who of residents) {
    const { realName, email } = people[who];
    const isGuest = who === 'gus';
    control.addUser({
      aadObjectId: objectIdOf(who),
      name: realName,
      email,
      ...(isGuest ? { userRole: 'guest', upn: `${email.replace('@', '_')}#EXT#@acme.test` } : {}),
    });
  }
  control.addTeamChannel({ id: teamsHelpdesk, name: 'Helpdesk', members: agents.map(objectIdOf) });
  await Promise.all(residents.map((who) => client(objectIdOf(who)).install()));
}
