// A tiny bot on plain HTTP and jose. It shows that the emulated Teams follows the documentation for bots.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { onTestFinished } from 'vitest';
import type { Json } from '../../playground/json.ts';
import { startTeams, type Teams } from '../../playground/teams/server.ts';
import type { TeamsOptions } from '../../playground/teams/settings.ts';

export const APP: TeamsOptions = {
  appId: '11111111-1111-4111-8111-111111111111',
  appPassword: 'a-password-of-the-tests',
  tenantId: '22222222-2222-4222-8222-222222222222',
};
export const JANE = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
export const SAM = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
export const GUEST = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';
export const STRANGER = 'dddddddd-dddd-4ddd-8ddd-dddddddddddd';
export const HELPDESK = '19:helpdesk@thread.tacv2';
const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown };
export type Heard = {
  readonly activity: Json;
  readonly claims: JWTPayload;
  readonly headers: IncomingMessage['headers'];
};
export type Answered = { readonly status?: number; readonly body?: unknown; readonly never?: boolean };

export type Rig = {
  readonly teams: Teams;
  readonly clock: { nowMs: number };
  /** Requests with a valid token only. */
  readonly heard: Heard[];
  /** How the bot answers; 200 without a body unless set. */
  answer: (activity: Json) => Answered | Promise<Answered>;
  token(fields?: Record<string, string>, tenant?: string): Promise<Reply>;
  /** A call with the bot's token; the path is below the service URL. */
  api(method: string, path: string, body?: unknown, bearer?: string): Promise<Reply>;
  post(conversation: string, activity: Json): Promise<Reply>;
};

export function field(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null
        ? Object.entries(found).find(([key]) => key === name)?.[1]
        : undefined,
    value,
  );
}

export function textField(value: unknown, ...names: readonly string[]): string {
  const found = field(value, ...names);
  if (typeof found !== 'string') throw new Error(`no text in ${names.join('.')}`);
  return found;
}

export function cardOf(text: string, more: Json = {}): Json {
  return { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text, wrap: true }], ...more };
}

export function withCard(card: Json): Json {
  return { type: 'message', attachments: [{ contentType: ADAPTIVE, content: card }] };
}

export function cardAnswer(card: Json): Answered {
  return { body: { statusCode: 200, type: ADAPTIVE, value: card } };
}

export function dialogAnswer(title: string, card: Json): Answered {
  return { body: { task: { type: 'continue', value: { title, card: { contentType: ADAPTIVE, content: card } } } } };
}

export function path(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

export async function openTeams(options: Partial<TeamsOptions> = {}): Promise<Rig> {
  const clock = { nowMs: Date.parse('2026-03-02T08:00:00Z') };
  const teams = await startTeams({ ...APP, now: () => clock.nowMs, ...options });
  onTestFinished(() => teams.close());
  addPeople(teams);
  const token: Rig['token'] = (fields = {}, tenant = APP.tenantId) => askToken(teams, tenant, fields);
  let bearer: Promise<string> | undefined;
  const api: Rig['api'] = async (method, below, body, given) => {
    bearer ??= token().then((reply) => textField(reply.body, 'access_token'));
    const headers = { authorization: `Bearer ${given ?? (await bearer)}`, 'content-type': 'application/json' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return replyOf(await fetch(`${teams.serviceUrl}${below}`, init));
  };
  const rig: Rig = {
    ...{ teams, clock, heard: [], token, api },
    answer: () => ({}),
    post: (conversation, activity) => api('POST', `v3/conversations/${path(conversation)}/activities`, activity),
  };
  teams.control.connect(await startBot(rig));
  return rig;
}

function addPeople({ control }: Teams): void {
  control.addUser({ aadObjectId: JANE, name: 'Jane Doe', email: 'jane@acme.test' });
  control.addUser({ aadObjectId: SAM, name: 'Sam Roe', email: 'sam@acme.test', upn: 'sam.roe@acme.test' });
  control.addUser({ aadObjectId: GUEST, name: 'Gus Guest', email: 'gus@mail.test', userRole: 'guest' });
  control.addUser({ aadObjectId: STRANGER, name: 'Nobody (Guest)', userRole: 'anonymous' });
  control.addTeamChannel({ id: HELPDESK, name: 'Helpdesk', members: [SAM, GUEST] });
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

async function askToken(teams: Teams, tenant: string, fields: Record<string, string>): Promise<Reply> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: APP.appId,
    client_secret: APP.appPassword,
    scope: 'https://api.botframework.com/.default',
    ...fields,
  });
  return replyOf(await fetch(`${teams.loginUrl}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body }));
}

async function startBot(rig: Rig): Promise<string> {
  const metadata = await replyOf(await fetch(rig.teams.openIdMetadataUrl));
  const keys = createRemoteJWKSet(new URL(textField(metadata.body, 'jwks_uri')), { cooldownDuration: 0 });
  const verify = async (request: IncomingMessage): Promise<JWTPayload> => {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const expected = { issuer: 'https://api.botframework.com', audience: APP.appId, algorithms: ['RS256'] };
    return (await jwtVerify(bearer, keys, expected)).payload;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const claims = await verify(request).catch(() => undefined);
    if (claims === undefined) return void response.writeHead(401).end();
    const activity: Json = JSON.parse(Buffer.concat(chunks).toString());
    rig.heard.push({ activity, claims, headers: request.headers });
    const { status = 200, body, never = false } = await rig.answer(activity);
    if (!never) response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/api/messages`;
}
