// What happens after the new password is saved: noticed, reported, and stopped by "It wasn't me".
import { describe, expect } from 'vitest';
import { opens, pressesContinue, savesPassword, ticketDies } from './browser.ts';
import { eventually, inOrder } from './chat.ts';
import { accountOf, janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';
import { webhookSecret } from './world.ts';

const notMe = "It wasn't me";

async function opensPage(scene: Scene): Promise<string> {
  const { jane, proves, opensTicket } = scene;
  await proves('reset-password');
  await jane.reads('Choose a new password');
  const ticket = await opensTicket(jane.linkOf('Choose a new password'));
  await jane.reads('page is open');
  return ticket;
}

async function changesPassword(scene: Scene): Promise<void> {
  expect(await savesPassword(await opensPage(scene), 'A-new-Passw0rd-2026')).toBe(303);
}

/** Sends what Auth0's log stream would send about everything that happened. */
async function streamsLog({ world, auth0 }: Scene, secret = webhookSecret): Promise<number> {
  const response = await fetch(`${world.url}/hooks/auth0`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/x-ndjson' },
    body: auth0.logs.map((entry) => JSON.stringify({ log_id: entry.log_id, data: entry })).join('\n'),
  });
  return response.status;
}

const isOver = ({ auth0 }: Scene): boolean => {
  const { sessions, refreshTokens } = auth0.user(janesAccount);
  return sessions === 0 && refreshTokens === 0;
};

/** Waits until every message in Jane's chat about the request says this. */
const allTellOfIt = ({ jane }: Scene): Promise<true> =>
  eventually(
    () =>
      jane.messages().every((text) => text.includes('Password changed at') && text.includes(notMe)) ? true : undefined,
    () => jane.messages().join('\n---\n'),
  );

async function sessionsAreOver(scene: Scene): Promise<void> {
  await eventually(
    () => (isOver(scene) ? true : undefined),
    () => 'sessions are still open',
  );
}

describe.concurrent.each(platforms)('On $name, a changed password', (platform) => {
  story(platform, 'is seen in the log of Auth0 within 15 s, and every session is ended', async (scene) => {
    const { jane, auth0 } = scene;
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    const ticket = await opensPage(scene);
    await savesPassword(ticket, 'A-new-Passw0rd-2026');
    const savedAt = Date.now();
    await jane.reads(/Password changed at .*You're being signed out everywhere else/s);
    expect(Date.now() - savedAt).toBeLessThan(15_000);
    await jane.isOffered(notMe);
    await sessionsAreOver(scene);
  });

  story(platform, 'is seen at once where Auth0 tells of it', async (scene) => {
    const { jane, auth0 } = scene;
    auth0.misbehave.logsForbidden = true;
    await changesPassword(scene);
    expect(await streamsLog(scene, 'a-guess')).toBe(401);
    expect(await streamsLog(scene)).toBe(204);
    await jane.reads('Password changed at');
  });

  story(
    platform,
    'that was made elsewhere leaves the page open until "it wasn\'t me", which closes it',
    async (scene) => {
      const { jane, world } = scene;
      scene.auth0.misbehave.logsForbidden = true;
      const page = await opensPage(scene);
      // An administrator has set a password, which leaves every ticket as it is. A time that is too late counts as now.
      const entry = { type: 'scp', user_id: janesAccount, date: '2031-01-01T00:00:00.000Z' };
      await fetch(`${world.url}/hooks/auth0`, {
        method: 'POST',
        headers: { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/json' },
        body: JSON.stringify(entry),
      });
      await jane.reads('Password changed at');
      expect((await opens(page)).status).toBe(200);
      await jane.closesWindow();
      await jane.presses(notMe);
      await jane.reads("this wasn't you");
      await eventually(
        async () => ((await opens(page)).status === 404 ? true : undefined),
        () => 'the page still works',
      );
    },
  );

  story(platform, 'is never told to be later than now, whatever the stream says', async (scene) => {
    scene.auth0.misbehave.logsForbidden = true;
    await opensPage(scene);
    const entry = { type: 'scp', user_id: janesAccount, date: '2031-01-01T00:00:00.000Z' };
    await fetch(`${scene.world.url}/hooks/auth0`, {
      method: 'POST',
      headers: { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/json' },
      body: JSON.stringify(entry),
    });
    await scene.jane.reads('Password changed at');
    expect(scene.jane.message()).not.toMatch(/2031|19249920/);
  });

  story(platform, 'is seen while the log is ill, in her own record', async (scene) => {
    scene.auth0.faults.next({ path: /\/logs/, times: 1_000 }, { status: 503 });
    await changesPassword(scene);
    await scene.jane.reads('Password changed at');
    await sessionsAreOver(scene);
  });

  story(platform, 'is seen before the time is over, though the log is later than that', async (scene) => {
    scene.auth0.setLogDelay(3_600_000);
    await changesPassword(scene);
    scene.world.pass(618);
    await scene.jane.reads('Password changed at');
    await sessionsAreOver(scene);
  });

  story(platform, 'is seen without the log too, in her own record', async (scene) => {
    scene.auth0.misbehave.logsForbidden = true;
    await changesPassword(scene);
    await scene.jane.reads('Password changed at');
  });

  story(platform, 'is told honestly where sessions cannot be ended', async (scene) => {
    scene.auth0.misbehave.sessionsUnavailable = true;
    await changesPassword(scene);
    await streamsLog(scene);
    await scene.jane.reads('You may still be signed in elsewhere');
  });

  story(platform, 'is told with the way to an unlock, in case the account is still locked', async (scene) => {
    const { jane, auth0 } = scene;
    const ticket = await opensPage(scene);
    await savesPassword(ticket, 'A-new-Passw0rd-2026');
    auth0.lock(janesAccount);
    await streamsLog(scene);
    await jane.reads('still locked');
    await jane.closesWindow();
    await jane.writes('unlock');
    await jane.reads('Unlock your account');
  });

  story(platform, 'is told also where she cancelled right after saving it', async (scene) => {
    const { jane, auth0 } = scene;
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    auth0.setLogDelay(3_600_000);
    await changesPassword(scene);
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    expect(await streamsLog(scene)).toBe(204);
    await allTellOfIt(scene);
    await sessionsAreOver(scene);
  });

  story(platform, 'is seen as soon where she cancelled, though Auth0 tells of nothing', async (scene) => {
    const { jane, auth0 } = scene;
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    auth0.setLogDelay(3_600_000);
    await changesPassword(scene);
    // The product has looked, and will not look again because of its start.
    await eventually(
      () => (auth0.requests.some(({ path }) => path.includes('/logs')) ? true : undefined),
      () => 'nobody looked',
    );
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    auth0.setLogDelay(0);
    await allTellOfIt(scene);
    await sessionsAreOver(scene);
  });

  story(platform, 'is not denied to her who cancels while the page is open', async (scene) => {
    const { jane } = scene;
    await opensPage(scene);
    await jane.writes('cancel');
    await jane.reads("Cancelled. If you've already saved a new password, it counts");
    await eventually(
      () => (jane.messages().every((text) => text.includes('Cancelled')) ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    expect(jane.messages().join()).not.toContain('Nothing was changed');
  });

  story(platform, 'is told also where nobody was awake when the time was over', async (scene) => {
    const { jane, auth0, world } = scene;
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    auth0.setLogDelay(3_600_000);
    await changesPassword(scene);
    await world.sleeps(3_000);
    auth0.setLogDelay(0);
    world.pass(61);
    await jane.reads('Password changed at');
    await sessionsAreOver(scene);
  });

  story(platform, 'is told beside "it wasn\'t me", to her and to the helpdesk', async (scene) => {
    const { jane, sam, auth0 } = scene;
    auth0.setLogDelay(3_600_000);
    await changesPassword(scene);
    await jane.pressesInMessage(notMe);
    await jane.reads("that this wasn't you");
    auth0.signIn(janesAccount, 'A-new-Passw0rd-2026');
    expect(await streamsLog(scene)).toBe(204);
    await jane.reads('Your password was changed at');
    await sam.seesCard('A new password was set at');
    await sessionsAreOver(scene);
  });

  story(platform, 'of a newer request is not told in the older one as well', async (scene) => {
    const { jane, auth0, world } = scene;
    const older = await opensPage(scene);
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    await ticketDies(older);
    world.pass(5);
    await changesPassword(scene);
    expect(auth0.logs.some(({ type }) => type === 'scp')).toBe(true);
    await streamsLog(scene);
    await jane.reads('Password changed at');
    await streamsLog(scene);
    expect(jane.messages().filter((text) => text.includes('Password changed at'))).toHaveLength(1);
  });

  /** Tells the hook of a change, and lets whatever it leads to happen: what is drawn later shows whether it counted. */
  async function doesNotCount(scene: Scene, ...entries: { user_id: string; date: string }[]): Promise<void> {
    const { jane, world } = scene;
    const headers = { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/json' };
    const body = JSON.stringify(entries.map((entry) => ({ type: 'scp', ...entry })));
    const answer = await fetch(`${world.url}/hooks/auth0`, { method: 'POST', headers, body });
    expect(answer.status).toBe(204);
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads("Cancelled. If you've already saved a new password, it counts");
    expect(jane.messages().join()).not.toContain('Password changed at');
  }

  story(platform, 'of somebody else is not mistaken for this one', async (scene) => {
    const before = new Date(scene.world.now() - 3_000).toISOString();
    await opensPage(scene);
    const now = new Date(scene.world.now()).toISOString();
    // Alone, and in one batch with one of hers that does not count either.
    await doesNotCount(scene, { user_id: accountOf('sam'), date: now }, { user_id: janesAccount, date: before });
  });

  story(platform, 'of hers from before the page was opened is not mistaken for this one', async (scene) => {
    const before = new Date(scene.world.now() - 3_000).toISOString();
    await opensPage(scene);
    await doesNotCount(scene, { user_id: janesAccount, date: before });
  });

  story(platform, 'of hers from after the page was closed is not mistaken for this one', async (scene) => {
    const { jane, world } = scene;
    await opensPage(scene);
    world.pass(640);
    await jane.reads("We didn't see a new password in time");
    const late = new Date(world.now() - 1_000).toISOString();
    const headers = { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ type: 'scp', user_id: janesAccount, date: late });
    const answer = await fetch(`${world.url}/hooks/auth0`, { method: 'POST', headers, body });
    expect(answer.status).toBe(204);
    await jane.closesWindow();
    await jane.writes('status');
    await jane.reads("We didn't see a new password in time");
    expect(jane.messages().join()).not.toContain('Password changed at');
  });
});

describe.concurrent.each(platforms)('On $name, "It wasn\'t me"', (platform) => {
  /** Whatever was open is stopped: sessions end, recovery of both kinds is frozen for a day, the helpdesk is told. */
  async function expectAllStopped(scene: Scene): Promise<void> {
    const { jane, sam, world, calls } = scene;
    await jane.reads("We've stopped everything that was in progress and are signing you out everywhere");
    await sam.seesCard(inOrder(notMe, calls('jane'), "didn't ask"));
    await sessionsAreOver(scene);
    await jane.closesWindow();
    for (const what of ['reset-password', 'unlock'] as const) {
      await jane.asks(what);
      await jane.sees(/Password resets and unlocks for your account are paused until/);
      await jane.closesWindow();
    }
    world.pass(23 * 3600);
    await jane.asks('unlock');
    await jane.sees(/Password resets and unlocks for your account are paused until/);
    await jane.closesWindow();
    world.pass(3600 + 60);
    await jane.asks('unlock');
    await jane.sees('Send the code to');
  }
  const signsIn = ({ auth0 }: Scene): void => void auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');

  story(platform, 'while the link waits: it is dead', async (scene) => {
    const { jane, proves } = scene;
    signsIn(scene);
    await proves('reset-password');
    await jane.reads("You're verified");
    const link = jane.linkOf('Choose a new password') ?? '';
    await jane.pressesInMessage(notMe);
    await jane.reads("that this wasn't you");
    expect((await opens(link)).status).toBe(404);
    expect((await pressesContinue(link)).status).toBe(404);
    await expectAllStopped(scene);
  });

  story(platform, 'while the ticket is being minted: it reaches nobody', async (scene) => {
    const { jane, auth0, world, proves } = scene;
    signsIn(scene);
    await proves('reset-password');
    await jane.reads("You're verified");
    const link = jane.linkOf('Choose a new password') ?? '';
    auth0.faults.set({ latencyMs: 700 });
    const asked = auth0.requests.length;
    const pressed = pressesContinue(link);
    await eventually(
      () => (auth0.requests.length > asked ? true : undefined),
      () => 'nothing was asked',
    );
    await jane.pressesInMessage(notMe);
    await jane.reads("that this wasn't you");
    expect((await pressed).location).toBeUndefined();
    auth0.faults.set({ latencyMs: 0 });
    world.pass(1);
    await expectAllStopped(scene);
  });

  story(platform, 'after a link that nobody used', async (scene) => {
    const { jane, world, proves } = scene;
    signsIn(scene);
    await proves('reset-password');
    await jane.reads("You're verified");
    world.pass(601);
    await jane.reads('The link has expired');
    await jane.pressesInMessage(notMe);
    await expectAllStopped(scene);
  });

  story(platform, 'while the page of Auth0 is open: its ticket is void', async (scene) => {
    signsIn(scene);
    const ticket = await opensPage(scene);
    await scene.jane.pressesInMessage(notMe);
    await scene.jane.reads("that this wasn't you");
    await ticketDies(ticket);
    expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(404);
    expect(scene.auth0.user(janesAccount).passwordChangedAt).toBeUndefined();
    await expectAllStopped(scene);
  });

  story(platform, 'after the password was changed', async (scene) => {
    await changesPassword(scene);
    await streamsLog(scene);
    await scene.jane.reads('being signed out everywhere else');
    scene.auth0.signIn(janesAccount, 'A-new-Passw0rd-2026');
    await scene.jane.pressesInMessage(notMe);
    await expectAllStopped(scene);
  });

  story(platform, 'while the helpdesk is asked: nobody can approve any more', async (scene) => {
    const { jane, sam, auth0, proves } = scene;
    signsIn(scene);
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    await jane.pressesInMessage(notMe);
    await sam.seesCard(/It wasn't me/);
    await sam.isOffered();
    await expectAllStopped(scene);
    expect(auth0.user(janesAccount).locked).toBe(true);
  });

  story(platform, 'after an unlock', async (scene) => {
    const { jane, sam, auth0, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    signsIn(scene);
    await jane.pressesInMessage(notMe);
    await expectAllStopped(scene);
  });

  story(platform, 'stops what else is open: an unlock and a reset side by side', async (scene) => {
    const { jane, sam, auth0, world, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    await jane.closesWindow();
    world.pass(61);
    await proves('reset-password');
    await jane.reads('Choose a new password');
    await jane.pressesInMessage(notMe);
    await jane.reads("that this wasn't you");
    await sam.seesCard(/stopped: resets and unlocks for this account are paused/);
    await expectAllStopped(scene);
  });

  story(platform, 'can be pressed for a day and no longer', async (scene) => {
    const { jane, world } = scene;
    await changesPassword(scene);
    await streamsLog(scene);
    await jane.reads('being signed out everywhere else');
    world.pass(24 * 3600 + 60);
    await jane.pressesInMessage(notMe);
    await jane.reads('Password changed at');
    await jane.closesWindow();
    await jane.isOffered();
    await jane.asks('unlock');
    await jane.sees('Send the code to');
  });
});
