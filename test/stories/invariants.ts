// What must hold in every story, however it went. Checked from outside: what reached Auth0, what each platform
// recorded, what was stored.
import { expect } from 'vitest';
import type { RequestEntry } from '../../playground/auth0/request-log.ts';
import { opens } from './browser.ts';
import { eventually } from './chat.ts';
import { expectNoLeak } from './leaks.ts';
import { linksIn } from './links.ts';
import { type Recorder, recordersOf } from './recorder.ts';
import { expectWebRules } from './web-answers.ts';
import type { World } from './world.ts';

export async function expectInvariants(world: World, isTroubled: boolean, reopens = 0): Promise<void> {
  world.calm();
  expectPermittedChanges(world);
  expectProofFirst(world, reopens);
  expectSignInFirst(world);
  expect(world.logged(), 'an answer that was given twice').not.toContain('reply.sent');
  await Promise.all(recordersOf(world).map((recorder) => expectPlatformRules(recorder, world, isTroubled)));
  expectWebRules(world, isTroubled);
  await expectNoLeak(world);
}

/** The only requests that may change anything, according to the contract. */
const permitted: readonly RegExp[] = [
  /^POST \/oauth\/token$/,
  /^POST \/passwordless\/start$/,
  /^POST \/api\/v2\/tickets\/password-change$/,
  /^DELETE \/api\/v2\/user-blocks(\/[^/]+)?$/,
  /^POST \/api\/v2\/users\/[^/]+\/revoke-access$/,
  /^DELETE \/api\/v2\/users\/[^/]+\/(sessions|refresh-tokens)$/,
  /^POST \/api\/v2\/users$/,
  /^PATCH \/api\/v2\/users\/[^/]+$/,
  /^POST \/api\/v2\/users\/[^/]+\/identities$/,
  /^DELETE \/api\/v2\/users\/[^/]+\/identities\/(email|sms)\/[^/]+$/,
  /^DELETE \/api\/v2\/users\/(email|sms)%7C[^/]+$/,
];

const ours = ({ auth0 }: World): RequestEntry[] => auth0.control.requests.filter(({ browser }) => !browser);
const pathOf = ({ path }: RequestEntry): string => path.split('?')[0] ?? '';
const field = ({ body }: RequestEntry, name: string): unknown =>
  typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name)?.[1] : undefined;

function expectPermittedChanges(world: World): void {
  const writes = ours(world).filter(({ method }) => method !== 'GET');
  const others = writes.map((one) => `${one.method} ${pathOf(one)}`);
  const shapes = world.mailsLinks ? [...permitted, /^POST \/dbconnections\/change_password$/] : permitted;
  const foreign = others.filter((line) => !shapes.some((shape) => shape.test(line)));
  expect(foreign, 'changes that are not permitted').toEqual([]);
  expectOwnRecordsOnly(writes, world.setsPasswordIn);
  for (const ticket of writes.filter(isTicket)) {
    const seconds = field(ticket, 'ttl_sec');
    expect(Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= 600, `ttl_sec ${seconds}`).toBe(
      true,
    );
  }
}

const isTicket = (entry: RequestEntry): boolean => pathOf(entry) === '/api/v2/tickets/password-change';
/** Auth0's own mail, with a link of its own. */
const isMail = (entry: RequestEntry): boolean => pathOf(entry) === '/dbconnections/change_password';
/** A ticket that lives one second only voids the one before. */
const isGrant = (entry: RequestEntry): boolean => isTicket(entry) && field(entry, 'ttl_sec') !== 1;
const isAccepted = (entry: RequestEntry): boolean =>
  pathOf(entry) === '/oauth/token' && field(entry, 'otp') !== undefined && entry.status === 200;

const isPassword = ({ body }: Pick<RequestEntry, 'body'>): boolean =>
  typeof body === 'object' && body !== null && 'password' in body;

/**
 * Of an account's record only what is Latchkey's own is written, and only passwordless users are made. A password is set only where the
 * policy names the connection for it.
 */
function expectOwnRecordsOnly(writes: readonly RequestEntry[], setsPasswordIn: World['setsPasswordIn']): void {
  for (const { method, body, path } of writes) {
    if (method === 'POST' && path === '/api/v2/users')
      expect(body).toMatchObject({ connection: expect.stringMatching(/^(?:email|sms)$/) });
    if (method !== 'PATCH') continue;
    const own = { app_metadata: { latchkey: expect.anything() } };
    const password = { password: expect.any(String), connection: setsPasswordIn };
    const isPermitted = setsPasswordIn !== undefined && isPassword({ body });
    expect(body, 'changes that are not permitted').toEqual(isPermitted ? password : own);
  }
}

/**
 * Nothing is linked without a sign-in of that very account, and after it, less than a quarter of an hour before, a code that came back
 * from that very address.
 */
function expectSignInFirst({ auth0 }: World): void {
  const { witnessed } = auth0.control;
  for (const [nth, act] of witnessed.entries()) {
    if (act.what !== 'linked') continue;
    const before = witnessed.slice(0, nth);
    const signedIn = before.findLastIndex((each) => each.what === 'signed-in' && each.account === act.account);
    expect(signedIn, 'linked without a sign-in of this account').toBeGreaterThanOrEqual(0);
    const proof = before.findLast((each) => each.what === 'proven' && each.address === act.address);
    expect(proof, 'linked without a code from this address').toBeDefined();
    expect(before.lastIndexOf(proof ?? act), 'linked by a code from before the sign-in').toBeGreaterThan(signedIn);
    expect(act.at - (proof?.at ?? 0), 'linked by a code that came back long before').toBeLessThanOrEqual(900_000);
  }
}

/** Longer than the proof, the approval and the link may last together. */
const provenSeconds = 900 + 900 + 600;
/** A mailed link is voided after an hour, and a mail may be asked for three times more. */
const mailedSeconds = provenSeconds + 4 * 3_630;
/** With each proof, where no answer is lost. */
const mailsAtMost = 4;

/** Somebody who changes their password has signed in to this account for it, or Auth0 has accepted its old password. */
function showsPassword(entry: RequestEntry, account: string, { auth0 }: World): boolean {
  if (pathOf(entry) !== '/oauth/token' || entry.status !== 200) return false;
  const { email } = auth0.control.user(account);
  if (field(entry, 'password') !== undefined) return field(entry, 'username') === email;
  if (!String(field(entry, 'redirect_uri')).endsWith('/change/callback')) return false;
  return auth0.control.witnessed.some(
    (each) => each.what === 'signed-in' && each.account === account && Math.abs(each.at - entry.at) <= 60_000,
  );
}

/**
 * Every act follows a code that Auth0 recently accepted from a contact of the same account, or a password as above, and a proof serves one
 * request only: no account ever has more tickets, or more unlocks, than accepted codes. A ticket does not count if the
 * browser had disconnected before it came: nobody received it, and the next one voids it. `reopens`: how often the page of a
 * request is opened again in this story; each time the newer ticket voids the one before.
 */
function expectProofFirst(world: World, reopens: number): void {
  const used = new Map<string, number>();
  const set = new Map<string, number>();
  const requests = ours(world);
  const unclaimed = world.logged().split('"event":"link.unclaimed"').length - 1;
  for (const [nth, act] of requests.entries()) {
    const account = accountOfAct(act, world);
    if (account === undefined) continue;
    const contacts = world.auth0.control.user(account).contacts.map(({ address }) => address);
    const proofs = requests
      .slice(0, nth)
      .filter(
        (entry) =>
          (isAccepted(entry) && contacts.includes(String(field(entry, 'username')))) ||
          showsPassword(entry, account, world),
      );
    const last = proofs.at(-1);
    expect(last, `an act without proof: ${act.method} ${act.path}`).toBeDefined();
    const isOfMail = world.mailsLinks && (isMail(act) || (isTicket(act) && !isGrant(act)));
    expect(act.at - (last?.at ?? 0)).toBeLessThanOrEqual((isOfMail ? mailedSeconds : provenSeconds) * 1000);
    if (isMail(act)) {
      const sent = requests
        .slice(0, nth + 1)
        .filter((one) => isMail(one) && field(one, 'email') === field(act, 'email'));
      expect(sent.length, 'more mails than the proofs allow').toBeLessThanOrEqual(proofs.length * mailsAtMost);
    }
    if (act.method === 'PATCH' && act.status === 200) {
      const passwords = (set.get(account) ?? 0) + 1;
      set.set(account, passwords);
      expect(passwords, 'more passwords than proofs').toBeLessThanOrEqual(proofs.length);
    }
    if (!isGrant(act) || act.status !== 201) continue;
    const tickets = (used.get(account) ?? 0) + 1;
    used.set(account, tickets);
    expect(tickets, 'more tickets than proofs').toBeLessThanOrEqual(proofs.length + unclaimed + reopens);
  }
}

function accountOfAct(entry: RequestEntry, { auth0 }: World): string | undefined {
  if (isTicket(entry)) return String(field(entry, 'user_id'));
  if (isMail(entry)) {
    const { userId } = auth0.control.users().find(({ email }) => email === field(entry, 'email')) ?? {};
    return userId ?? 'nobody with this address';
  }
  if (entry.method === 'PATCH' && isPassword(entry)) return decodeURIComponent(pathOf(entry).split('/users/')[1] ?? '');
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

/**
 * On each platform: every answer was in time, nothing forbidden was sent, only the person has a link, and no link is
 * dead.
 */
async function expectPlatformRules(recorder: Recorder, { url }: World, isTroubled: boolean): Promise<void> {
  const { name, settled, late, violations, refusals, links, inChannels } = recorder;
  await settled();
  expect(late(), `answered too late for ${name}`).toEqual([]);
  expect(violations(), `forbidden by ${name}`).toEqual([]);
  if (!isTroubled) expect(refusals(), `refused by ${name}`).toEqual([]);
  expect(linksIn(inChannels()), `links in channels of ${name}`).toEqual([]);
  const isDead = async (link: string): Promise<boolean> => (await opens(link)).status !== 200;
  await eventually(
    async () => {
      const standing = [...new Set(links())];
      expect(
        standing.filter((link) => !/^\/(?:go|enrol)\//.test(link.slice(url.length)) || !link.startsWith(url)),
      ).toEqual([]);
      // As in a mail, a notice stays as it was written: its page says that it is done, and where to get a person.
      const dead = await Promise.all(standing.filter((link) => !link.includes('/enrol/not-me/')).map(isDead));
      return dead.includes(true) ? undefined : true;
    },
    () => `a link in ${name} that is dead`,
  );
}
