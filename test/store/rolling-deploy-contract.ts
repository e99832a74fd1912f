// A process of the last release and one of this release work on the same database, as during a rolling deploy.
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type ActorId, actorId, contactRef } from '../../src/flows/ids.ts';
import type { FlowKind, FlowState } from '../../src/flows/state.ts';
import { lastReleaseMissing, unpackLastRelease } from './last-release.ts';
import type { Order } from './release-process.ts';
import { type Release, startRelease } from './start-release.ts';

const thisRelease = fileURLToPath(new URL('../..', import.meta.url));

interface Person {
  readonly actor: ActorId;
  readonly kind: FlowKind;
  readonly flow: string;
}

const approvers = ['A1', 'A2'].map((user) => actorId({ platform: 'slack', tenant: 'T1', user }));

export function rollingDeployContract(emptyDatabase: () => Promise<string>): void {
  const started: ChildProcess[] = [];
  let lastRelease = '';
  beforeAll(async () => {
    if (lastReleaseMissing !== undefined) return;
    lastRelease = unpackLastRelease();
    return () => rm(lastRelease, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  const start = async (root: string, url: string): Promise<Release> => {
    const { child, release } = startRelease(root, url);
    started.push(child);
    return release;
  };

  const isAt = (release: Release, { flow }: Person, at: FlowState['at']) =>
    expect.poll(async () => (await release.state(flow)).at, { timeout: 60_000 }).toBe(at);

  const asks = async (release: Release, user: string, kind: FlowKind): Promise<Person> => {
    const actor = actorId({ platform: 'slack', tenant: 'T1', user });
    return { actor, kind, flow: String(await release.tell({ do: 'begin', actor, kind })) };
  };
  const deliver = (release: Release, { flow }: Person, event: Extract<Order, { do: 'deliver' }>['event']) =>
    release.tell({ do: 'deliver', flow, event });

  const getsCode = async (release: Release, person: Person) => {
    await isAt(release, person, 'choosing-contact');
    await deliver(release, person, { type: 'code.requested', by: person.actor, contact: contactRef('email|1') });
    await isAt(release, person, 'challenged');
  };
  const proves = async (release: Release, person: Person) => {
    expect(await release.tell({ do: 'submit-code', flow: person.flow, by: person.actor })).toBe('moved');
    await isAt(release, person, person.kind === 'reset' ? 'link-ready' : 'awaiting-approval');
  };
  const approves = (release: Release, nth: 0 | 1, person: Person, account?: string) => {
    const by = approvers[nth] ?? '';
    const distinctFrom = [person.actor, ...approvers.filter((other) => other !== by)];
    const event = {
      type: 'approval.given',
      by,
      entitled: true,
      distinctFrom,
      ...(account === undefined ? {} : { account }),
    };
    return deliver(release, person, JSON.parse(JSON.stringify(event)));
  };
  const changesPassword = async (release: Release, person: Person) => {
    const ready = await release.state(person.flow);
    if (ready.at !== 'link-ready') throw new Error(ready.at);
    await deliver(release, person, { type: 'link.opened', link: ready.link });
    await deliver(release, person, { type: 'ticket.minted' });
    const page = await release.state(person.flow);
    if (page.at !== 'changing') throw new Error(page.at);
    await deliver(release, person, { type: 'password.changed', changedAt: page.openedAt });
  };
  const isDone = async (release: Release, person: Person) => {
    await isAt(release, person, 'closed');
    const because = person.kind === 'reset' ? 'password-changed' : 'unlocked';
    expect(await release.state(person.flow)).toMatchObject({ ending: { outcome: 'done', because } });
  };
  const lifts = async (...releases: readonly Release[]) =>
    (await Promise.all(releases.map((release) => release.tell({ do: 'lifted' })))).flat();

  test('a process of the last release and one of this one finish what the other began, each order once', {
    timeout: 120_000,
  }, async ({ skip }) => {
    skip(lastReleaseMissing !== undefined, lastReleaseMissing);
    const url = await emptyDatabase();
    const older = await start(lastRelease, url);
    const begun = [await asks(older, 'R1', 'reset'), await asks(older, 'U1', 'unlock')] as const;
    const newer = await start(thisRelease, url);
    const atNewer = [await asks(newer, 'R2', 'reset'), await asks(newer, 'U2', 'unlock')] as const;
    for (const person of begun) await getsCode(newer, person);
    for (const person of atNewer) await getsCode(older, person);
    for (const person of begun) await proves(older, person);
    for (const person of atNewer) await proves(newer, person);
    await changesPassword(newer, begun[0]);
    await changesPassword(older, atNewer[0]);
    await approves(newer, 0, begun[1]);
    await approves(older, 0, atNewer[1]);
    for (const person of [...begun, ...atNewer]) {
      await isDone(older, person);
      await isDone(newer, person);
    }
    expect(await lifts(older, newer)).toHaveLength(2);
  });

  test('what only this release can say is left to it by the last one, which goes on with everything else', {
    timeout: 120_000,
  }, async ({ skip }) => {
    skip(lastReleaseMissing !== undefined, lastReleaseMissing);
    const url = await emptyDatabase();
    const older = await start(lastRelease, url);
    const careful = await asks(older, 'careful', 'unlock');
    const newer = await start(thisRelease, url);
    await getsCode(newer, careful);
    await proves(older, careful);
    expect(await approves(newer, 0, careful, 'auth0|approver')).toBe('moved');
    // A press at the older process is refused; nothing is changed or lost.
    const before = await newer.state(careful.flow);
    await expect(approves(older, 1, careful)).rejects.toThrow('version 2');
    expect(await newer.state(careful.flow)).toEqual(before);
    const others = await Promise.all(Array.from({ length: 6 }, (_, n) => asks(older, `U${n}`, 'unlock')));
    for (const person of others) {
      await getsCode(older, person);
      await proves(older, person);
      await approves(newer, 0, person, 'auth0|approver');
    }
    expect(await approves(newer, 1, careful)).toBe('moved');
    for (const person of [careful, ...others]) await isDone(newer, person);
    const last = await asks(older, 'R1', 'reset');
    await getsCode(older, last);
    await proves(older, last);
    expect(await lifts(older)).toEqual([]);
    expect(await lifts(newer)).toHaveLength(7);
  });

  test('an enrolment is left to this release by the last one, which goes on with everything else', {
    timeout: 120_000,
  }, async ({ skip }) => {
    skip(lastReleaseMissing !== undefined, lastReleaseMissing);
    const url = await emptyDatabase();
    const older = await start(lastRelease, url);
    const newer = await start(thisRelease, url);
    const enrolment = await asks(newer, 'E1', 'enroll');
    await isAt(newer, enrolment, 'signing-in');
    const waiting = await newer.state(enrolment.flow);
    await expect(older.state(enrolment.flow)).rejects.toThrow();
    const reset = await asks(older, 'R1', 'reset');
    await getsCode(older, reset);
    await proves(older, reset);
    await changesPassword(older, reset);
    await isDone(older, reset);
    expect(await newer.state(enrolment.flow)).toEqual(waiting);
    await deliver(newer, enrolment, { type: 'cancelled', by: enrolment.actor });
    await isAt(newer, enrolment, 'closed');
  });

  test('either of them, left alone, finishes what the other has left; the last release is not started again', {
    timeout: 120_000,
  }, async ({ skip }) => {
    skip(lastReleaseMissing !== undefined, lastReleaseMissing);
    const url = await emptyDatabase();
    const older = await start(lastRelease, url);
    const newer = await start(thisRelease, url);
    const left = [await asks(newer, 'R1', 'reset'), await asks(newer, 'U1', 'unlock')] as const;
    for (const person of left) await getsCode(newer, person);
    await newer.stop();
    for (const person of left) await proves(older, person);
    await changesPassword(older, left[0]);
    await approves(older, 0, left[1]);
    for (const person of left) await isDone(older, person);
    const late = [await asks(older, 'R2', 'reset'), await asks(older, 'U2', 'unlock')] as const;
    for (const person of late) {
      await getsCode(older, person);
      await proves(older, person);
    }
    await older.stop();
    const next = await start(thisRelease, url);
    await changesPassword(next, late[0]);
    await approves(next, 0, late[1], 'auth0|approver');
    for (const person of [...left, ...late]) await isDone(next, person);
    await expect(start(lastRelease, url)).rejects.toThrow('A newer Latchkey has changed this database');
  });
}
