// A password that was changed elsewhere, told by a process that is killed after each of its operations.
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { sample } from '../sampling.ts';
import { textOf } from './person.ts';
import {
  type Newcomer,
  type ProcessHarness,
  startProcessHarness,
  webhookSecret,
  workspace,
} from './process-harness.ts';

const told = 'Your password was changed at';
/** More looks than a restart, a lease and a message take. */
const looksAtMost = 8_000;
/** On a developer's machine every third point. */
const everyNth = 3;

/** Bound by an enrolment long ago, and signed in somewhere. */
function somebodyBound({ auth0, databaseFile, newcomer }: ProcessHarness): Newcomer {
  const person = newcomer();
  const actor = `slack:${workspace.teamId}:${person.slackId}`;
  auth0.control.addUser({
    ...{ userId: person.account, connection: 'CorpUsers', email: person.workEmail, emailVerified: true },
    ...{ password: 'Old-Passw0rd-of-Jane', appMetadata: { latchkey: { actors: [actor] } } },
  });
  const db = new DatabaseSync(databaseFile, { timeout: 5_000 });
  db.prepare('insert into bindings (actor, account, at) values (?, ?, ?)').run(actor, person.account, Date.now());
  db.close();
  auth0.control.signIn(person.account, 'Old-Passw0rd-of-Jane');
  return person;
}

/** Auth0 sends a batch again until it is answered. */
async function reports(harness: ProcessHarness, { account }: Newcomer): Promise<void> {
  const headers = { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ type: 'scp', user_id: account, date: new Date(harness.now()).toISOString() });
  for (let nth = 0; nth < looksAtMost; nth += 1) {
    const answer = await fetch(`${harness.url}/hooks/auth0`, { method: 'POST', headers, body }).catch(() => undefined);
    if (answer?.status === 204) return;
    await harness.look();
  }
  throw new Error('the report was never taken');
}

const messagesOf = ({ slack }: ProcessHarness, { slackId }: Newcomer): readonly string[] =>
  slack.control
    .messages(slackId)
    .filter((one) => one.user !== slackId && one.deleted !== true)
    .map(textOf);

/** Rows of `sql` about this account. */
function rowsOf({ databaseFile }: ProcessHarness, sql: string, { account }: Newcomer): number {
  const db = new DatabaseSync(databaseFile, { timeout: 5_000 });
  const rows = db.prepare(sql).all(account);
  db.close();
  return rows.length;
}

/** Until the message says what became of the sessions, and nothing is left to be done. */
async function isToldAndAtRest(harness: ProcessHarness, person: Newcomer): Promise<void> {
  const isAtRest = (): boolean =>
    messagesOf(harness, person).some((text) => text.includes(told) && text.includes('signed out everywhere')) &&
    harness.auth0.control.user(person.account).sessions === 0 &&
    rowsOf(harness, 'select 1 from outbox join flows on flows.id = outbox.flow where flows.account = ?', person) === 0;
  for (let nth = 0; nth < looksAtMost; nth += 1) {
    if (harness.isUp() && isAtRest()) return;
    await harness.look();
  }
  throw new Error(`not told: ${messagesOf(harness, person).join('\n')}\n${harness.deaths.join()}`);
}

it('is told by one notice, the sessions are ended, and nothing is left over', { timeout: 1_200_000 }, async () => {
  const harness = await startProcessHarness({ haste: 1 });
  try {
    await harness.up();
    harness.keepCompiled();
    const first = somebodyBound(harness);
    const operations = harness.watch();
    await reports(harness, first);
    await isToldAndAtRest(harness, first);
    const points = operations.map((name, index) => ({
      ...{ name, when: 'after' as const },
      nth: operations.slice(0, index + 1).filter((one) => one === name).length,
    }));
    for (const act of ['commit', 'revoke-access', 'chat.postMessage']) expect(operations.join('\n')).toContain(act);
    for (const point of sample(points, everyNth)) {
      const person = somebodyBound(harness);
      const before = harness.deaths.length;
      harness.aim(point);
      await reports(harness, person);
      await isToldAndAtRest(harness, person);
      if (harness.deaths.length === before) await harness.withdrawAim();
      const where = `${point.nth}. ${point.name}`;
      const kills = harness.deaths.length - before;
      expect(rowsOf(harness, 'select 1 from flows where account = ?', person), where).toBe(1);
      expect(rowsOf(harness, 'select 1 from occasions where account = ? and ready_at is not null', person), where).toBe(
        0,
      );
      const messages = messagesOf(harness, person).filter((text) => text.includes(told));
      expect(messages.length, where).toBeLessThanOrEqual(1 + kills);
    }
    expect(harness.deaths.length).toBeGreaterThan(0);
  } finally {
    await harness.end();
  }
});
