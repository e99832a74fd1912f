// The outside calls of one reset, in sequence or in parallel as the product makes them. No retries, no deadlines, and
// no checks of the answers beyond what the next call needs.
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
  view: z.looseObject({ id: z.string() }).exactOptional(),
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
  view?: string;
  /**
   * The last call that drew something, and before it the message with the link. Drawing is sequential, as in the
   * product.
   */
  drawn: Promise<unknown>;
  message?: { readonly channel: string; readonly ts: string };
}

const accountPath = (nth: number): string => `users/${encodeURIComponent(account(nth))}`;

function draw(course: Course, what: 'used' | 'done'): Promise<unknown> {
  course.drawn = course.drawn.then(() =>
    Promise.all([
      slack('views.update', { view_id: course.view, view: views[what] }),
      slack('chat.update', { ...course.message, text: what, blocks: messages[what] }),
    ]),
  );
  return course.drawn;
}

async function postMessage(course: Course): Promise<void> {
  const fields = { channel: userId(course.nth), text: 'You are verified.', blocks: messages.link(course.link) };
  const { channel, ts } = await slack('chat.postMessage', fields);
  if (channel !== undefined && ts !== undefined) course.message = { channel, ts };
}

export const calls = {
  async begin(course: Course, trigger: string): Promise<void> {
    const opened = slack('views.open', { trigger_id: trigger, view: views.opening });
    await slack('users.info', { user: userId(course.nth) });
    await read(`users-by-email?email=${encodeURIComponent(workEmail(course.nth))}`);
    const id = (await opened).view?.id;
    if (id !== undefined) course.view = id;
    await slack('views.update', { view_id: id, view: views.contacts });
  },
  async sendCode({ nth }: Course): Promise<void> {
    await read(accountPath(nth));
    const fields = { ...credentials, connection: 'email', email: mailbox(nth), send: 'code' };
    await (await post(`${env.AUTH0_URL}/passwordless/start`, fields)).text();
  },
  async verify(course: Course, code: string): Promise<void> {
    const grant = { grant_type: 'http://auth0.com/oauth/grant-type/passwordless/otp', realm: 'email', scope: 'openid' };
    await answerTo(
      post(`${env.AUTH0_URL}/oauth/token`, { ...credentials, ...grant, username: mailbox(course.nth), otp: code }),
    );
    await read(accountPath(course.nth));
  },
  postLink(course: Course): Promise<unknown> {
    course.drawn = postMessage(course);
    return course.drawn;
  },
  async mint({ nth }: Course): Promise<string> {
    await read(accountPath(nth));
    return (await write('tickets/password-change', { user_id: account(nth), ttl_sec: 600 })).ticket ?? '';
  },
  used: (course: Course): Promise<unknown> => draw(course, 'used'),
  async changed(course: Course): Promise<void> {
    await write(`${accountPath(course.nth)}/revoke-access`, { preserve_refresh_tokens: false });
    await draw(course, 'done');
    await draw(course, 'done');
  },
};
