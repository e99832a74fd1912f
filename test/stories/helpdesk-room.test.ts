// The helpdesk's channel itself: missing, closed to the bot, shared with strangers, none at all, or two of them.
import { describe, expect } from 'vitest';
import { janesAccount, slackIdOf } from './people.ts';
import { slack as platform } from './platform.ts';
import { slackDesk } from './slack-chat.ts';
import { type Scene, story } from './story.ts';
import { workspace } from './world.ts';

async function asksUnlock({ jane, auth0, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.reads(/helpdesk/);
}

const cannotReach = "We couldn't reach the helpdesk's channel. Nothing was changed. Please call them.";

describe.concurrent('The helpdesk’s channel in Slack', () => {
  story(
    platform,
    'that does not exist is told to her at once, and to the operator by name',
    async (scene) => {
      await asksUnlock(scene);
      await scene.jane.reads(cannotReach);
      await scene.logs(/channel_not_found/);
      expect(scene.auth0.user(janesAccount).locked).toBe(true);
    },
    { helpdesk: 'channels: [slack:C0NOWHERE]', isTroubled: true },
  );

  story(
    platform,
    'to which the bot was not invited is tried again, works when it is, and the operator reads what to do',
    async (scene) => {
      const { world, jane } = scene;
      const members = (['sam', 'ada'] as const).map(slackIdOf);
      world.slack.control.addChannel({ id: 'C0OPEN', name: 'help', members, withBot: false });
      await asksUnlock(scene);
      await scene.logs('Invite the bot to the helpdesk channel.');
      expect(jane.message()).toContain('The helpdesk has been asked');
      world.slack.control.addChannel({ id: 'C0OPEN', name: 'help', members });
      world.pass(3);
      const sam = slackDesk(world, 'sam', 'C0OPEN');
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
    },
    { helpdesk: 'channels: [slack:C0OPEN]', isTroubled: true },
  );

  story(
    platform,
    'that stays closed to the bot ends the request with a clear sentence',
    async (scene) => {
      const { world, jane } = scene;
      world.slack.control.addChannel({ id: 'C0OPEN', name: 'help', withBot: false });
      await asksUnlock(scene);
      await scene.triesAgain('show');
      await jane.reads(cannotReach);
      await scene.logs('effect given up');
    },
    { helpdesk: 'channels: [slack:C0OPEN]', isTroubled: true },
  );

  story(
    platform,
    'that is shared with another company is never written to',
    async (scene) => {
      const { world, jane } = scene;
      world.slack.control.addChannel({ id: 'C0SHARED', name: 'partners', isExtShared: true });
      await asksUnlock(scene);
      await scene.logs('is shared with another company');
      await scene.triesAgain('show');
      await jane.reads(cannotReach);
      expect(world.slack.control.messages('C0SHARED')).toEqual([]);
    },
    { helpdesk: 'channels: [slack:C0SHARED]', isTroubled: true },
  );

  story(
    platform,
    'that nobody named is told to her, instead of a wait that cannot end',
    async ({ jane, auth0, proves }) => {
      auth0.lock(janesAccount);
      await proves('unlock');
      await jane.reads('I have not been told where to ask');
    },
    { helpdesk: '' },
  );

  story(
    platform,
    'may be two: both have the card, either decides, both read the end',
    async (scene) => {
      const { world, jane, sam } = scene;
      world.slack.control.addChannel({ id: 'C0NIGHT', name: 'night', members: [slackIdOf('ada')] });
      await asksUnlock(scene);
      const ada = slackDesk(world, 'ada', 'C0NIGHT');
      await sam.seesCard(/Unlock.*for/s);
      await ada.seesCard(/Unlock.*for/s);
      await ada.presses('Approve');
      await jane.reads("You're unlocked");
      await sam.seesCard(/approved by <@U0ADA>.*done/s);
      await ada.seesCard(/approved by <@U0ADA>.*done/s);
    },
    { helpdesk: `channels: [slack:${workspace.helpdesk}, slack:C0NIGHT]` },
  );

  story(
    platform,
    'of which one cannot be written to does not stop the other',
    async (scene) => {
      const { jane, sam } = scene;
      await asksUnlock(scene);
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      await sam.seesCard(/done/);
    },
    { helpdesk: `channels: [slack:${workspace.helpdesk}, slack:C0NOWHERE]`, isTroubled: true },
  );

  story(platform, 'from which an agent was removed takes no decision of theirs', async (scene) => {
    const { world, jane, sam } = scene;
    await asksUnlock(scene);
    await sam.seesCard(/Unlock.*for/s);
    const late = sam.remembers('Approve');
    const members = (['ada', 'jane'] as const).map(slackIdOf);
    world.slack.control.addChannel({ id: workspace.helpdesk, name: 'helpdesk', isPrivate: true, members });
    await late();
    await sam.hears("You aren't one of the people who may decide this.");
    await scene.ada.presses('Approve');
    await jane.reads("You're unlocked");
  });

  story(
    platform,
    'cannot make an approver of somebody on the list who has left the company',
    async (scene) => {
      const { world, sam, jane } = scene;
      await asksUnlock(scene);
      world.slack.control.addUser({ id: slackIdOf('sam'), name: 'sam', email: 'sam@acme.example.com', deleted: true });
      await sam.presses('Approve');
      await sam.hears("You aren't one of the people who may decide this.");
      await scene.ada.presses('Approve');
      await jane.reads("You're unlocked");
    },
    { helpdesk: `channels: [slack:${workspace.helpdesk}], approvers: { slack: [U0SAM, U0ADA] }` },
  );
});
