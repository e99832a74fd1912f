// What must hold in every story, however it went. Looked at from outside: what reached Auth0, what reached Slack, what was kept.
import { expect } from 'vitest';
import type { RequestEntry } from '../../playground/auth0/request-log.ts';
import { opens } from './browser.ts';
import { eventually } from './chat.ts';
import { expectNoLeak, linksIn } from './leaks.ts';
import type { World } from './world.ts';

export async function expectUpheld(world: World, isTroubled: boolean): Promise<void> {
  world.auth0.control.calm();
  world.slack.control.faults.clear();
  expectPermittedChanges(world);
  expectProofFirst(world);
  expectPromptAnswers(world);
  expectQuietMessages(world);
  if (!isTroubled) expectNoComplaints(world);
  await world.slack.control.crawlSettled();
  await expectLiveLinks(world);
  await expectNoLeak(world);
}

/** The only requests that change anything, by the contract. */
const permitted: readonly RegExp[] = [
  /^POST \/oauth\/token$/,
  /^POST \/passwordless\/start$/,
  /^POST \/api\/v2\/tickets\/password-change$/,
  /^DELETE \/api\/v2\/user-blocks(\/[^/]+)?$/,
  /^POST \/api\/v2\/users\/[^/]+\/revoke-access$/,
  /^DELETE \/api\/v2\/users\/[^/]+\/(sessions|refresh-tokens)$/,
];

const ours = ({ auth0 }: World): RequestEntry[] => auth0.control.requests.filter(({ browser }) => !browser);
const pathOf = ({ path }: RequestEntry): string => path.split('?')[0] ?? '';
const field = ({ body }: RequestEntry, name: string): unknown =>
  typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined;

function expectPermittedChanges(world: World): void {
  const writes = ours(world).filter(({ method }) => method !== 'GET');
  const others = writes.map((one) => `${one.method} ${pathOf(one)}`);
  const foreign = others.filter((line) => !permitted.some((shape) => shape.test(line)));
  expect(foreign, 'changes that are not permitted').toEqual([]);
  for (const ticket of writes.filter(isTicket)) {
    const seconds = field(ticket, 'ttl_sec');
    expect(Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= 600, `ttl_sec ${seconds}`).toBe(
      true,
    );
  }
}

const isTicket = (entry: RequestEntry): boolean => pathOf(entry) === '/api/v2/tickets/password-change';
/** A ticket of one second only voids the one before. */
const isGrant = (entry: RequestEntry): boolean => isTicket(entry) && field(entry, 'ttl_sec') !== 1;
const isAccepted = (entry: RequestEntry): boolean =>
  pathOf(entry) === '/oauth/token' && field(entry, 'otp') !== undefined && entry.status === 200;

/** Longer than proof, approval and link together may last. */
const provenSeconds = 900 + 900 + 600;

/**
 * Every act is preceded by a code that Auth0 accepted from a contact of that very account, not long ago, and a code
 * serves one request only: an account never has had more tickets, or more unlocks, than accepted codes.
 */
function expectProofFirst(world: World): void {
  const used = new Map<string, number>();
  const requests = ours(world);
  for (const [nth, act] of requests.entries()) {
    const account = accountOfAct(act, world);
    if (account === undefined) continue;
    const contacts = world.auth0.control.user(account).contacts.map(({ address }) => address);
    const proofs = requests
      .slice(0, nth)
      .filter((entry) => isAccepted(entry) && contacts.includes(String(field(entry, 'username'))));
    const last = proofs.at(-1);
    expect(last, `an act without proof: ${act.method} ${act.path}`).toBeDefined();
    expect(act.at - (last?.at ?? 0)).toBeLessThanOrEqual(provenSeconds * 1000);
    if (!isGrant(act) || act.status !== 201) continue;
    const tickets = (used.get(account) ?? 0) + 1;
    used.set(account, tickets);
    expect(tickets, 'more tickets than proofs').toBeLessThanOrEqual(proofs.length);
  }
}

function accountOfAct(entry: RequestEntry, { auth0 }: World): string | undefined {
  if (isTicket(entry)) return String(field(entry, 'user_id'));
  if (entry.method !== 'DELETE' || !pathOf(entry).startsWith('/api/v2/user-blocks')) return undefined;
  const id = decodeURIComponent(pathOf(entry).split('/user-blocks/')[1] ?? '');
  if (id !== '') return id;
  const name = new URL(entry.path, 'http://localhost').searchParams.get('identifier') ?? '';
  const holder = auth0.control.users().find(({ email, contacts, userId }) => {
    const isOwn = email === name || contacts.some(({ address }) => address === name);
    return isOwn || (userId.startsWith('ad|') && !name.includes('@'));
  });
  return holder?.userId ?? `nobody called ${name}`;
}

function expectPromptAnswers({ slack }: World): void {
  const late = slack.control.deliveries.filter(({ ms, timedOut }) => timedOut || ms >= 3_000);
  expect(late.map(({ kind, ms }) => `${kind} after ${Math.round(ms)} ms`)).toEqual([]);
}

/** Both preview flags off on every message; where there are no such flags there is no link. */
function expectQuietMessages({ slack }: World): void {
  for (const { method, args } of slack.control.requests) {
    if (method === 'chat.postMessage') {
      expect(`links ${args['unfurl_links']}, media ${args['unfurl_media']}`).toBe('links false, media false');
    }
    if (method === 'response_url' || method === 'chat.postEphemeral') expect(linksIn(args)).toEqual([]);
  }
  for (const { body } of slack.control.deliveries.filter(({ kind }) => kind === 'command')) {
    expect(body).not.toContain('http');
  }
}

/** Nothing that Slack would refuse, and nothing that it would frown upon. */
function expectNoComplaints({ slack }: World): void {
  expect(slack.control.warnings).toEqual([]);
  const refused = slack.control.requests
    .filter(({ reply }) => reply?.['ok'] === false)
    .map(({ method, reply }) => `${method}: ${String(reply?.['error'])}`);
  // A window that was closed meanwhile cannot be drawn any more.
  expect(refused.filter((line) => line !== 'views.update: not_found')).toEqual([]);
}

/** A link stands in front of a person, and of nobody else, exactly as long as it can be used. */
async function expectLiveLinks({ slack, url }: World): Promise<void> {
  const { control } = slack;
  const inMessages = (kind: 'im' | 'channel') =>
    control.channels
      .filter((channel) => (channel.kind === 'im') === (kind === 'im'))
      .flatMap(({ id }) => linksIn(control.messages(id).filter(({ deleted }) => deleted !== true)));
  const inWindows = () => control.people.flatMap(({ id }) => linksIn(control.openView(id)?.view.blocks));
  expect(inMessages('channel')).toEqual([]);
  const dead = async () => {
    const standing = [...new Set([...inMessages('im'), ...inWindows()])];
    expect(standing.filter((link) => !link.startsWith(`${url}/go/`))).toEqual([]);
    const pages = await Promise.all(standing.map((link) => opens(link)));
    return pages.filter(({ status }) => status !== 200);
  };
  await eventually(
    async () => ((await dead()).length === 0 ? true : undefined),
    () => 'a link that is dead',
  );
}
