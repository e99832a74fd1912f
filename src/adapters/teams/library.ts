// botbuilder, loaded only where Teams is on: an adapter that authenticates what comes in, and its connector client.
// Out of support: it meets only requests that passed the gate, signs with our own token, and never talks without a deadline.
import type { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { channelIssuer } from './channel-keys.ts';
import type { Origins } from './origins.ts';
import type { BotToken } from './token.ts';
import { createTransport, mishap } from './transport.ts';

type Authentication = ConfigurationBotFrameworkAuthentication;
type CredentialsFactory = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]>;
export type ConnectorClient = Awaited<ReturnType<ReturnType<Authentication['createConnectorFactory']>['create']>>;

export interface Library {
  readonly adapter: CloudAdapter;
  clientFor(serviceUrl: string): Promise<ConnectorClient>;
}

export interface LibraryOptions {
  readonly appId: string;
  readonly tenantId: string;
  readonly openIdMetadataUrl: string;
  readonly loginUrl: string;
  readonly origins: Origins;
  readonly token: BotToken;
}

/** A company's conversations live at a handful of addresses. */
const clientsAtMost = 50;

export async function loadLibrary(options: LibraryOptions): Promise<Library> {
  const { CloudAdapter, ConfigurationBotFrameworkAuthentication } = await import('botbuilder');
  const { appId, tenantId, openIdMetadataUrl, loginUrl, origins } = options;
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: appId,
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: tenantId,
      // Setting one of the following means all of them are meant: what is left out would be undefined.
      ToChannelFromBotLoginUrl: `${loginUrl}/${tenantId}`,
      ToChannelFromBotOAuthScope: channelIssuer,
      ToBotFromChannelTokenIssuer: channelIssuer,
      OAuthUrl: channelIssuer,
      ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
    },
    createCredentialsFactory(options),
    {
      requiredEndorsements: ['msteams'],
      // Runs after the signature was verified, on every one of botbuilder's paths: only the connector's own is left.
      async validateClaims(claims) {
        const isFromConnector = claims.some(({ type, value }) => type === 'iss' && value === channelIssuer);
        const isForUs = claims.some(({ type, value }) => type === 'aud' && value === appId);
        if (!isFromConnector || !isForUs) throw new Error('not the Bot Connector');
      },
    },
    undefined,
    { httpClient: createTransport(origins) },
  );
  const adapter = new CloudAdapter(authentication);
  return { adapter, clientFor: rememberingClients((serviceUrl) => makeClient(adapter, appId, serviceUrl)) };
}

/** In place of MSAL. Authentication cannot be off: botbuilder would switch it off where the app's id is empty. */
function createCredentialsFactory({ appId, origins, token }: LibraryOptions): CredentialsFactory {
  const credentials: Awaited<ReturnType<CredentialsFactory['createCredentials']>> = {
    async signRequest(request) {
      if (!origins.isAllowed(request.url)) return request;
      const bearer = await token.read();
      if (!bearer.ok) throw mishap({ failure: bearer.failure });
      request.headers.set('authorization', `Bearer ${bearer.value}`);
      return request;
    },
  };
  const isValidAppId = async (id: string): Promise<boolean> => id === appId;
  return {
    isValidAppId,
    isAuthenticationDisabled: async () => false,
    async createCredentials(id) {
      if (!(await isValidAppId(id))) throw new Error('another app');
      return credentials;
    },
  };
}

/** The client of a turn that nobody began: the only public way to one without an activity. */
async function makeClient(adapter: CloudAdapter, appId: string, serviceUrl: string): Promise<ConnectorClient> {
  let client: ConnectorClient | undefined;
  const nowhere = { id: 'nowhere', name: '', isGroup: false, conversationType: 'personal' };
  const reference = { channelId: 'msteams', serviceUrl, conversation: nowhere, bot: { id: `28:${appId}`, name: '' } };
  await adapter.continueConversationAsync(appId, reference, async (turn) => {
    client = turn.turnState.get<ConnectorClient>(adapter.ConnectorClientKey);
  });
  if (client === undefined) throw new Error('botbuilder made no connector client');
  return client;
}

function rememberingClients(make: (serviceUrl: string) => Promise<ConnectorClient>): Library['clientFor'] {
  const known = new Map<string, Promise<ConnectorClient>>();
  return (serviceUrl) => {
    const client = known.get(serviceUrl) ?? make(serviceUrl);
    known.set(serviceUrl, client);
    for (const oldest of known.keys()) {
      if (known.size <= clientsAtMost) break;
      known.delete(oldest);
    }
    return client;
  };
}
