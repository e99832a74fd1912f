// A password that was changed without a request here: whoever is bound to the account hears of it in their own chat, the old sessions
// end, and "it wasn't me" stops the rest.
import { describe, expect } from 'vitest';
import { pressesContinue, savesPassword } from './browser.ts';
import { type Chat, eventually, inOrder } from './chat.ts';
import { janesPassword, signsIn } from './enrolling.ts';
import { janesAccount, people } from './people.ts';
import { type Platform, platforms, slack, teams } from './platform.ts';
import { type Scene, type StoryOptions, story } from './story.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { webhookSecret, workspace } from './world.ts';

const notMe = "It wasn't me";
const told = 'Your password was changed at';
const theirs = 'Chosen-By-Somebody-2026';

/** Jane is connected in this chat since more than a day. */
async function isBound(scene: Scene, person = scene.jane): Promise<void> {
  const browser = await signsIn(scene, 'jane', person);
  await browser.sends('/done');
  await person.reads('Your recovery contacts are unchanged');
  scene.world.pass(24 * 3600 + 60);
}

/** Whoever reads the work mailbox uses the link of the sign-in page. Nothing of it passes through Latchkey. */
async function forgetsPassword({ auth0, world }: Scene, email: string = people.jane.email): Promise<void> {
  const before = auth0.outbox.length;
  await fetch(`${world.auth0.url}/u/reset-password/request`, { method: 'POST', body: new URLSearchParams({ email }) });
  const mail = await eventually(
    () => auth0.outbox.slice(before).find(({ to }) => to === email),
    () => 'no mail came',
  );
  const link = /https?:\S+/.exec(mail.text)?.[0] ?? 'no link';
  world.planted.add(new URL(link).searchParams.get('ticket') ?? 'no ticket');
  expect(await savesPassword(link, theirs)).toBe(303);
}

async function reports({ world }: Scene, body: string, type = 'application/x-ndjson'): Promise<void> {
  const headers = { authorization: `Bearer ${webhookSecret}`, 'content-type': type };
  const answer = await fetch(`${world.url}/hooks/auth0`, { method: 'POST', headers, body });
  expect(answer.status).toBe(204);
}

/** What Auth0's log stream sends of everything that happened so far. */
const streams = (scene: Scene): Promise<void> =>
  reports(scene, scene.auth0.logs.map((entry) => JSON.stringify({ log_id: entry.log_id, data: entry })).join('\n'));

/** What the Action sends of a change that was made so long ago. */
const actionSays = (scene: Scene, secondsAgo = 0, user = janesAccount): Promise<void> => {
  const date = new Date(scene.world.now() - secondsAgo * 1000).toISOString();
  return reports(scene, JSON.stringify({ type: 'scp', user_id: user, date }), 'application/json');
};

/** The change is reported while Auth0 does not say whose account it is; then it does again. */
async function isReportedWhileDown(scene: Scene): Promise<void> {
  scene.auth0.faults.mode = 'down';
  await actionSays(scene);
  await scene.logs('occasion.delayed');
  scene.auth0.faults.mode = 'normal';
}

const hasNoSession = ({ auth0 }: Scene): Promise<true> =>
  eventually(
    () => (auth0.user(janesAccount).refreshTokens + auth0.user(janesAccount).sessions === 0 ? true : undefined),
    () => 'still signed in',
  );

const newsIn = (chat: Chat): readonly string[] => chat.messages().filter((text) => text.includes(told));

const sessionEnds = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/revoke-access')).length;

const metricsOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

const looksAt = ({ auth0 }: Scene, account: string): number =>
  auth0.requests.filter(({ path }) => decodeURIComponent(path).includes(account)).length;

/** A second change, well after the first: when it is told, the first one would have been told, too. */
async function nextChangeIsTold(scene: Scene, chat: Chat = scene.jane): Promise<void> {
  scene.world.pass(300);
  const before = newsIn(chat).length;
  await actionSays(scene);
  await eventually(
    () => (newsIn(chat).length > before ? true : undefined),
    () => chat.messages().join('\n---\n'),
  );
}

describe.concurrent.each(platforms)('On $name, a password that was changed with *Forgot password?*', (platform) => {
  story(
    platform,
    'buzzes on the phone of its owner, ends every session, and their word pauses the account and calls the helpdesk',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      await isBound(scene);
      auth0.signIn(janesAccount, janesPassword);
      await forgetsPassword(scene);
      auth0.signIn(janesAccount, theirs);
      await streams(scene);
      await jane.reads(
        inOrder(told, 'not changed here', "You're being signed out everywhere", 'nothing to do', 'Not you?'),
      );
      expect(jane.notifications().at(-1)).toContain("Your password was changed: if it wasn't you, tell us here");
      await hasNoSession(scene);
      expect(sam.cards()).toEqual([]);
      auth0.signIn(janesAccount, theirs);
      await jane.pressesInMessage(notMe);
      await jane.reads(inOrder("that this wasn't you", 'paused for 24 hours', 'Please ask the helpdesk to reset it'));
      await sam.seesCard(inOrder(notMe, "didn't change their password", 'Please call them', 'This app did not set it'));
      expect(sam.notifications().at(-1)).toContain("It wasn't me: a password was set that");
      await hasNoSession(scene);
      await jane.asks('reset-password');
      await jane.sees('paused until');
    },
  );

  story(platform, 'is told once, however often it is reported, with times that differ', async (scene) => {
    const { jane } = scene;
    await isBound(scene);
    await forgetsPassword(scene);
    await Promise.all([streams(scene), actionSays(scene), actionSays(scene, -2), streams(scene)]);
    await jane.reads(told);
    await streams(scene);
    await actionSays(scene, 59);
    await nextChangeIsTold(scene);
    expect(newsIn(jane)).toHaveLength(2);
    expect(sessionEnds(scene)).toBe(2);
  });

  story(platform, 'is no news a quarter of an hour later', async (scene) => {
    const { jane } = scene;
    await isBound(scene);
    await actionSays(scene, 15 * 60);
    await nextChangeIsTold(scene);
    expect(newsIn(jane)).toHaveLength(1);
    await actionSays(scene, 14 * 60 + 30);
    await eventually(
      () => (newsIn(jane).length === 2 ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
  });

  story(platform, 'costs nothing at Auth0 where nobody is bound, and tells nobody', async (scene) => {
    const { jane } = scene;
    await isBound(scene);
    const [nina] = people.nina.accounts;
    const before = looksAt(scene, nina.userId);
    await actionSays(scene, 0, nina.userId);
    await nextChangeIsTold(scene);
    expect(looksAt(scene, nina.userId)).toBe(before);
    expect(scene.chat('nina').messages()).toEqual([]);
    expect(newsIn(jane)).toHaveLength(1);
  });

  story(platform, 'is told to nobody who was disconnected at Auth0', async (scene) => {
    const { jane, auth0, world } = scene;
    await isBound(scene);
    const { appMetadata } = auth0.user(janesAccount);
    const [account] = people.jane.accounts;
    const has = (latchkey: unknown) =>
      auth0.addUser({ ...account, email: people.jane.email, appMetadata: { ...appMetadata, latchkey } });
    has({ actors: [] });
    await actionSays(scene);
    await eventually(
      async () =>
        (await metricsOf(world.url)).includes('what="password-changed",outcome="nobody"} 1') ? true : undefined,
      () => 'not found out that nobody is bound',
    );
    has(appMetadata['latchkey']);
    await nextChangeIsTold(scene);
    expect(newsIn(jane)).toHaveLength(1);
  });

  story(
    platform,
    'is told when Auth0 is back, where it was down at that moment',
    async (scene) => {
      const { jane, world } = scene;
      await isBound(scene);
      await isReportedWhileDown(scene);
      world.pass(60);
      await jane.reads(told);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'survives a restart between the report and the message',
    async (scene) => {
      const { jane, world } = scene;
      await isBound(scene);
      await isReportedWhileDown(scene);
      await world.sleeps(120);
      await jane.reads(told);
      expect(newsIn(jane)).toHaveLength(1);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'is not told to somebody who has left, and the sessions end all the same',
    async (scene) => {
      const { jane, auth0, world } = scene;
      await isBound(scene);
      auth0.signIn(janesAccount, janesPassword);
      const before = jane.messages();
      platform.leaves(world, 'jane');
      await actionSays(scene);
      await scene.logs('notice.not-employed');
      await hasNoSession(scene);
      expect(jane.messages()).toEqual(before);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'waits for the platform where it does not say who still works here',
    async (scene) => {
      const { jane, world } = scene;
      await isBound(scene);
      const calm = platform.saysNothingOfPeople(world);
      await actionSays(scene);
      await scene.fails('show');
      expect(newsIn(jane)).toEqual([]);
      calm();
      await scene.triesAgain('show', 200, () => newsIn(jane).length > 0);
      await jane.reads(told);
    },
    { isTroubled: true },
  );

  story(platform, 'is no request of theirs: `status` shows the last one that they made', async (scene) => {
    const { jane } = scene;
    await isBound(scene);
    await actionSays(scene);
    await jane.reads(told);
    await jane.writes('status');
    await jane.reads(inOrder('You have no open request. This was the last one', 'recovery contacts'));
    await jane.asks('reset-password');
    await jane.sees("We'll send a code to");
  });
});

describe.concurrent.each(platforms)('On $name, a password that was changed on the page of a request', (platform) => {
  async function changesIt(scene: Scene, before: () => void = () => undefined): Promise<void> {
    const { jane, proves } = scene;
    await isBound(scene);
    before();
    await proves('reset-password');
    await jane.reads('Choose a new password');
    const pressed = await pressesContinue(jane.linkOf('Choose a new password') ?? 'no link');
    scene.world.planted.add(new URL(pressed.location ?? '').searchParams.get('ticket') ?? 'no ticket');
    await jane.reads('page is open');
    await jane.closesWindow();
    expect(await savesPassword(pressed.location ?? '', 'A-new-Passw0rd-2026')).toBe(303);
  }

  story(platform, 'is told by that request alone', async (scene) => {
    const { jane } = scene;
    await changesIt(scene);
    await jane.reads('Password changed at');
    await streams(scene);
    await actionSays(scene, -2);
    await nextChangeIsTold(scene);
    expect(newsIn(jane)).toHaveLength(1);
  });

  story(platform, 'is told by that request alone, also where it was cancelled a moment before', async (scene) => {
    const { jane } = scene;
    await changesIt(scene, () => {
      scene.auth0.misbehave.logsForbidden = true;
    });
    await jane.writes('cancel');
    await jane.reads("Cancelled. If you've already saved a new password, it counts");
    await streams(scene);
    await jane.reads('Password changed at');
    await actionSays(scene);
    await nextChangeIsTold(scene);
    expect(newsIn(jane)).toHaveLength(1);
  });

  story(platform, 'is no excuse for another one some minutes later', async (scene) => {
    const { jane, world } = scene;
    await changesIt(scene);
    await jane.reads('Password changed at');
    world.pass(120);
    await forgetsPassword(scene);
    await streams(scene);
    await jane.reads(told);
  });
});

const inBoth: StoryOptions = {
  slack: true,
  teams: true,
  helpdesk: `channels: [slack:${workspace.helpdesk}, "teams:${teamsHelpdesk}"], approvers: { teams: members }`,
};
const ways: readonly { readonly own: Platform; readonly other: Platform }[] = [
  { own: slack, other: teams },
  { own: teams, other: slack },
];

describe.concurrent.each(ways)('Whoever is bound in $own.name and in $other.name', ({ own, other }) => {
  story(
    own,
    'hears of a password that was changed elsewhere in both, and its sessions end once',
    async (scene) => {
      const there = other.chat(scene.world, 'jane');
      await isBound(scene);
      await isBound(scene, there);
      const before = sessionEnds(scene);
      await forgetsPassword(scene);
      await streams(scene);
      await scene.jane.reads(told);
      await there.reads(told);
      await eventually(
        () =>
          [scene.jane, there].some((chat) => newsIn(chat)[0]?.includes('signed out everywhere')) ? true : undefined,
        () => scene.jane.message(),
      );
      expect(sessionEnds(scene)).toBe(before + 1);
      await there.pressesInMessage(notMe);
      await there.reads("that this wasn't you");
      await scene.sam.seesCard(notMe);
    },
    inBoth,
  );
});
