// A request from the web: who approves sees where it comes from, and whose account it is; its owner hears of it in their own chat, and
// their word ends it.
import { describe, expect } from 'vitest';
import { type Chat, eventually, inOrder } from './chat.ts';
import { janesPassword, signsIn } from './enrolling.ts';
import { onPage, overRest, type Visit } from './entrance.ts';
import { isSignedIn, oldPassword, openStory, proves } from './entrance-story.ts';
import { janesAccount, people } from './people.ts';
import { type Platform, platforms, slack, teams } from './platform.ts';
import { approvals } from './said.ts';
import type { Scene, StoryOptions } from './story.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { workspace } from './world.ts';

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

/** Until the code was accepted. */
async function asksForUnlock(scene: Scene, entrance = onPage, nthCode = 1): Promise<Visit> {
  scene.auth0.lock(janesAccount);
  const visitor = entrance.visit(scene);
  await proves(scene, visitor, 'unlock', nthCode);
  return visitor;
}

/** The same for a new password, until its page is open. */
async function opensPage(scene: Scene): Promise<Visit> {
  const visitor = onPage.visit(scene);
  await proves(scene, visitor, 'reset');
  await visitor.sees('password-asked');
  await visitor.opensPage();
  return visitor;
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

describe.concurrent.each(platforms)('On $name, a request from the web', (platform) => {
  openStory(
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

  openStory(
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

  openStory(
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

  openStory(
    platform,
    'buzzes on the phone of its owner, and their word ends it before it is approved',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      await isBound(scene);
      auth0.signIn(janesAccount, janesPassword);
      const visitor = await asksForUnlock(scene);
      await jane.reads(inOrder(told, 'unlock your account', 'typed the right code', 'nothing to do here', 'Not you?'));
      expect(jane.notifications().at(-1)).toContain(
        "Somebody asked to unlock your account: if it wasn't you, tell us here",
      );
      await sam.seesCard(fromWeb);
      expect(auth0.user(janesAccount).sessions).toBeGreaterThan(0);
      await jane.pressesInMessage(notMe);
      await jane.reads(inOrder("that this wasn't you", 'paused for 24 hours'));
      await visitor.sees('paused');
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
    },
  );

  openStory(
    platform,
    'that has changed the password is taken back by the word of its owner: tickets voided, sessions ended',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      await isBound(scene);
      const visitor = await opensPage(scene);
      await jane.reads(inOrder(told, 'reset your password', 'Not you?'));
      await visitor.saves(theirs);
      await visitor.waits(20);
      await visitor.sees('password-changed');
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

  openStory(
    platform,
    'whose page is still open gets no password any more after the word of its owner',
    async (scene) => {
      const { jane } = scene;
      await isBound(scene);
      const visitor = await opensPage(scene);
      await jane.reads(told);
      await jane.pressesInMessage(notMe);
      await jane.reads(inOrder("that this wasn't you", 'whoever asked has set another one'));
      await visitor.savesInVain(theirs);
      await visitor.sees('paused');
      expect(voids(scene)).toBeGreaterThanOrEqual(1);
      expect([isSignedIn(scene, theirs), isSignedIn(scene, oldPassword)]).toEqual([false, true]);
    },
  );

  openStory(platform, 'is told once, each time, also after a restart, and needs no answer', async (scene) => {
    const { jane, world } = scene;
    await isBound(scene);
    await opensPage(scene);
    await jane.reads(told);
    await world.restart();
    await asksForUnlock(scene, onPage, 2);
    await eventually(
      () => (newsIn(jane).length === 2 ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    expect(newsIn(jane).filter((text) => text.includes('unlock your account'))).toHaveLength(1);
    await jane.asks('reset-password');
    await jane.sees("We'll send a code to");
  });
});

describe.concurrent.each(platforms)('On $name, an unlock that is asked for by the REST flow', (platform) => {
  openStory(
    platform,
    'is told to its owner, needs one approval more than in a chat, and is done after the second',
    async (scene) => {
      const { jane, sam, ada, auth0 } = scene;
      await isBound(scene);
      const client = await asksForUnlock(scene, overRest);
      await client.sees(approvals(0, 2));
      await jane.reads(inOrder(told, 'unlock your account', 'Not you?'));
      await sam.seesCard(inOrder('Unlock', scene.calls('jane'), fromWeb, '0 of 2 approvals'));
      await sam.presses('Approve');
      await sam.seesCard('1 of 2 approvals');
      expect(auth0.user(janesAccount).locked).toBe(true);
      await ada.presses('Approve');
      await sam.seesCard(inOrder('from the web, not from their chat', 'approved by', 'done'));
      await client.sees('unlocked');
      expect(auth0.user(janesAccount).locked).toBe(false);
    },
    two,
  );

  openStory(
    platform,
    'ends for its client, too, when the owner says that it was not them',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      await isBound(scene);
      const client = await asksForUnlock(scene, overRest);
      await sam.seesCard(fromWeb);
      await jane.reads(told);
      await jane.pressesInMessage(notMe);
      await sam.seesCard(inOrder(notMe, "didn't ask for this unlock on the web"));
      await client.sees('paused');
      expect(auth0.user(janesAccount).locked).toBe(true);
    },
    two,
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
    openStory(
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
