// The baseline for Teams: botbuilder's adapter behind the same HTTP server, and nothing else. It stores nothing. With
// ECHO=1 it sends what it received back to the chat before it answers, as the echo bot of the documentation does.
import { type Activity, CloudAdapter, ConfigurationBotFrameworkAuthentication, type TurnContext } from 'botbuilder';
import Fastify, { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { answering } from './channel.ts';
import { teamsApp } from './settings.ts';

const env = z.object({ TEAMS_LOGIN_URL: z.url(), TEAMS_OPENID_METADATA_URL: z.url() }).parse(process.env);
const echoes = process.env['ECHO'] === '1';
const { appId, tenantId, appPassword } = teamsApp;
const issuer = 'https://api.botframework.com';

const adapter = new CloudAdapter(
  new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: appId,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: tenantId,
      ToChannelFromBotLoginUrl: `${env.TEAMS_LOGIN_URL}/${tenantId}`,
      ToChannelFromBotOAuthScope: issuer,
      ToBotFromChannelTokenIssuer: issuer,
      OAuthUrl: issuer,
      ToBotFromChannelOpenIdMetadataUrl: env.TEAMS_OPENID_METADATA_URL,
      ToBotFromEmulatorOpenIdMetadataUrl: env.TEAMS_OPENID_METADATA_URL,
    },
    {
      isValidAppId: async (id) => id === appId,
      isAuthenticationDisabled: async () => false,
      createCredentials: async () => ({
        async signRequest(request) {
          request.headers.set('authorization', `Bearer ${await token}`);
          return request;
        },
      }),
    },
  ),
);

/** The token is fetched once: the speed of the emulated login is not what is measured. */
const token = askForToken();
async function askForToken(): Promise<string> {
  const scope = 'https://api.botframework.com/.default';
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: appPassword, scope };
  const url = `${env.TEAMS_LOGIN_URL}/${tenantId}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

async function logic(turn: TurnContext): Promise<void> {
  if (echoes) await turn.sendActivity(`You said: ${turn.activity.text}`);
}

const server = Fastify();
server.post<{ Body: Activity }>('/api/messages', async (request, reply) => {
  const incoming = { method: 'POST', headers: request.headers, body: { ...request.body } };
  await adapter.process(incoming, responseFor(reply), logic);
  return reply;
});

function responseFor(reply: FastifyReply) {
  const response = {
    socket: reply.raw.socket,
    status(code: number) {
      reply.code(code);
      return response;
    },
    header: () => response,
    send: () => response,
    end() {
      reply.send();
      return response;
    },
  };
  return response;
}

const url = await server.listen({ host: '127.0.0.1', port: 0 });
answering({ where: () => url });
process.once('SIGTERM', () => process.exit(0));
