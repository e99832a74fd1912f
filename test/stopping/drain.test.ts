// The process is told to stop while people are at work in Slack and in Teams at the same time. Nothing is lost or done twice, and the
// next process finishes what was open.
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequestEntry } from '../../playground/auth0/request-log.ts';
import { visibleText } from '../../playground/slack/visible.ts';
import { finishedWithinMs, leavingMs, stopWithinMs } from '../../src/concurrency/stop-times.ts';
import { pressesContinue, savesPassword } from '../stories/browser.ts';
import { type Chat, eventually, shows } from '../stories/chat.ts';
import { linked, signsIn } from '../stories/enrolling.ts';
import { accountOf, janesAccount, janesEmail, people } from '../stories/people.ts';
import { slack, teams } from '../stories/platform.ts';
import { type Scene, sceneIn } from '../stories/story.ts';
import { teamsOf } from '../stories/teams-chat.ts';
import { type Ended, type ProcessWorld, startProcessWorld } from './process-world.ts';

/** One in Slack and one in Teams, each with an account of their own. */
interface Person {
  readonly scene: Scene;
  readonly chat: Chat;
  readonly account: string;
  readonly address: string;
}

let world: ProcessWorld;
let both: readonly Person[];
let sam: Scene['sam'];
beforeEach(async () => {
  world = await startProcessWorld();
  const [inSlack, inTeams] = [sceneIn(world, slack), sceneIn(world, teams)];
  sam = inSlack.sam;
  both = [
    { scene: inSlack, chat: inSlack.jane, account: janesAccount, address: janesEmail },
    { scene: inTeams, chat: inTeams.chat('petra'), account: accountOf('petra'), address: 'petra@home.example.net' },
  ];
});
afterEach(() => world.end());

const each = (act: (person: Person) => Promise<unknown>) => Promise.all(both.map(act));
const asked = (isMeant: (request: RequestEntry) => boolean): readonly RequestEntry[] =>
  world.auth0.control.requests.filter(isMeant);
const isCheck = ({ path, body }: RequestEntry): boolean =>
  path === '/oauth/token' && JSON.stringify(body ?? '').includes('"otp"');
const isTicket = ({ path }: RequestEntry): boolean => path === '/api/v2/tickets/password-change';
const isLift = ({ method, path }: RequestEntry): boolean => method === 'DELETE' && path.includes('/user-blocks/');

/** Auth0 has got so many of these requests, and has answered none of them yet. */
const areUnderWay = (isMeant: (request: RequestEntry) => boolean, count = both.length) =>
  eventually(
    () => (asked((one) => isMeant(one) && one.status === 0).length === count ? true : undefined),
    () => JSON.stringify(world.auth0.control.requests.map(({ path, status }) => [path, status])),
  );

function expectDrained({ code, ms }: Ended): void {
  expect({ code, log: world.logged().includes('stop.cut-short') }).toEqual({ code: 0, log: false });
  expect(ms).toBeLessThan(stopWithinMs);
  expect(rows('select key from outbox where lease_token is not null')).toEqual([]);
}

function rows(query: string): readonly Record<string, unknown>[] {
  const db = new DatabaseSync(world.databaseFile, { readOnly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

const newPassword = 'A-new-Passw0rd-2026';
const types = async ({ scene, chat, address }: Person): Promise<void> => {
  await chat.types(scene.code(address));
  await chat.submits();
};
async function choosesPassword({ scene, chat }: Person): Promise<void> {
  await chat.reads('Choose a new password');
  const ticket = await scene.opensTicket(chat.linkOf('Choose a new password'));
  expect(await savesPassword(ticket, newPassword)).toBe(303);
}
const codesSent = (): number => world.auth0.control.outbox.length;

describe('a process that is told to stop while people are at work in Slack and in Teams', { timeout: 120_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says so at /readyz on %s before it refuses anybody, and still serves who comes meanwhile',
    async (signal) => {
      expect((await fetch(`${world.url}/readyz`)).status).toBe(200);
      const ended = world.signal(signal);
      const body = await eventually(
        async () => {
          const answer = await fetch(`${world.url}/readyz`);
          return answer.status === 503 ? answer.json() : undefined;
        },
        () => 'always ready',
      );
      expect(body).toMatchObject({ ok: false, stopping: true });
      expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
      await each(({ chat }) => chat.asks('reset-password'));
      expect(world.logged()).not.toContain('"msg":"stopped"');
      expectDrained(await ended);
      await expect(fetch(`${world.url}/readyz`)).rejects.toThrow();
      await world.startAgain();
      await each(({ chat }) => chat.sees("We'll send a code to"));
    },
  );

  it('leaves an open code entry as it is: the same code is taken by the next process', async () => {
    await each(({ scene, chat }) => scene.getsCode('reset-password', chat));
    expectDrained(await world.signal('SIGTERM'));
    await world.startAgain();
    await each(types);
    await each(choosesPassword);
    await each(({ chat }) => chat.reads('Password changed at'));
    expect([codesSent(), asked(isCheck).length, asked(isTicket).length]).toEqual([2, 2, 2]);
  });

  it('waits for a code that Auth0 is checking: nobody types it again', async () => {
    await each(({ scene, chat }) => scene.getsCode('reset-password', chat));
    world.auth0.control.faults.set({ latencyMs: 3_000 });
    const typed = each(types);
    await areUnderWay(isCheck);
    const ended = world.signal('SIGTERM');
    await eventually(
      () => (asked(isCheck).every(({ status }) => status !== 0) ? true : undefined),
      () => 'Auth0 has not answered',
    );
    world.auth0.control.faults.set({ latencyMs: 0 });
    expectDrained(await ended);
    await typed;
    await world.startAgain();
    await each(choosesPassword);
    await each(({ chat }) => chat.reads('Password changed at'));
    expect([codesSent(), asked(isCheck).length]).toEqual([2, 2]);
  });

  it('answers a browser that waits for its page, and the next process sees the changed password', async () => {
    await each(({ scene, chat, address }) => scene.proves('reset-password', chat, address));
    await each(({ chat }) => chat.reads('Choose a new password'));
    world.auth0.control.faults.set({ latencyMs: 3_000 });
    const pressed = each(({ chat }) => pressesContinue(chat.linkOf('Choose a new password') ?? ''));
    await areUnderWay(isTicket);
    const ended = world.signal('SIGTERM');
    const pages = (await pressed) as readonly { readonly status: number; readonly location?: string }[];
    expect(pages.map(({ status }) => status)).toEqual([303, 303]);
    world.auth0.control.faults.set({ latencyMs: 0 });
    expectDrained(await ended);
    for (const { location } of pages) expect(await savesPassword(location ?? '', newPassword)).toBe(303);
    await world.startAgain();
    await each(({ chat }) => chat.reads('Password changed at'));
    expect(asked(isTicket)).toHaveLength(2);
  });

  it('cuts off who waits for Auth0 for longer than a stop may take: the same link works with the next process', async () => {
    await each(({ scene, chat, address }) => scene.proves('reset-password', chat, address));
    await each(({ chat }) => chat.reads('Choose a new password'));
    const links = both.map(({ chat }) => chat.linkOf('Choose a new password') ?? '');
    world.auth0.control.faults.next({ method: 'POST', path: /password-change/, times: 2 }, { hang: true });
    const pressed = Promise.allSettled(links.map((link) => pressesContinue(link)));
    await areUnderWay(isTicket);
    const { code, ms } = await world.signal('SIGTERM');
    expect((await pressed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect({ code, isCutOff: world.logged().includes('"event":"stop.cut-off"') }).toEqual({ code: 0, isCutOff: true });
    expect(ms).toBeLessThan(stopWithinMs);
    await world.startAgain();
    await each(async ({ scene }) => {
      const link = links[both.findIndex((one) => one.scene === scene)];
      const ticket = await eventually(
        async () => {
          const { status, location } = await pressesContinue(link ?? '');
          return status === 303 ? location : undefined;
        },
        () => 'the link does not work',
      );
      expect(await savesPassword(ticket, newPassword)).toBe(303);
    });
    await each(({ chat }) => chat.reads('Password changed at'));
  });

  it('finishes an unlock that the helpdesk has just approved, and lifts each lock once', async () => {
    const presses: (() => Promise<void>)[] = [];
    for (const [nth, { scene, chat, account, address }] of both.entries()) {
      world.auth0.control.lock(account);
      await scene.proves('unlock', chat, address);
      await eventually(
        () => (sam.cards().length > nth ? true : undefined),
        () => chat.message(),
      );
      presses.push(sam.remembers('Approve'));
    }
    world.auth0.control.faults.set({ latencyMs: 1_000 });
    await Promise.all(presses.map((press) => press()));
    await areUnderWay(({ method, path }) => method !== 'POST' && path.includes('/user'));
    const ended = world.signal('SIGTERM');
    await eventually(
      () => (asked(isLift).filter(({ status }) => status !== 0).length >= 2 ? true : undefined),
      () => JSON.stringify(asked(isLift)),
    );
    world.auth0.control.faults.set({ latencyMs: 0 });
    expectDrained(await ended);
    await world.startAgain();
    await each(({ chat }) => chat.reads("You're unlocked"));
    expect(asked(isLift)).toHaveLength(2);
    await eventually(
      () => (sam.cards().filter((card) => shows(card, 'done')).length === 2 ? true : undefined),
      () => sam.cards().join('\n---\n'),
    );
  });

  it('leaves the code page of an enrolment as it is: its code is taken by the next process', async () => {
    const newcomers = [
      { ...both[0], who: 'nina', account: people.nina.accounts[0].userId },
      { ...both[1], who: 'ada', account: people.ada.accounts[0].userId },
    ] as const;
    const opened = await Promise.all(
      newcomers.map(async ({ scene, who, account }) => {
        if (scene === undefined) throw new Error('nobody is there');
        const browser = await signsIn(scene, who);
        const address = `${who}.at.home@mail.example.org`;
        await browser.sends('/email', { address });
        await browser.sees('code');
        return { scene, who, account, browser, address };
      }),
    );
    expectDrained(await world.signal('SIGTERM'));
    await world.startAgain();
    for (const { scene, who, account, browser, address } of opened) {
      await browser.reloads();
      await browser.sends('/code', { code: scene.code(address) });
      await eventually(
        () => (linked(scene, account).length === 1 ? true : undefined),
        () => browser.page(),
      );
      await scene.chat(who).reads('Added: email');
    }
    expect(codesSent()).toBe(2);
  });

  it('says what it could not finish, and closes the database, before its time is over', async () => {
    const [{ scene }] = both as readonly [Person];
    const browser = await signsIn(scene, 'nina');
    world.auth0.control.faults.next({ method: 'POST', path: /passwordless\/start/ }, { hang: true });
    const ended = world.signal('SIGTERM');
    await eventually(
      () => (world.logged().includes('"msg":"stopping"') ? true : undefined),
      () => 'it does not stop',
    );
    // It is still served; the code is sent after the answer.
    await browser.sends('/email', { address: 'nina.at.home@mail.example.org' });
    await areUnderWay(({ path }) => path === '/passwordless/start', 1);
    const { code, ms } = await ended;
    expect(code).toBe(1);
    expect(ms).toBeGreaterThan(leavingMs + finishedWithinMs - 100);
    expect(ms).toBeLessThan(stopWithinMs);
    const line =
      world
        .logged()
        .split('\n')
        .find((one) => one.includes('stop.cut-short')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ level: 'error', orders: [], codeChecks: 0, tasks: 1 });
    // SQLite leaves nothing beside a database that was closed.
    expect(existsSync(`${world.databaseFile}-wal`)).toBe(false);
  });

  it('answers a delivery that it is receiving when it stops listening, and keeps it', async () => {
    const line = world.holdDeliveries();
    const sent = each(({ chat }) => chat.fires('reset-password'));
    await eventually(
      () => (line.held() >= 2 ? true : undefined),
      () => `${line.held()} are held`,
    );
    const ended = world.signal('SIGTERM');
    await eventually(
      () =>
        fetch(`${world.url}/healthz`).then(
          () => undefined,
          () => true,
        ),
      () => 'it still listens',
    );
    line.release();
    await sent;
    expectDrained(await ended);
    expect(rows('select actor from intakes')).toHaveLength(2);
    await world.startAgain();
    await each(({ chat }) => chat.sees("We'll send a code to"));
    expect(rows('select id from flows')).toHaveLength(2);
  });

  it('loses nothing of a crowd: who was answered is served, and who was not asks again', async () => {
    const crowd = moveIn(24);
    let refused = 0;
    const ask = async ({ asks }: Member): Promise<void> => {
      while (!(await asks())) {
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const asking: Promise<void>[] = [];
    let ended: Promise<Ended> | undefined;
    for (const [nth, member] of crowd.entries()) {
      // The signal comes in the middle of them, and the last ones find nobody.
      if (nth === 6) ended = world.signal('SIGTERM');
      asking.push(ask(member));
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    const end = await ended;
    if (end !== undefined) expectDrained(end);
    await world.startAgain();
    await Promise.all(asking);
    expect(refused).toBeGreaterThan(0);
    for (const { id, screen } of crowd)
      await eventually(
        () => (shows(screen(), "We'll send a code to") ? true : undefined),
        () => `${id}: ${screen()}`,
      );
    const flows = rows('select actor, count(*) as flows, group_concat(place) as places from flows group by actor');
    expect(flows).toHaveLength(crowd.length);
    for (const row of flows) expect(row).toMatchObject({ flows: 1, places: 'choosing-contact' });
    for (const { id, messages } of crowd) expect([id, messages()]).toEqual([id, expect.toSatisfy((n) => n <= 1)]);
  });

  it('a second signal neither ends it at once nor gives it more time', async () => {
    await each(({ scene, chat }) => scene.getsCode('reset-password', chat));
    world.auth0.control.faults.set({ latencyMs: 3_000 });
    const typed = each(types);
    await areUnderWay(isCheck);
    const ended = world.signal('SIGTERM');
    await eventually(
      () => (world.logged().includes('"msg":"stopping"') ? true : undefined),
      () => 'it does not stop',
    );
    void world.signal('SIGTERM');
    void world.signal('SIGINT');
    expectDrained(await ended);
    await typed;
    expect(asked(isCheck).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('ends in its time where Auth0 does not answer, says what is left open, and the next process goes on', async () => {
    const [{ scene, chat, address, account }] = both as readonly [Person];
    world.auth0.control.lock(account);
    await scene.proves('unlock', chat, address);
    await sam.seesCard('U0JANE');
    const isLook = ({ path }: RequestEntry): boolean => path.startsWith('/api/v2/users/');
    // The act begins after the signal, and then hangs for longer than the stop may take.
    world.auth0.control.faults.set({ latencyMs: 1_200 });
    world.auth0.control.faults.next({ method: 'DELETE', path: /user-blocks/ }, { hang: true });
    await sam.presses('Approve');
    await areUnderWay(isLook, 1);
    const { code, ms } = await world.signal('SIGTERM');
    expect(code).toBe(1);
    expect(asked(isLift)).toHaveLength(1);
    expect(ms).toBeGreaterThan(stopWithinMs - 500);
    expect(ms).toBeLessThan(stopWithinMs + 1_000);
    const line =
      world
        .logged()
        .split('\n')
        .find((one) => one.includes('stop.cut-short')) ?? '{}';
    const [flow] = rows('select id from flows');
    expect(JSON.parse(line)).toMatchObject({ level: 'error', orders: [{ flow: flow?.['id'], effect: 'lift-lock' }] });
    world.auth0.control.faults.set({ latencyMs: 0 });
    await world.startAgain();
    await chat.reads("You're unlocked");
    expect(world.auth0.control.user(account).locked).toBe(false);
  });
});

interface Member {
  readonly id: string;
  /** Whether the platform reached the product. */
  asks(): Promise<boolean>;
  screen(): string;
  /** How many messages the bot has written to them. */
  messages(): number;
}

/** So many people, every second one in Slack and the others in Teams, with an account and one contact each. */
function moveIn(count: number): readonly Member[] {
  return Array.from({ length: count }, (_, nth) => {
    const name = `crowd${String(nth).padStart(2, '0')}`;
    const email = `${name}@acme.example.com`;
    world.auth0.control.addUser({
      ...{ userId: `auth0|${name}`, connection: 'CorpUsers', email, emailVerified: true, name },
      contacts: [{ provider: 'email', address: `${name}@home.example.net` }],
    });
    return nth % 2 === 0 ? inSlack(name, email) : inTeams(name, email, nth);
  });
}

function inSlack(name: string, email: string): Member {
  const id = `U0${name.toUpperCase()}`;
  const { control } = world.slack;
  control.addUser({ id, name, realName: name, email });
  const ofBot = () => control.messages(id).filter(({ user, deleted }) => user !== id && deleted !== true);
  return {
    id,
    asks: async () => (await world.slack.client(id).command('/reset-password')).status === 200,
    screen: () => {
      const open = control.openView(id);
      return open === undefined ? visibleText({ blocks: ofBot().at(-1)?.blocks ?? [] }) : visibleText(open.view);
    },
    messages: () => ofBot().length,
  };
}

function inTeams(name: string, email: string, nth: number): Member {
  const id = `3f0c9a52-6d1e-4b7a-9c36-${String(nth).padStart(12, '0')}`;
  const { control, client } = teamsOf(world);
  control.addUser({ aadObjectId: id, name, email });
  const ofBot = () => control.messages(id).filter(({ from }) => from === 'bot');
  return {
    id,
    asks: async () => (await client(id).message('reset-password')).status === 200,
    screen: () => JSON.stringify(ofBot().at(-1)?.card ?? {}),
    messages: () => ofBot().length,
  };
}
