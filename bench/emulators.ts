// The emulated Auth0, Slack and Teams in a process of their own, with the people who use the product.
import { startAuth0 } from '../playground/auth0/server.ts';
import { startSlack } from '../playground/slack/server.ts';
import { startTeams } from '../playground/teams/server.ts';
import { answering } from './channel.ts';
import { type NameKind, nameKinds, typedMailbox, typedName } from './names.ts';
import type { Emulators } from './product.ts';
import { createResident } from './resident.ts';
import {
  account,
  helpdesk,
  mailbox,
  objectId,
  teamsApp,
  tenant,
  userId,
  webhookSecret,
  workEmail,
  workspace,
} from './settings.ts';
import type { Patient, ScarceCalls } from './storm.ts';

const [auth0, slack, teams] = await Promise.all([
  startAuth0({ ...tenant, ticketOrigin: 'self' }),
  startSlack(workspace),
  startTeams(teamsApp),
]);
auth0.control.addConnection('BranchUsers', 'auth0');
auth0.control.addConnection('google-oauth2', 'google-oauth2');
slack.control.addChannel({ id: helpdesk, name: 'helpdesk', isPrivate: true });
const giveUpAfterMs = 300_000;
const scarce = /^\/api\/v2\/(tickets|user-blocks|users\/[^/]+\/(sessions|refresh-tokens|revoke-access))\b/;
let productUrl = '';
let settled = 0;

/** Reports a changed password to the product, as Auth0's log stream would. */
auth0.control.onLog((entry) => {
  if (entry.type !== 'scp' || productUrl === '') return;
  const { type, user_id, date } = entry;
  fetch(`${productUrl}/hooks/auth0`, {
    method: 'POST',
    headers: { authorization: `Bearer ${webhookSecret}` },
    body: JSON.stringify({ data: { type, user_id, date } }),
  }).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
});

const name = 'Bench Resident';
function addPerson(nth: number): void {
  const email = workEmail(nth);
  slack.control.addUser({ id: userId(nth), name: `bench${nth}`, realName: name, email });
  teams.control.addUser({ aadObjectId: objectId(nth), name, email });
  auth0.control.addUser({
    ...{ userId: account(nth), connection: 'CorpUsers', email, emailVerified: true, name, givenName: 'Bench' },
    password: 'Old-Passw0rd-of-theirs',
    contacts: [{ provider: 'email', address: mailbox(nth) }],
  });
}

/** Nobody is there for an unknown name. */
function addName(kind: NameKind, nth: number): void {
  if (kind === 'unknown') return;
  const email = typedName(kind, nth);
  const userId = `auth0|${kind.replaceAll(' ', '-')}-${nth}`;
  const person = { email, emailVerified: true, name, givenName: 'Bench', password: 'Old-Passw0rd-of-theirs' };
  const contacts =
    kind === 'without contacts' ? [] : [{ provider: 'email', address: typedMailbox(kind, nth) } as const];
  const connection = kind === 'only elsewhere' ? 'google-oauth2' : 'CorpUsers';
  auth0.control.addUser({ ...person, userId, connection, contacts });
  if (kind === 'locked') auth0.control.lock(userId);
  if (kind === 'disabled') auth0.control.adminBlock(userId, true);
  if (kind === 'ambiguous')
    auth0.control.addUser({ ...person, userId: `${userId}-2`, connection: 'BranchUsers', contacts: [] });
}

answering({
  where: (): Emulators => ({
    auth0Url: auth0.url,
    slackApiUrl: slack.apiUrl,
    teams: { url: teams.url, serviceUrl: teams.serviceUrl, loginUrl: teams.loginUrl, keysUrl: teams.openIdMetadataUrl },
  }),
  /** Adds this many new people; returns the number of the first. */
  settle(count: number): number {
    const first = settled;
    for (; settled < first + count; settled += 1) addPerson(settled);
    return first;
  },
  /** So many people of each kind whose names strangers type. */
  addNames(count: number): void {
    for (const kind of nameKinds) for (let nth = 0; nth < count; nth += 1) addName(kind, nth);
  },
  connect(url: string) {
    productUrl = url;
    slack.control.connect(`${url}/slack/events`);
  },
  latency(ms: number) {
    auth0.control.faults.set({ latencyMs: ms });
    slack.control.faults.latencyMs = ms;
  },
  triggers: ({ from, count }: { readonly from: number; readonly count: number }) =>
    Array.from({ length: count }, (_, index) => slack.control.trigger(userId(from + index))),
  connectorToken: async () => ({ serviceUrl: teams.serviceUrl, authorization: await teams.control.authorization() }),
  reset: (nth: number) => createResident(auth0, slack, nth).resets(),
  limitCodes: () => auth0.control.limitCodes(0),
  limitManagement: () => auth0.control.limitManagement(),
  /**
   * Runs one reset to its very end, with retries; returns how often the person read of a failure, and whether they gave
   * up.
   */
  async patientReset(nth: number): Promise<Patient> {
    const resident = createResident(auth0, slack, nth, giveUpAfterMs);
    const stop = resident.watchForTrouble();
    try {
      await resident.resets();
      await resident.isSignedOut();
      return { failures: resident.failures(), gaveUp: false };
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
      return { failures: resident.failures(), gaveUp: true };
    } finally {
      stop();
    }
  },
  /**
   * Calls of the group for which Auth0 has the lowest rate limit: how many were answered, and how many were refused
   * with 429.
   */
  scarceCalls(): ScarceCalls {
    const asked = auth0.control.requests.filter(({ path }) => scarce.test(path));
    const refused = asked.filter(({ status }) => status === 429).length;
    return { answered: asked.length - refused, refused };
  },
});
process.once('SIGTERM', () => process.exit(0));
