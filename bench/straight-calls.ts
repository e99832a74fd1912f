// The fewest outside calls that a reset needs: ten. No retries, no deadlines, nothing read twice, nothing redrawn on the
// way, and no checks of the answers beyond what the next call needs.
import { z } from 'zod';
import { account, mailbox, tenant, userId, workEmail, workspace } from './settings.ts';
import { messages, views } from './straight-views.ts';

const env = z.object({ SLACK_API_URL: z.url(), AUTH0_URL: z.url() }).parse(process.env);
const credentials = { client_id: tenant.clientId, client_secret: tenant.clientSecret };

/** The parts of an answer that a later call needs. */
const needed = z.looseObject({
  access_token: z.string().exactOptional(),
  ticket: z.string().exactOptional(),
  channel: z.string().exactOptional(),
  ts: z.string().exactOptional(),
});
type Fields = Readonly<Record<string, unknown>>;

async function answerTo(asked: Promise<Response>): Promise<z.infer<typeof needed>> {
  const text = await (await asked).text();
  return text === '' ? {} : needed.parse(JSON.parse(text));
}

const post = (url: string, fields: Fields, authorization?: string): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify(fields),
  });

const slack = (method: string, fields: Fields) =>
  answerTo(post(`${env.SLACK_API_URL}${method}`, fields, `Bearer ${workspace.botToken}`));

const token = askForToken();
async function askForToken(): Promise<string | undefined> {
  const fields = { ...credentials, grant_type: 'client_credentials', audience: `https://${tenant.domain}/api/v2/` };
  return (await answerTo(post(`${env.AUTH0_URL}/oauth/token`, fields))).access_token;
}

/** The answers to searches are lists; no later call needs anything from them. */
async function read(path: string): Promise<void> {
  const response = await fetch(`${env.AUTH0_URL}/api/v2/${path}`, {
    headers: { authorization: `Bearer ${await token}` },
  });
  await response.json();
}
const write = async (path: string, fields: Fields) =>
  answerTo(post(`${env.AUTH0_URL}/api/v2/${path}`, fields, `Bearer ${await token}`));

/** The state of one person's reset. */
export interface Course {
  readonly nth: number;
  readonly link: string;
  /** The call that posts the message with the link. */
  drawn: Promise<unknown>;
  message?: { readonly channel: string; readonly ts: string };
}

async function postMessage(course: Course): Promise<void> {
  const fields = { channel: userId(course.nth), text: 'You are verified.', blocks: messages.link(course.link) };
  const { channel, ts } = await slack('chat.postMessage', fields);
  if (channel !== undefined && ts !== undefined) course.message = { channel, ts };
}

export const calls = {
  /** The contact stands in the answer of the search, so the window can be opened with it. */
  async begin(course: Course, trigger: string): Promise<void> {
    await slack('users.info', { user: userId(course.nth) });
    await read(`users-by-email?email=${encodeURIComponent(workEmail(course.nth))}`);
    await slack('views.open', { trigger_id: trigger, view: views.contacts });
  },
  async sendCode({ nth }: Course): Promise<void> {
    const fields = { ...credentials, connection: 'email', email: mailbox(nth), send: 'code' };
    await (await post(`${env.AUTH0_URL}/passwordless/start`, fields)).text();
  },
  async verify(course: Course, code: string): Promise<void> {
    const grant = { grant_type: 'http://auth0.com/oauth/grant-type/passwordless/otp', realm: 'email', scope: 'openid' };
    await answerTo(
      post(`${env.AUTH0_URL}/oauth/token`, { ...credentials, ...grant, username: mailbox(course.nth), otp: code }),
    );
  },
  postLink(course: Course): Promise<unknown> {
    course.drawn = postMessage(course);
    return course.drawn;
  },
  mint: async ({ nth }: Course): Promise<string> =>
    (await write('tickets/password-change', { user_id: account(nth), ttl_sec: 600 })).ticket ?? '',
  async changed(course: Course): Promise<void> {
    await write(`users/${encodeURIComponent(account(course.nth))}/revoke-access`, { preserve_refresh_tokens: false });
    await course.drawn;
    await slack('chat.update', { ...course.message, text: 'done', blocks: messages.done });
  },
};
