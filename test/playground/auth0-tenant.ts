// One emulated tenant with Jane in it, and calls that the emulator's tests make by hand.
import { onTestFinished } from 'vitest';
import { type Auth0Options, type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';

export const domain = 'acme.eu.auth0.test';
export const clientId = 'LatchkeyClient00';
export const clientSecret = 'a-secret-of-the-one-application';
export const jane = 'auth0|5f7c8ec7c33c6c004bbafe82';
export const janeMail = 'jane.doe@mail.test';
export const janePhone = '+4915100000012';
export const janePassword = 'Old-enough-1';
export const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const audience = `https://${domain}/api/v2/`;

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type TestTenant = {
  readonly url: string;
  readonly control: Auth0Server['control'];
  readonly close: () => Promise<void>;
  readonly clock: { nowMs: number };
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  token(scope?: string): Promise<string>;
  /** A Management call with the application's token; the path is below `/api/v2`. */
  api(method: string, path: string, body?: unknown): Promise<Reply>;
  sendCode(connection: 'email' | 'sms', address: string): Promise<Reply>;
  exchange(realm: 'email' | 'sms', username: string, otp: string, scope?: string): Promise<Reply>;
};

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

export function textField(value: unknown, name: string): string {
  const found = field(value, name);
  if (typeof found !== 'string') throw new Error(`no text in ${name}`);
  return found;
}

async function send(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function addJane(server: Auth0Server): void {
  server.control.addUser({
    userId: jane,
    connection: 'CorpUsers',
    email: 'jane@acme.test',
    name: 'Jane Doe',
    password: janePassword,
    contacts: [
      { provider: 'email', address: janeMail },
      { provider: 'sms', address: janePhone },
    ],
  });
}

export async function openTenant(options: Partial<Auth0Options> = {}): Promise<TestTenant> {
  const clock = { nowMs: Date.parse('2026-03-02T08:00:00Z') };
  const server = await startAuth0({
    domain,
    clientId,
    clientSecret,
    now: () => clock.nowMs,
    ticketOrigin: 'self',
    ...options,
  });
  onTestFinished(() => server.close());
  addJane(server);
  const { url, control, close } = server;
  const post: TestTenant['post'] = (path, body, headers = {}) =>
    send(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const client = { client_id: clientId, client_secret: clientSecret };
  const token: TestTenant['token'] = async (scope) => {
    const grant = { grant_type: 'client_credentials', ...client, audience };
    const reply = await post('/oauth/token', scope === undefined ? grant : { ...grant, scope });
    return textField(reply.body, 'access_token');
  };
  let bearer: Promise<string> | undefined;
  return {
    url,
    control,
    close,
    clock,
    post,
    token,
    api: async (method, path, body) => {
      bearer ??= token();
      const headers = { authorization: `Bearer ${await bearer}`, 'content-type': 'application/json' };
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      return send(`${url}/api/v2${path}`, init);
    },
    sendCode: (connection, address) =>
      post('/passwordless/start', {
        ...client,
        connection,
        [connection === 'email' ? 'email' : 'phone_number']: address,
        send: 'code',
      }),
    exchange: (realm, username, otp, scope = 'openid') =>
      post('/oauth/token', { grant_type: otpGrant, ...client, realm, username, otp, scope }),
  };
}

/** A six-digit code other than the given one. */
export function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

export function path(userId: string): string {
  return encodeURIComponent(userId);
}
