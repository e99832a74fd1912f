// News is a new message at the end of the chat, with a notification; progress only changes what stands there.
import { describe, expect } from 'vitest';
import { savesPassword } from './browser.ts';
import { type Chat, eventually } from './chat.ts';
import { janesAccount, janesEmail, people, slackIdOf } from './people.ts';
import { type Platform, platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

/** As the notification has it: Slack puts the name in place of the mention. */
const nameOn = (platform: Platform): string => (platform === slack ? `<@${slackIdOf('jane')}>` : people.jane.realName);
const oneApproval = 'rules: [{ reset: { approvals: 1 }, unlock: { approvals: 1 } }]';
const twoApprovals = 'rules: [{ reset: { approvals: 2 }, unlock: { approvals: 2 } }]';

async function asksUnlock({ auth0, jane, sam, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.reads('The helpdesk has been asked');
  await sam.seesCard(/Unlock.*for/s);
  await jane.closesWindow();
}

/** Waits until the newest notification on this phone says so. */
const isNotified = (who: Pick<Chat, 'notifications'>, text: string): Promise<true> =>
  eventually(
    () => (who.notifications().at(-1)?.includes(text) === true ? true : undefined),
    () => `${who.notifications().join('\n')}\n(wanted: ${text})`,
  );

/** Waits until there is one card about the request, and returns what it says. */
const onlyCard = (texts: () => readonly string[], wanted: string): Promise<string> =>
  eventually(
    () => (texts().length === 1 && texts()[0]?.includes(wanted) === true ? texts()[0] : undefined),
    () => `${texts().join('\n---\n')}\n(wanted: this alone: ${wanted})`,
  );

describe.concurrent.each(platforms)('On $name, a person who has put the phone away', (platform) => {
  story(
    platform,
    'is notified of the approval, and finds the button at the end of the chat',
    async (scene) => {
      const { jane, sam, proves } = scene;
      await proves('reset-password');
      await jane.reads('The helpdesk has been asked');
      await jane.closesWindow();
      await sam.presses('Approve');
      await isNotified(jane, 'Approved: continue to choose a new password');
      await onlyCard(jane.messages, 'Choose a new password');
      await scene.opensTicket(jane.linkOf('Choose a new password'));
    },
    { policy: oneApproval },
  );

  story(platform, 'is notified of the unlock, not of each step towards it', async (scene) => {
    const { jane, sam } = scene;
    await asksUnlock(scene);
    const before = jane.notifications().length;
    await sam.presses('Approve');
    await isNotified(jane, 'Unlocked: sign in with your current password');
    await onlyCard(jane.messages, "You're unlocked");
    expect(jane.notifications()).toHaveLength(before + 1);
  });

  story(platform, 'is notified of a denial', async (scene) => {
    const { jane, sam } = scene;
    await asksUnlock(scene);
    await sam.presses('Deny…');
    await sam.seesForm('They will see the quoted text');
    await sam.submits();
    await isNotified(jane, 'Declined: your account was not unlocked');
    await onlyCard(jane.messages, 'The helpdesk declined');
  });

  story(
    platform,
    'is not notified of one of two approvals, which the card shows',
    async (scene) => {
      const { jane, sam, ada } = scene;
      await asksUnlock(scene);
      const before = jane.notifications().length;
      await sam.presses('Approve');
      await jane.reads('1 of 2 approvals so far');
      await sam.seesCard('1 of 2 approvals');
      expect(jane.notifications()).toHaveLength(before);
      await ada.presses('Approve');
      await isNotified(jane, 'Unlocked');
      expect(jane.notifications()).toHaveLength(before + 1);
    },
    { policy: twoApprovals },
  );

  story(
    platform,
    'is notified that the password was changed, with the way to say that it was not them',
    async (scene) => {
      const { jane, proves } = scene;
      await proves('reset-password');
      await jane.reads('Choose a new password');
      await jane.closesWindow();
      await savesPassword(await scene.opensTicket(jane.linkOf('Choose a new password')), 'A-new-Passw0rd-2026');
      await isNotified(jane, "Password changed: if it wasn't you, tell us here");
      await onlyCard(jane.messages, 'Password changed at');
      await jane.isOffered("It wasn't me");
      await jane.reads("You're being signed out everywhere else");
      expect(jane.notifications().filter((text) => text.includes('Password changed'))).toHaveLength(1);
    },
  );

  story(
    platform,
    'is notified when an outage is over and the code is on its way',
    async (scene) => {
      const { jane, auth0 } = scene;
      await jane.asks('unlock');
      await jane.sees('Send the code to');
      auth0.faults.mode = 'down';
      await jane.submits();
      await jane.reads("We can't reach the sign-in service right now");
      await jane.closesWindow();
      auth0.faults.mode = 'normal';
      await scene.triesAgain('send-code', 200, () => auth0.lastCodeTo(janesEmail) !== undefined);
      await isNotified(jane, 'Enter the code we sent you');
      await jane.reads('Enter the code');
    },
    { isTroubled: true },
  );

  story(platform, 'gets no second message about what they pressed themselves', async (scene) => {
    const { jane, sam } = scene;
    await asksUnlock(scene);
    const before = jane.notifications().length;
    await jane.pressesInMessage('Cancel this request');
    await onlyCard(jane.messages, 'Cancelled. Nothing was changed.');
    await sam.seesCard('cancelled by the requester');
    expect(jane.notifications()).toHaveLength(before);
  });
});

describe.concurrent.each(platforms)('On $name, the helpdesk', (platform) => {
  const named = { helpdesk: platform.helpdesk({ approvers: ['sam', 'ada'] }) };

  story(platform, 'reads a decision on the card where it was made, and nobody is disturbed', async (scene) => {
    const { jane, sam, ada } = scene;
    await asksUnlock(scene);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    await onlyCard(sam.cards, 'done');
    expect([sam.notifications(), ada.notifications()]).toEqual([[], []]);
  });

  story(
    platform,
    'is called when nobody has answered: a new card in place of the old one, which names the approvers',
    async (scene) => {
      const { jane, sam, ada, world } = scene;
      await asksUnlock(scene);
      expect(sam.notifications()).toEqual([]);
      world.pass(901);
      await isNotified(sam, `Nobody answered: unlock for ${nameOn(platform)}`);
      await isNotified(ada, `Nobody answered: unlock for ${nameOn(platform)}`);
      await onlyCard(sam.cards, 'nobody answered in time');
      await sam.isOffered();
      await isNotified(jane, 'Expired: nobody from the helpdesk answered in time');
      await onlyCard(jane.messages, 'Nobody from the helpdesk answered in time');
    },
    named,
  );

  story(platform, 'is called by *It wasn’t me*, also where everybody in the room may decide', async (scene) => {
    const { jane, sam, ada } = scene;
    await asksUnlock(scene);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    await jane.pressesInMessage("It wasn't me");
    for (const agent of [sam, ada])
      await isNotified(agent, `It wasn't me: ${nameOn(platform)} didn't ask for this unlock. Please call them.`);
    await onlyCard(sam.cards, "It wasn't me");
    await onlyCard(jane.messages, "this wasn't you");
  });

  story(
    platform,
    'keeps the newest card at the end: an older one stands before a newer request, its news behind it',
    async (scene) => {
      const { jane, sam, proves } = scene;
      const adam = scene.chat('adam');
      await asksUnlock(scene);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      scene.auth0.lock('ad|CorpAD|4f1c2d3e-0000-4000-8000-000000000009');
      await proves('unlock', adam, 'adam@home.example.net');
      await sam.isOffered('Approve', 'Deny…');
      await jane.pressesInMessage("It wasn't me");
      await eventually(
        () => (sam.cards().at(-1)?.includes("It wasn't me") === true && sam.cards().length === 2 ? true : undefined),
        () => sam.cards().join('\n---\n'),
      );
    },
  );
});
