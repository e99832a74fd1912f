// A request from the web: who approves sees where it comes from, and whose account it is; its owner hears of it in their own chat, and
// their word ends it.
import { describe, expect } from 'vitest';
import { clientOf, proves } from '../rest/world.ts';
import { savesPassword } from './browser.ts';
import { type Chat, eventually, inOrder } from './chat.ts';
import { janesPassword, signsIn } from './enrolling.ts';
import { provesOnWeb, standing } from './on-the-web.ts';
import { janesAccount, people } from './people.ts';
import { type Platform, platforms, slack, teams } from './platform.ts';
import { type Scene, type StoryOptions, story } from './story.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { webhookSecret, workspace } from './world.ts';

const notMe = "It wasn't me";
const fromWeb = 'From the web, not from their chat.';
const told = 'Somebody asked on the web to';
const theirs = 'Chosen-By-Somebody-2026';
/** One for the rule, one because no chat vouches for the person. */
const two: StoryOptions = { policy: 'selfService: { extraApprovals: 1 }' };

/** Jane is connected in this chat since more than a day. */
async function isBound(scene: Scene, person = scene.jane): Promise<void> {
  const browser = await signsIn(scene, 'jane', person);
  await browser.sends('/done');
  await person.reads('Your recovery contacts are unchanged');
  scene.world.pass(24 * 3600 + 60);
}

async function asksForUnlock(scene: Scene) {
  scene.auth0.lock(janesAccount);
  return provesOnWeb(scene, 'unlock');
}

const newsIn = (chat: Chat): readonly string[] => chat.messages().filter((text) => text.includes(told));

/** Tickets that live one second, which only void those before. */
const voids = ({ auth0 }: Scene): number =>
  auth0.requests.filter(
    ({ path, body }) => path.endsWith('/tickets/password-change') && /"ttl_sec":1\b/.test(JSON.stringify(body)),
  ).length;

const hasNoSession = ({ auth0 }: Scene): Promise<true> =>
  eventually(
    () => (auth0.user(janesAccount).refreshTokens + auth0.user(janesAccount).sessions === 0 ? true : undefined),
    () => 'still signed in',
  );

/** Whoever asked saves a new password on the page that their request opened. Auth0's log stream says so. */
async function savesTheirs({ auth0, world }: Scene): Promise<void> {
  await fetch(`${world.auth0.url}/u/reset-password/request`, {
    ...{ method: 'POST', body: new URLSearchParams({ email: people.jane.email }) },
  });
  const mail = await eventually(
    () => auth0.outbox.find(({ to }) => to === people.jane.email),
    () => 'no mail came',
  );
  const link = /https?:\S+/.exec(mail.text)?.[0] ?? 'no link';
  world.planted.add(new URL(link).searchParams.get('ticket') ?? 'no ticket');
  expect(await savesPassword(link, theirs)).toBe(303);
  const headers = { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/x-ndjson' };
  const body = auth0.logs.map((entry) => JSON.stringify({ log_id: entry.log_id, data: entry })).join('\n');
  expect((await fetch(`${world.url}/hooks/auth0`, { method: 'POST', headers, body })).status).toBe(204);
}

describe.concurrent.each(platforms)('On $name, a request from the web', (platform) => {
  story(
    platform,
    'says on its card where it comes from, whose account it is and what that means, at every step',
    async (scene) => {
      const { sam, ada } = scene;
      await isBound(scene);
      await asksForUnlock(scene);
      const jane = scene.calls('jane');
      const facts = ['verified by email code', '0 of 2 approvals'];
      await sam.seesCard(
        inOrder('Unlock', jane, fromWeb, 'Only the code says who they are', 'before you approve', ...facts),
      );
      const shown = platform.notifications(scene.world, 'helpdesk').at(-1);
      expect(shown).toContain(`${jane} asks on the web to unlock their account`);
      await sam.presses('Approve');
      await sam.seesCard('1 of 2 approvals');
      await sam.presses('Approve');
      await sam.hears("You've already approved this");
      await ada.presses('Deny…');
      await ada.seesForm(inOrder('Deny the request from', jane));
      await ada.submits();
      await sam.seesCard(inOrder('Unlock', jane, 'from the web, not from their chat', 'denied by'));
      expect(scene.auth0.user(janesAccount).locked).toBe(true);
    },
    two,
  );

  story(
    platform,
    'is decided by nobody whose account it is, whichever of their chats they use',
    async (scene) => {
      const { sam, world, auth0 } = scene;
      await isBound(scene);
      platform.respells(world, 'bert', { email: people.jane.email });
      await asksForUnlock(scene);
      await sam.seesCard(fromWeb);
      const bert = scene.helpdeskChannel('bert');
      await bert.presses('Approve');
      await bert.hears(inOrder('about your own account', 'somebody else has to decide it', notMe));
      expect(auth0.user(janesAccount).locked).toBe(true);
      platform.respells(world, 'bert', { email: 'bert@elsewhere.example.com' });
      await bert.presses('Approve');
      await bert.hears(inOrder("I can't be sure", 'leave it to a colleague with an account of their own'));
      expect(sam.cards().join()).toContain('0 of 2 approvals');
    },
    two,
  );

  story(
    platform,
    'names the directory’s name where nobody is connected to the account, and tells nobody',
    async (scene) => {
      const { jane, sam, world } = scene;
      await asksForUnlock(scene);
      await sam.seesCard(inOrder('Unlock', 'Jane Doe (in no chat that we know)', fromWeb));
      expect(platform.notifications(world, 'helpdesk').at(-1)).toContain('Jane Doe (in no chat that we know) asks');
      await eventually(
        async () =>
          (await (await fetch(`${world.url}/metrics`)).text()).includes(
            'what="requested-elsewhere",outcome="nobody"} 1',
          )
            ? true
            : undefined,
        () => 'not found out that nobody is bound',
      );
      expect(jane.messages()).toEqual([]);
    },
  );

  story(platform, 'buzzes on the phone of its owner, and their word ends it before it is approved', async (scene) => {
    const { jane, sam, auth0 } = scene;
    await isBound(scene);
    auth0.signIn(janesAccount, janesPassword);
    const id = await asksForUnlock(scene);
    await jane.reads(inOrder(told, 'unlock your account', 'typed the right code', 'nothing to do here', 'Not you?'));
    expect(jane.notifications().at(-1)).toContain(
      "Somebody asked to unlock your account: if it wasn't you, tell us here",
    );
    await sam.seesCard(fromWeb);
    expect(auth0.user(janesAccount).sessions).toBeGreaterThan(0);
    await jane.pressesInMessage(notMe);
    await jane.reads(inOrder("that this wasn't you", 'paused for 24 hours'));
    await standing(scene, id, 'closed', 'frozen');
    await hasNoSession(scene);
    await sam.seesCard(inOrder('Unlock', 'from the web', 'are paused'));
    await sam.seesCard(
      inOrder(
        notMe,
        "didn't ask for this unlock on the web",
        'Please call them',
        'typed the right code from one of their contacts',
      ),
    );
    expect(sam.notifications().at(-1)).toContain("didn't ask for this unlock on the web. Please call them");
    expect(auth0.user(janesAccount).locked).toBe(true);
    await jane.asks('unlock');
    await jane.sees('paused until');
  });

  story(
    platform,
    'that has changed the password is taken back by the word of its owner: tickets voided, sessions ended',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      await isBound(scene);
      const id = await provesOnWeb(scene, 'reset', { opensPage: true });
      await jane.reads(inOrder(told, 'reset your password', 'Not you?'));
      await savesTheirs(scene);
      await standing(scene, id, 'closed', 'password-changed');
      auth0.signIn(janesAccount, theirs);
      expect(voids(scene)).toBe(0);
      await jane.reads(inOrder('Your password was changed at', 'by the request on the web', 'Not you?'));
      expect(jane.notifications().at(-1)).toContain("Your password was changed: if it wasn't you, tell us here");
      await jane.pressesInMessage(notMe);
      await jane.reads(inOrder("that this wasn't you", 'Your password was changed at', 'ask the helpdesk to reset it'));
      await hasNoSession(scene);
      await eventually(
        () => (voids(scene) === 1 ? true : undefined),
        () => `${voids(scene)} tickets voided`,
      );
      await sam.seesCard(
        inOrder(notMe, "didn't ask for this password reset on the web", 'Help the person to set another'),
      );
      await jane.asks('reset-password');
      await jane.sees('paused until');
    },
  );

  story(platform, 'whose page is still open gets no password any more after the word of its owner', async (scene) => {
    const { jane } = scene;
    await isBound(scene);
    const id = await provesOnWeb(scene, 'reset', { opensPage: true });
    await jane.reads(told);
    await jane.pressesInMessage(notMe);
    await jane.reads(inOrder("that this wasn't you", 'whoever asked has set another one'));
    await standing(scene, id, 'closed', 'frozen');
    await eventually(
      () => (voids(scene) >= 1 ? true : undefined),
      () => 'no ticket voided',
    );
  });

  story(platform, 'is told once, each time, also after a restart, and needs no answer', async (scene) => {
    const { jane, world } = scene;
    await isBound(scene);
    await provesOnWeb(scene, 'reset', { opensPage: true });
    await jane.reads(told);
    await world.restart();
    await asksForUnlock(scene);
    await eventually(
      () => (newsIn(jane).length === 2 ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    expect(newsIn(jane).filter((text) => text.includes('unlock your account'))).toHaveLength(1);
    await jane.asks('reset-password');
    await jane.sees("We'll send a code to");
  });
});

/** The whole way, by the REST flow of a company's own login page. */
const byRest: StoryOptions = {
  policy: 'rest: { enabled: true }\nselfService: { extraApprovals: 1 }',
  beats: { quickMs: 60, checkMs: 120 },
};

describe.concurrent.each(platforms)('On $name, an unlock that is asked for by the REST flow', (platform) => {
  story(
    platform,
    'is told to its owner, needs one approval more than in a chat, and is done after the second',
    async (scene) => {
      const { jane, sam, ada, auth0, world } = scene;
      await isBound(scene);
      auth0.lock(janesAccount);
      const client = clientOf(world);
      await proves(world, client, { flow: 'account-unlock' });
      await jane.reads(inOrder(told, 'unlock your account', 'Not you?'));
      await sam.seesCard(inOrder('Unlock', scene.calls('jane'), fromWeb, '0 of 2 approvals'));
      await sam.presses('Approve');
      await sam.seesCard('1 of 2 approvals');
      expect(auth0.user(janesAccount).locked).toBe(true);
      await ada.presses('Approve');
      await sam.seesCard(inOrder('from the web, not from their chat', 'approved by', 'done'));
      expect(auth0.user(janesAccount).locked).toBe(false);
    },
    byRest,
  );

  story(
    platform,
    'ends for its client, too, when the owner says that it was not them',
    async (scene) => {
      const { jane, sam, auth0, world } = scene;
      await isBound(scene);
      auth0.lock(janesAccount);
      const client = clientOf(world);
      await proves(world, client, { flow: 'account-unlock' });
      await sam.seesCard(fromWeb);
      await jane.reads(told);
      await jane.pressesInMessage(notMe);
      await sam.seesCard(inOrder(notMe, "didn't ask for this unlock on the web"));
      await eventually(
        async () => ((await client.get('/status/')).text.includes('ACCOUNT_PAUSED') ? true : undefined),
        () => 'the client was not told',
      );
      expect(auth0.user(janesAccount).locked).toBe(true);
    },
    byRest,
  );
});

const inBoth = (helpdesk: string): StoryOptions => ({ slack: true, teams: true, helpdesk });
const ways: readonly { readonly own: Platform; readonly other: Platform; readonly helpdesk: string }[] = [
  { own: slack, other: teams, helpdesk: `channels: ["teams:${teamsHelpdesk}"], approvers: { teams: members }` },
  { own: teams, other: slack, helpdesk: `channels: [slack:${workspace.helpdesk}]` },
];

describe.concurrent.each(ways)(
  'Whoever is connected in $own.name, where the helpdesk is in $other.name',
  ({ own, other, helpdesk }) => {
    story(
      own,
      'is named there with their handle, and told here',
      async (scene) => {
        await isBound(scene);
        await asksForUnlock(scene);
        const sam = other.helpdeskChannel(scene.world, 'sam');
        await sam.seesCard(new RegExp(`Unlock.*Jane Doe \\(.* in ${own.name}\\).*${fromWeb}`, 's'));
        await scene.jane.reads(told);
        await scene.jane.pressesInMessage(notMe);
        await sam.seesCard(inOrder(notMe, 'Jane Doe (', 'on the web'));
      },
      inBoth(helpdesk),
    );
  },
);
