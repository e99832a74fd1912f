// botbuilder, loaded only where Teams is on: an adapter that authenticates what comes in, and its connector client.
// Out of support: it meets only requests that passed the gate, signs with our own token, and never talks without a deadline.
import type { CloudAdapter, ConfigurationBotFrameworkAuthentication, Request, Response } from 'botbuilder';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { Origins } from './origins.ts';
import { channelIssuer } from './signing-keys.ts';
import type { BotToken } from './token.ts';
import { createTransport, mishap } from './transport.ts';

type Authentication = ConfigurationBotFrameworkAuthentication;
type CredentialsFactory = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]>;
export type ConnectorClient = Awaited<ReturnType<ReturnType<Authentication['createConnectorFactory']>['create']>>;

export interface Library {
  /** Authenticates what came in, and runs `logic` where it is the connector's. */
  process(request: Request, response: Response, logic: () => Promise<void>): Promise<void>;
  /** Lets botbuilder fetch the keys that are published now; `keySet` names them. Rejects where it could not. */
  follow(keySet: string): Promise<void>;
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
  const { appId, openIdMetadataUrl } = options;
  const authenticationBy = (metadataUrl: string): Authentication =>
    new ConfigurationBotFrameworkAuthentication(
      configuration(options, metadataUrl),
      createCredentialsFactory(options),
      authenticationRules(appId),
      undefined,
      { httpClient: createTransport(options.origins) },
    );
  const outbound = new CloudAdapter(authenticationBy(openIdMetadataUrl));
  const clientFor = rememberingClients((serviceUrl) => makeClient(outbound, appId, serviceUrl));
  let inbound: { readonly keySet: string; readonly authentication: Authentication; readonly adapter: CloudAdapter };
  const inboundFor = (keySet: string): typeof inbound => {
    const authentication = authenticationBy(metadataNamed(openIdMetadataUrl, keySet));
    spareClients(authentication, clientFor);
    return { keySet, authentication, adapter: new CloudAdapter(authentication) };
  };
  inbound = inboundFor('');
  return {
    process: (request, response, logic) => inbound.adapter.process(request, response, logic),
    async follow(keySet) {
      const next = inbound.keySet === keySet ? inbound : inboundFor(keySet);
      await fetchKeys(next.authentication, appId);
      inbound = next;
    },
    clientFor,
  };
}

/** botbuilder makes two clients anew for each activity, and nothing here asks a turn for one: those at hand do. */
function spareClients(authentication: Authentication, clientFor: Library['clientFor']): void {
  const { authenticateRequest, createUserTokenClient } = authentication;
  let userTokens: ReturnType<typeof createUserTokenClient> | undefined;
  authentication.createUserTokenClient = (identity) => {
    userTokens ??= createUserTokenClient.call(authentication, identity);
    return userTokens;
  };
  authentication.authenticateRequest = async (activity, header) => ({
    ...(await authenticateRequest.call(authentication, activity, header)),
    connectorFactory: { create: clientFor },
  });
}

function configuration({ appId, tenantId, loginUrl }: LibraryOptions, metadataUrl: string) {
  return {
    MicrosoftAppId: appId,
    MicrosoftAppType: 'SingleTenant',
    MicrosoftAppTenantId: tenantId,
    // Setting one of the following means all of them are meant: what is left out would be undefined.
    ToChannelFromBotLoginUrl: `${loginUrl}/${tenantId}`,
    ToChannelFromBotOAuthScope: channelIssuer,
    ToBotFromChannelTokenIssuer: channelIssuer,
    OAuthUrl: channelIssuer,
    ToBotFromChannelOpenIdMetadataUrl: metadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: metadataUrl,
  };
}

const authenticationRules = (appId: string) => ({
  requiredEndorsements: ['msteams'],
  // Runs after the signature was verified, on every one of botbuilder's paths: only the connector's own is left.
  async validateClaims(claims: { readonly type: string; readonly value: string }[]): Promise<void> {
    const isFromConnector = claims.some(({ type, value }) => type === 'iss' && value === channelIssuer);
    const isForUs = claims.some(({ type, value }) => type === 'aud' && value === appId);
    if (!isFromConnector || !isForUs) throw new Error('not the Bot Connector');
  },
});

/**
 * botbuilder keeps the keys of an address for all time, and looks for one that it does not know once an hour at most: too seldom
 * for a key that signs already. What stands behind `#` is never sent, and makes it another address.
 */
function metadataNamed(openIdMetadataUrl: string, keySet: string): string {
  const url = new URL(openIdMetadataUrl);
  url.hash = keySet;
  return url.href;
}

/** botbuilder fetches without a deadline. */
const fetchMs = 10_000;

/** By a token that nobody signed, of a key that nobody has: the only public way to have botbuilder look. */
async function fetchKeys(authentication: Authentication, appId: string): Promise<void> {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: channelIssuer, aud: appId };
  const token = `${part({ alg: 'RS256', kid: 'nobody' })}.${part(claims)}.${part({})}`;
  const nothing = { type: 'event', channelId: 'msteams', serviceUrl: 'https://nowhere.invalid/' };
  const outcome = await withTimeout(
    authentication.authenticateRequest(whole(nothing), `Bearer ${token}`).then(
      () => 'believed',
      (error: unknown) => (isUnknownKey(error) ? 'fetched' : 'failed'),
    ),
    fetchMs,
  );
  if (outcome !== 'fetched') throw new Error('botbuilder could not fetch the keys');
}

/** That it looked and did not find; where it could not look, it says 500, or something else altogether. */
const isUnknownKey = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 401;

/** botbuilder's type asks for what only an activity from Teams has. */
const whole = (activity: object): Parameters<Authentication['authenticateRequest']>[0] =>
  activity as Parameters<Authentication['authenticateRequest']>[0];

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
  const known = createExpiringMap<string, Promise<ConnectorClient>>({ atMost: clientsAtMost });
  return (serviceUrl) => {
    const client = known.get(serviceUrl) ?? make(serviceUrl);
    known.set(serviceUrl, client);
    return client;
  };
}
