// What must hold after every story, wherever and however often the process was killed in it.
import { DatabaseSync } from 'node:sqlite';
import type { Message } from '../../playground/slack/world.ts';
import { readRecoveryCode } from '../../src/text/recovery-code.ts';
import { type Course, isHere, newPassword, nextScreenMs, textOf, type Wish } from './person.ts';
import { helpdesk, type Newcomer, onDisk, type ProcessHarness } from './process-harness.ts';

/** Limits of the default policy, within one hour and one day. */
const limits = { send: 3, attempt: 10, unlock: 1 };

interface Kept {
  readonly flows: readonly { readonly place: string; readonly ending: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly waiting: number;
}

/**
 * Waits until every order is done: no effect waits, and no request of this person is open. Lets leases expire. `openElsewhere`: how many
 * requests are open that are not by their chat.
 */
export async function comesToRest(
  harness: ProcessHarness,
  person: Newcomer,
  openElsewhere: () => number = () => 0,
): Promise<void> {
  const end = Date.now() + 120_000;
  let since = harness.idledMs();
  for (;;) {
    await harness.up();
    const { waiting, flows } = read(harness, person);
    const open = flows.filter(({ place }) => place !== 'closed').length + openElsewhere();
    if (waiting === 0 && open === 0) return;
    if (Date.now() > end)
      throw new Error(`${waiting} effects wait for ever, ${open} requests are open: ${JSON.stringify(flows)}`);
    await harness.look();
    if (harness.idledMs() - since < 150) continue;
    since = harness.idledMs();
    harness.pass(20);
  }
}

/** One sentence for each rule that is broken; empty where all is well. */
export function broken(
  harness: ProcessHarness,
  person: Newcomer,
  wish: Wish,
  course: Course,
  kills: number,
): readonly string[] {
  const { flows, counts } = read(harness, person);
  const diagnose: string[] = [];
  const must = (holds: boolean, otherwise: string): void => void (holds || diagnose.push(otherwise));
  const endings = flows.map(({ ending }) => ending);
  const wanted = wish === 'unlock' ? 'unlocked' : 'password-changed';
  // Only a kill between the sending and the answer.
  const mayEnd = (one: string): boolean => isHere(wish) && kills > 0 && one === 'password-unconfirmed';
  must(endings.filter((one) => one === wanted).length === 1, `her request ended as ${endings.join(' and ')}`);
  must(
    endings.every((one) => one === wanted || one === 'person' || one === 'superseded' || one === 'flow' || mayEnd(one)),
    `a request ended as ${endings.join(' and ')}`,
  );
  for (const [what, limit] of Object.entries(limits))
    must((counts[what] ?? 0) <= limit, `${counts[what]} counts of ${what}`);

  for (const { ms, before } of course.waits)
    must(ms < nextScreenMs, `she stood for ${Math.round(ms)} ms before: ${before.replaceAll('\n', ' | ')}`);

  const requests = requestsFor(harness, person);
  must(requests.starts <= (counts['send'] ?? 0) + kills, `${requests.starts} codes sent, ${counts['send']} counted`);
  must(requests.checks <= (counts['attempt'] ?? 0), `${requests.checks} codes checked, ${counts['attempt']} counted`);

  const mine = harness.slack.control.messages(person.slackId).filter(({ deleted }) => deleted !== true);
  const cards = harness.slack.control
    .messages(helpdesk)
    .filter(({ blocks, deleted }) => deleted !== true && JSON.stringify(blocks).includes(`<@${person.slackId}>`));
  if (wish === 'unlock') {
    must(!harness.auth0.control.user(person.account).locked, 'the account is still locked');
    must(counts['unlock'] === 1, `${counts['unlock'] ?? 0} unlocks were ordered`);
    const notices = saying(mine, "You're unlocked");
    // A message whose post was not registered before the process died is posted once more.
    must(notices >= 1 && notices <= 1 + kills, `the notice of the unlock stands ${notices} times`);
    must(cards.length >= 1 && cards.length <= 1 + kills, `${cards.length} cards at the helpdesk`);
    must(saying(cards, 'approved by') >= 1, 'no card says who approved');
    must(saying(cards, 'denied by') === 0, 'a card says denied');
  } else {
    if (wish === 'reset-in-directory') must(requests.passwords === 0, 'a password was sent to Auth0');
    else must(harness.auth0.control.signIn(person.account, newPassword).ok === true, 'the new password does not work');
    if (wish === 'reset-here')
      must(requests.passwords >= 1 && requests.passwords <= 1 + kills, `${requests.passwords} were sent`);
    else if (wish === 'reset-by-mail')
      must(requests.mails >= 1 && requests.mails <= 1 + kills, `${requests.mails} mails were ordered`);
    else must(course.tickets.length === (isHere(wish) ? 0 : 1), `${course.tickets.length} tickets reached her browser`);
    must(requests.tickets <= (wish === 'reset-by-mail' ? 0 : 1 + kills), `${requests.tickets} tickets were minted`);
    const notices = saying(mine, 'Password changed at');
    must(notices >= 1 && notices <= 1 + kills, `the notice of the change stands ${notices} times`);
    // Where nobody knew in the end whether the password was set, the helpdesk was told.
    must(cards.length <= (isHere(wish) ? kills : 0), 'the helpdesk has a card about a reset');
  }
  usedOnce(harness, person, course, kills, must);
  const disk = onDisk(harness.databaseFile);
  for (const secret of secretsOf(harness, person, course)) must(!disk.includes(secret), `on the disk: ${secret}`);
  return diagnose;
}

/** Where the account needs two proofs: one code was used for the reset, and at most one more was lost with each kill. */
function usedOnce(
  { databaseFile }: ProcessHarness,
  { account, recoveryCodes }: Newcomer,
  { recoveryCodesTyped }: Course,
  kills: number,
  must: (holds: boolean, otherwise: string) => void,
): void {
  if (recoveryCodes === undefined) return;
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 2_000 });
  try {
    const row = db.prepare('select count(*) as kept, count(used_at) as used from recovery_codes where account = ?');
    const { kept, used } = { kept: 0, used: 0, ...row.get(account) };
    must(kept === recoveryCodes.length, `${kept} recovery codes are left of the set`);
    must(used >= 1 && used <= 1 + kills, `${used} recovery codes were used`);
    must(used <= recoveryCodesTyped.length, `${used} were used, ${recoveryCodesTyped.length} were typed`);
    const proven = db.prepare(
      `select state from flows where state like '%"channel":"recovery-code"%' and state like '%password-changed%' and state like ?`,
    );
    must(proven.all(`%${account}%`).length === 1, 'the password changed without a recovery code');
  } finally {
    db.close();
  }
}

export const saying = (messages: readonly Message[], words: string): number =>
  messages.filter((one) => textOf(one).includes(words)).length;

export function read(harness: ProcessHarness, person: Newcomer): Kept {
  const db = new DatabaseSync(harness.databaseFile, { readOnly: true, timeout: 2_000 });
  try {
    const flows = db.prepare('select place, state from flows where actor like ?').all(`%:${person.slackId}`);
    const counts = db.prepare('select what, count(*) as times from counts where account = ? group by what');
    return {
      flows: flows.map((row) => ({ place: String(row['place']), ending: endingIn(String(row['state'])) })),
      counts: Object.fromEntries(counts.all(person.account).map((row) => [row['what'], Number(row['times'])])),
      waiting: Number(db.prepare('select count(*) as waiting from outbox').get()?.['waiting']),
    };
  } finally {
    db.close();
  }
}

const endingIn = (state: string): string => /"because":"([\w-]+)"/.exec(state)?.[1] ?? 'open';

function requestsFor(harness: ProcessHarness, person: Newcomer) {
  const about = harness.auth0.control.requests.filter(
    ({ body, browser }) => !browser && JSON.stringify(body ?? '').includes(person.mailbox),
  );
  const tickets = harness.auth0.control.requests.filter(
    // A ticket that lives one second is created to void the others, and reaches nobody.
    ({ path, body }) => path === '/api/v2/tickets/password-change' && isTicketFor(person, body),
  );
  return {
    starts: about.filter(({ path }) => path === '/passwordless/start').length,
    checks: about.filter(({ path }) => path === '/oauth/token').length,
    tickets: tickets.length,
    mails: harness.auth0.control.requests.filter(
      ({ path, body }) =>
        path === '/dbconnections/change_password' && JSON.stringify(body ?? '').includes(person.workEmail),
    ).length,
    passwords: harness.auth0.control.requests.filter(
      ({ method, path, body }) =>
        method === 'PATCH' &&
        decodeURIComponent(path).includes(person.account) &&
        JSON.stringify(body ?? '').includes('"password"'),
    ).length,
  };
}

const isTicketFor = (person: Newcomer, body: unknown): boolean =>
  JSON.stringify(body).includes(person.account) && !JSON.stringify(body).includes('"ttl_sec":1}');

function secretsOf(harness: ProcessHarness, person: Newcomer, course: Course): readonly string[] {
  const sent = harness.auth0.control.outbox.filter(({ to }) => to === person.mailbox);
  return [
    person.mailbox,
    newPassword,
    // The code as it would appear in JSON or in a column, not as a part of a larger number.
    ...sent.flatMap(({ code }) => (code === undefined ? [] : [`"${code}"`, `:${code},`, `:${code}}`])),
    ...course.recoveryCodesTyped.flatMap((code) => [code, readRecoveryCode(code) ?? code]),
    ...course.linksSeen.flatMap((link) => /\.([\w-]{43})$/.exec(link)?.[1] ?? []),
    ...course.tickets.flatMap((ticket) => /ticket=([^#&]+)/.exec(ticket)?.[1] ?? []),
  ];
}
