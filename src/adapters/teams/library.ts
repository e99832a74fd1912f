// botbuilder, loaded only where Teams is switched on: its adapter that authenticates requests, and its connector client.
// It is out of support. So it sees only requests that passed our verifier, sends our own token, and never calls without a deadline.
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
  /** Authenticates the request, and runs `logic` if it comes from the connector. */
  process(request: Request, response: Response, logic: () => Promise<void>): Promise<void>;
  /** Makes botbuilder fetch the keys that are published now; `keySet` identifies them. Rejects where it could not. */
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

/** A company's conversations are served at a handful of addresses. */
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
  const clientFor = cacheClients((serviceUrl) => makeClient(outbound, appId, serviceUrl));
  let inbound: { readonly keySet: string; readonly authentication: Authentication; readonly adapter: CloudAdapter };
  const inboundFor = (keySet: string): typeof inbound => {
    const authentication = authenticationBy(metadataNamed(openIdMetadataUrl, keySet));
    reuseClients(authentication, clientFor);
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

/** botbuilder creates two clients for each activity, which nothing here uses. Existing ones are given to it instead. */
function reuseClients(authentication: Authentication, clientFor: Library['clientFor']): void {
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
    // If one of the following is set, all must be: botbuilder would take those left out as undefined.
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
  // Runs after the signature was verified, on every authentication path of botbuilder. Only tokens of the connector are let through.
  async validateClaims(claims: { readonly type: string; readonly value: string }[]): Promise<void> {
    const isFromConnector = claims.some(({ type, value }) => type === 'iss' && value === channelIssuer);
    const isForUs = claims.some(({ type, value }) => type === 'aud' && value === appId);
    if (!isFromConnector || !isForUs) throw new Error('not the Bot Connector');
  },
});

/**
 * botbuilder caches the keys of an address forever and looks for an unknown key once an hour at most: too seldom for a key that
 * is in use already. The part after `#` is never sent, but makes it a different address for the cache.
 */
function metadataNamed(openIdMetadataUrl: string, keySet: string): string {
  const url = new URL(openIdMetadataUrl);
  url.hash = keySet;
  return url.href;
}

/** botbuilder fetches without a deadline. */
const fetchMs = 10_000;

/** Authenticates an unsigned token with an unknown key id: the only public way to make botbuilder fetch the keys. */
async function fetchKeys(authentication: Authentication, appId: string): Promise<void> {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: channelIssuer, aud: appId };
  const token = `${part({ alg: 'RS256', kid: 'nobody' })}.${part(claims)}.${part({})}`;
  const nothing = { type: 'event', channelId: 'msteams', serviceUrl: 'https://nowhere.invalid/' };
  const outcome = await withTimeout(
    authentication.authenticateRequest(asActivity(nothing), `Bearer ${token}`).then(
      () => 'believed',
      (error: unknown) => (isUnknownKey(error) ? 'fetched' : 'failed'),
    ),
    fetchMs,
  );
  if (outcome !== 'fetched') throw new Error('botbuilder could not fetch the keys');
}

/** 401 means that botbuilder fetched the keys and did not find this one. Where it could not fetch, it throws 500 or another error. */
const isUnknownKey = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 401;

/** botbuilder's type demands fields that only an activity from Teams has. */
const asActivity = (activity: object): Parameters<Authentication['authenticateRequest']>[0] =>
  activity as Parameters<Authentication['authenticateRequest']>[0];

/** Replaces MSAL. Also makes sure that authentication is on: botbuilder would switch it off where the app id is empty. */
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

/** The client of a made-up turn: the only public way to get one without an activity. */
async function makeClient(adapter: CloudAdapter, appId: string, serviceUrl: string): Promise<ConnectorClient> {
  let client: ConnectorClient | undefined;
  const placeholder = { id: 'nowhere', name: '', isGroup: false, conversationType: 'personal' };
  const reference = {
    channelId: 'msteams',
    serviceUrl,
    conversation: placeholder,
    bot: { id: `28:${appId}`, name: '' },
  };
  await adapter.continueConversationAsync(appId, reference, async (turn) => {
    client = turn.turnState.get<ConnectorClient>(adapter.ConnectorClientKey);
  });
  if (client === undefined) throw new Error('botbuilder made no connector client');
  return client;
}

function cacheClients(make: (serviceUrl: string) => Promise<ConnectorClient>): Library['clientFor'] {
  const known = createExpiringMap<string, Promise<ConnectorClient>>({ atMost: clientsAtMost });
  return (serviceUrl) => {
    const client = known.get(serviceUrl) ?? make(serviceUrl);
    known.set(serviceUrl, client);
    return client;
  };
}
