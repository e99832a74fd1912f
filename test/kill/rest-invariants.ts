// What must hold after every story of a client of the REST flow, wherever the process was killed in it.
import { DatabaseSync } from 'node:sqlite';
import { createRestClient, type RestReply } from '../rest/client.ts';
import { newPassword } from './person.ts';
import { type Newcomer, onDisk, type ProcessHarness } from './process-harness.ts';
import type { RestCourse, RestWish } from './rest-person.ts';

/** Of the default policy, for people who typed a name. */
const limits = { send: 2, attempt: 7, unlock: 1 };
const strangersPassword = 'Strangers-Passw0rd-2026';

/**
 * Somebody holds each session as it was before its code was typed, and knows the codes that were typed. Returns what they have reached
 * and must not.
 */
export async function reachedByStrangers(harness: ProcessHarness, course: RestCourse): Promise<readonly string[]> {
  const reached: string[] = [];
  for (const cookie of new Set(course.earlierCookies)) {
    const otp = course.codesTyped.at(-1) ?? '123456';
    for (const { json, status, text } of await insisting(harness, () => repliesTo(harness, cookie, otp))) {
      const step = json.data?.attributes.nextStep;
      if (status === 200 && step !== 'EMAIL_OTP_REQUIRED') reached.push(`a stranger was answered ${text}`);
    }
  }
  return reached;
}

async function repliesTo({ url }: ProcessHarness, cookie: string, otp: string): Promise<readonly RestReply[]> {
  const stranger = createRestClient(url);
  stranger.holds(cookie);
  return [
    await stranger.get('/status'),
    await stranger.post('/verification/email/otp/check/', { otp }),
    await stranger.get('/status'),
    await stranger.post('/password/set/', { newPassword: strangersPassword }),
  ];
}

/** The process may be killed only now, when its person is done: then the next one is asked. */
async function insisting<T>(harness: ProcessHarness, ask: () => Promise<T>): Promise<T> {
  await harness.up();
  const before = harness.deaths.length;
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TypeError) || (harness.isUp() && harness.deaths.length === before)) throw error;
    await harness.up();
    while (!harness.isUp()) await harness.look();
    return ask();
  }
}

/** One sentence for each rule that is broken; empty where all is well. */
export function brokenRest(
  harness: ProcessHarness,
  person: Newcomer,
  wish: RestWish,
  course: RestCourse,
  kills: number,
): readonly string[] {
  const { endings, counts } = readRest(harness, person, course);
  const diagnose: string[] = [...course.broken];
  const must = (holds: boolean, otherwise: string): void => void (holds || diagnose.push(otherwise));
  const wanted = wish === 'rest-unlock' ? 'unlocked' : 'password-changed';
  const times = (ending: string): number => endings.filter((one) => one === ending).length;
  // Only a kill between the sending and the answer, or before the answer to an accepted code.
  const others = kills > 0 ? ['superseded', 'password-unconfirmed'] : [];
  if (course.isHeldUp()) others.push('elsewhere', 'link', 'approval');
  const isUnknown = course.result() === undefined && times('password-unconfirmed') === 1;
  must(times(wanted) === (isUnknown ? 0 : 1), `the requests ended as ${endings.join(' and ')}`);
  must(
    endings.every((one) => one === wanted || others.includes(one)),
    `a request ended as ${endings.join(' and ')}`,
  );
  must(
    course.sessions.length <= 1 + kills + (course.isHeldUp() ? 1 : 0),
    `${course.sessions.length} sessions were needed`,
  );
  for (const [what, limit] of Object.entries(limits))
    must((counts[what] ?? 0) <= limit, `${counts[what]} counts of ${what}`);

  const sent = requestsFor(harness, person);
  must(sent.codes <= 1 + kills, `${sent.codes} codes were sent`);
  must(sent.checks <= (counts['attempt'] ?? 0), `${sent.checks} codes checked, ${counts['attempt']} counted`);
  must(sent.isProvenFirst, 'something was changed before a code was accepted');
  const { control } = harness.auth0;
  if (wish === 'rest-unlock') {
    must(!control.user(person.account).locked, 'the account is still locked');
    must(counts['unlock'] === 1, `${counts['unlock'] ?? 0} unlocks were ordered`);
    must(sent.passwords === 0, 'a password was sent');
  } else {
    must(sent.passwords === 1, `${sent.passwords} passwords were set`);
    must(control.signIn(person.account, newPassword).ok === true, 'the new password does not work');
  }
  must(control.signIn(person.account, strangersPassword).ok !== true, 'the password of a stranger works');
  const disk = onDisk(harness.databaseFile);
  for (const secret of secretsOf(harness, person, course)) must(!disk.includes(secret), `on the disk: ${secret}`);
  return diagnose;
}

export interface RestRows {
  readonly endings: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly open: number;
}

export function readRest({ databaseFile }: ProcessHarness, person: Newcomer, { sessions }: RestCourse): RestRows {
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 2_000 });
  try {
    const query = db.prepare('select place, state from flows where actor = ?');
    const flows = sessions.flatMap((id) => query.all(`web:typed:${id}`));
    const counts = db.prepare('select what, count(*) as times from counts where account = ? group by what');
    return {
      endings: flows.map(({ state }) => /"because":"([\w-]+)"/.exec(String(state))?.[1] ?? 'open'),
      counts: Object.fromEntries(counts.all(person.account).map((row) => [row['what'], Number(row['times'])])),
      open: flows.filter(({ place }) => place !== 'closed').length,
    };
  } finally {
    db.close();
  }
}

function requestsFor({ auth0: { control } }: ProcessHarness, { account, mailbox }: Newcomer) {
  const about = control.requests.filter(({ body, path }) =>
    `${decodeURIComponent(path)} ${JSON.stringify(body ?? '')}`.includes(path === '/oauth/token' ? mailbox : account),
  );
  const isChange = ({ method, path, body }: (typeof about)[number]): boolean =>
    (method === 'PATCH' && JSON.stringify(body ?? '').includes('"password"')) ||
    (method === 'DELETE' && path.includes('user-blocks'));
  const accepted = about.findIndex(({ path, status }) => path === '/oauth/token' && status === 200);
  const changed = about.findIndex(isChange);
  return {
    codes: control.outbox.filter(({ to, code }) => to === mailbox && code !== undefined).length,
    checks: about.filter(({ path }) => path === '/oauth/token').length,
    passwords: about.filter((one) => isChange(one) && one.method === 'PATCH' && one.status === 200).length,
    isProvenFirst: accepted >= 0 && (changed < 0 || accepted < changed),
  };
}

const secretsOf = (
  { auth0 }: ProcessHarness,
  { mailbox, workEmail }: Newcomer,
  { cookies }: RestCourse,
): readonly string[] => [
  ...[mailbox, workEmail, newPassword, strangersPassword],
  ...auth0.control.outbox.flatMap(({ to, code }) =>
    to === mailbox && code !== undefined ? [`"${code}"`, `:${code},`, `:${code}}`] : [],
  ),
  ...cookies.flatMap((cookie) => cookie.split('=')[1] ?? []),
];
