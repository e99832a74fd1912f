// What must hold after every enrolment and every removal, wherever and however often the process was killed in it.
import { DatabaseSync } from 'node:sqlite';
import { maskEmail } from '../../src/text/masked-address.ts';
import { type EnrolmentCourse, type EnrolmentWish, isDisowned, sayings } from './enrolling-person.ts';
import { read, saying } from './invariants.ts';
import { nextScreenMs, textOf } from './person.ts';
import { helpdesk, type Newcomer, onDisk, type ProcessHarness, workspace } from './process-harness.ts';
import { keptMailbox, type RemovalCourse, removalSays } from './removing-person.ts';

/** A changed contact is told at least once, and at worst once more for each kill. */
const noticesAtMost = 2;

/** One sentence for each rule that is broken; empty where all is well. */
export function brokenEnrolment(
  harness: ProcessHarness,
  person: Newcomer,
  wish: EnrolmentWish,
  course: EnrolmentCourse,
  kills: number,
): readonly string[] {
  const { auth0, slack } = harness;
  const diagnose: string[] = [];
  const must = (holds: boolean, otherwise: string): void => void (holds || diagnose.push(otherwise));
  const { flows, counts } = read(harness, person);
  const endings = flows.map(({ ending }) => ending);
  const ending = wish === 'disowned-during' ? 'disowned' : 'enrolled';
  must(endings.includes(ending), `nothing ended as ${ending}: ${endings.join(' and ')}`);
  must(
    endings.every((one) => one === ending || one === 'person' || one === 'superseded' || one === 'flow'),
    `a request ended as ${endings.join(' and ')}`,
  );
  must((counts['send'] ?? 0) <= 3, `${counts['send']} codes counted`);
  for (const { ms, before } of course.waits)
    must(ms < nextScreenMs, `they stood for ${Math.round(ms)} ms before: ${before.replaceAll('\n', ' | ')}`);

  const { contacts, appMetadata } = auth0.control.user(person.account);
  const refs = contacts.map(({ provider, userId }) => `${provider}|${userId}`);
  const mine = contacts.filter(({ address }) => address === person.mailbox);
  must(course.unrecorded.length === 0, `was linked without a record: ${course.unrecorded.join()}`);
  const isOut = isDisowned(wish) || wish === 'remove-contact';
  must(mine.length === (isOut ? 0 : 1), `the contact is linked ${mine.length} times`);
  must(contacts.length === (isDisowned(wish) ? 0 : 1), `${contacts.length} contacts are linked`);
  const loose = auth0.control.users().filter(({ userId, email }) => email === person.mailbox && isPasswordless(userId));
  must(loose.length === 0, `left over: ${loose.map(({ userId }) => userId).join()}`);
  const record = JSON.stringify(appMetadata);
  for (const [, noted = ''] of record.matchAll(/"((?:email|sms)\|\w+)":/g))
    must(refs.includes(noted), `the record names ${noted}, which is not linked`);
  const actor = `slack:${workspace.teamId}:${person.slackId}`;
  if (isDisowned(wish)) {
    must(!record.includes(actor), `the record binds ${actor}: ${record}`);
    must(boundIn(harness, actor) === undefined, 'the index leads to an account');
    stopped(harness, person, kills, must);
  } else {
    must(record.includes(`"actors":["${actor}"]`), `the record does not bind ${actor}: ${record}`);
    must(boundIn(harness, actor) === person.account, 'the index does not lead to the account');
  }
  if (wish === 'enroll' || isDisowned(wish)) proven(harness, person, must);
  if (wish === 'recovery-codes') kept(harness, person, course, must);

  const posted = slack.control.messages(person.slackId).filter(({ deleted }) => deleted !== true);
  const said = saying(posted, sayings[wish]);
  must(said >= 1 && said <= 1 + kills, `the chat says ${said} times what was changed`);
  must(saying(posted, 'Contacts are being changed') === 0, 'a message stands still');
  const notices = harness.mail.received.filter(({ to }) => to === person.workEmail).length;
  must(notices >= 1 && notices <= noticesAtMost + kills, `${notices} notices came to the work address`);

  const [disk, logged] = [onDisk(harness.databaseFile), harness.logged()];
  for (const secret of secretsOf(harness, person, course)) {
    must(!disk.includes(secret), `on the disk: ${secret}`);
    must(!logged.includes(secret), `in the log: ${secret}`);
  }
  return diagnose;
}

/** Of a removal with a code from the other contact. Nobody signs in, so nobody is bound. */
export function brokenRemoval(
  harness: ProcessHarness,
  person: Newcomer,
  course: RemovalCourse,
  kills: number,
): readonly string[] {
  const { auth0, slack, mail } = harness;
  const diagnose: string[] = [];
  const must = (holds: boolean, otherwise: string): void => void (holds || diagnose.push(otherwise));
  const { flows, counts } = read(harness, person);
  const endings = flows.map(({ ending }) => ending);
  must(endings.filter((one) => one === 'enrolled').length === 1, `the requests ended as ${endings.join(' and ')}`);
  must((counts['send'] ?? 0) <= 3, `${counts['send']} codes counted`);
  for (const { ms, before } of course.waits)
    must(ms < nextScreenMs, `they stood for ${Math.round(ms)} ms before: ${before.replaceAll('\n', ' | ')}`);

  const kept = keptMailbox(person.mailbox);
  const { contacts } = auth0.control.user(person.account);
  must(contacts.map(({ address }) => address).join() === kept, `linked are ${contacts.length} contacts`);
  const loose = auth0.control.users().filter(({ userId, email }) => email === person.mailbox && isPasswordless(userId));
  must(loose.length === 0, `left over: ${loose.map(({ userId }) => userId).join()}`);
  const done = auth0.control.requests.filter(({ status }) => status >= 200 && status < 300);
  const acceptedAt = done.findIndex(({ path, body }) => path === '/oauth/token' && JSON.stringify(body).includes(kept));
  const unlinkedAt = done.findIndex(
    ({ method, path }) => method === 'DELETE' && decodeURIComponent(path).includes(`${person.account}/identities`),
  );
  must(acceptedAt !== -1 && acceptedAt < unlinkedAt, `code accepted at ${acceptedAt}, unlinked at ${unlinkedAt}`);

  const posted = slack.control.messages(person.slackId).filter(({ deleted }) => deleted !== true);
  const said = saying(posted, removalSays);
  must(said >= 1 && said <= 1 + kills, `the chat says ${said} times what was removed`);
  const list = posted.filter((one) => textOf(one).includes(removalSays)).map(textOf);
  must(
    list.some((text) => text.includes(maskEmail(kept) ?? 'no address')),
    'the list does not show the contact that is left',
  );
  // Told once, and once more for each kill at the most. After a kill nobody knows any more which address the removed contact had.
  for (const [whose, to, atLeast] of [
    ['the other contact', kept, 1],
    ['the work address', person.workEmail, 1],
    ['the removed contact', person.mailbox, kills === 0 ? 1 : 0],
  ] as const) {
    const notices = mail.received.filter((one) => one.to === to).length;
    must(notices >= atLeast && notices <= 1 + kills, `${notices} notices came to ${whose}`);
  }

  const [disk, logged] = [onDisk(harness.databaseFile), harness.logged()];
  const codes = course.codesTyped.flatMap((code) => [`"${code}"`, `:${code},`, `:${code}}`]);
  for (const secret of [person.mailbox, kept, ...codes]) {
    must(!disk.includes(secret), `on the disk: ${secret}`);
    must(!logged.includes(secret), `in the log: ${secret}`);
  }
  return diagnose;
}

const isPasswordless = (userId: string): boolean => /^(?:email|sms)\|/.test(userId);

/** Before the contact was linked, the account was signed in to, and a code was accepted at this address. */
function proven({ auth0 }: ProcessHarness, person: Newcomer, must: (holds: boolean, otherwise: string) => void): void {
  const done = auth0.control.requests.filter(({ status }) => status >= 200 && status < 300);
  const account = encodeURIComponent(person.account);
  const linkedAt = done.findIndex(
    ({ method, path }) =>
      method === 'POST' && (path.includes(`${account}/identities`) || path.includes(`${person.account}/identities`)),
  );
  const acceptedAt = done.findIndex(
    ({ path, body }) => path === '/oauth/token' && JSON.stringify(body).includes(person.mailbox),
  );
  must(acceptedAt !== -1 && acceptedAt < linkedAt, `code accepted at ${acceptedAt}, linked at ${linkedAt}`);
  const signedInAt = done
    .slice(0, Math.max(0, acceptedAt))
    .findLastIndex(({ path, body }) => path === '/oauth/token' && JSON.stringify(body).includes('authorization_code'));
  must(signedInAt !== -1, 'no sign-in came before the code');
}

/** The account is paused, its sessions are ended, and the helpdesk knows. */
function stopped(
  { databaseFile, auth0, slack, now }: ProcessHarness,
  { account, slackId }: Newcomer,
  kills: number,
  must: (holds: boolean, otherwise: string) => void,
): void {
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 2_000 });
  try {
    const row = db.prepare('select frozen_until from accounts where account = ?').get(account);
    must(Number(row?.['frozen_until'] ?? 0) > now(), 'the account is not paused');
  } finally {
    db.close();
  }
  const { sessions } = auth0.control.user(account);
  must(sessions === 0, `${sessions} sessions of the account are left`);
  const cards = slack.control
    .messages(helpdesk)
    .filter(({ blocks, deleted }) => deleted !== true && JSON.stringify(blocks).includes(`<@${slackId}>`));
  must(cards.length >= 1 && cards.length <= 1 + kills, `${cards.length} cards at the helpdesk`);
  must(saying(cards, 'was disconnected again') >= 1, 'no card says that the chat was disconnected again');
}

/** The codes that the person saw last are the ones that work, and there are no others. */
function kept(
  { databaseFile, recoveryCodeHash }: ProcessHarness,
  { account }: Newcomer,
  { setsShown }: EnrolmentCourse,
  must: (holds: boolean, otherwise: string) => void,
): void {
  const shown = (setsShown.at(-1) ?? []).map((code) => recoveryCodeHash(account, code));
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 2_000 });
  try {
    const rows = db.prepare('select hash from recovery_codes where account = ?').all(account);
    const stored = rows.map(({ hash }) => String(hash));
    must(shown.length === 10, `${shown.length} codes were shown`);
    must(stored.toSorted().join() === shown.toSorted().join(), 'the codes on the page are not the ones that work');
  } finally {
    db.close();
  }
}

function boundIn({ databaseFile }: ProcessHarness, actor: string): string | undefined {
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 2_000 });
  try {
    const row = db.prepare('select account from bindings where actor = ?').get(actor);
    return row === undefined ? undefined : String(row['account']);
  } finally {
    db.close();
  }
}

function secretsOf(harness: ProcessHarness, person: Newcomer, course: EnrolmentCourse): readonly string[] {
  const sent = harness.auth0.control.outbox.filter(({ to }) => to === person.mailbox);
  return [
    person.mailbox,
    encodeURIComponent(person.mailbox),
    ...sent.flatMap(({ code }) => (code === undefined ? [] : [`"${code}"`, `:${code},`, `:${code}}`])),
    ...course.linksSeen.flatMap((link) => /\/enrol\/[\w-]+\.([\w-]{43})/.exec(link)?.[1] ?? []),
    ...course.cookies,
    ...course.setsShown.flat(),
  ];
}
