// The helpdesk's channel itself: missing, closed to the bot, shared with another company, none at all, or two of them.
import { describe, expect } from 'vitest';
import { recordOf } from '../../playground/json.ts';
import { inOrder } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

async function asksUnlock({ jane, auth0, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.reads(/helpdesk/);
}

const notYou = /You aren't an approver, so you can't decide this request|You aren't in this conversation any more/;
const cannotReach = "We couldn't reach the helpdesk. Nothing was changed. Please call them.";

describe.concurrent.each(platforms)('On $name, the helpdesk’s channel', (platform) => {
  const open = { helpdesk: platform.helpdesk({ rooms: ['open'] }), isTroubled: true };

  story(
    platform,
    'that does not exist is told to her, and to the operator by its platform’s word for it',
    async (scene) => {
      await asksUnlock(scene);
      await scene.triesAgain('show');
      await scene.jane.reads(cannotReach);
      await scene.logs(/channel_not_found|ConversationNotFound/);
      expect(scene.auth0.user(janesAccount).locked).toBe(true);
    },
    { helpdesk: platform.helpdesk({ rooms: ['nowhere'] }), isTroubled: true },
  );

  story(
    platform,
    'to which the bot was not invited is tried again, works when it is, and the operator reads what to do',
    async (scene) => {
      const { world, jane } = scene;
      platform.room(world, 'open', { members: ['sam', 'ada'], isClosed: true });
      await asksUnlock(scene);
      await scene.logs(
        /Slack shows the bot no channel C0OPEN: invite the bot to it|add the app to that channel's team/,
      );
      expect(jane.message()).toContain('The helpdesk has been asked');
      platform.room(world, 'open', { members: ['sam', 'ada'] });
      await scene.triesAgain('show', 1);
      const sam = scene.helpdeskChannel('sam', 'open');
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
    },
    open,
  );

  story(
    platform,
    'that stays closed to the bot ends the request with a clear sentence',
    async (scene) => {
      const { world, jane } = scene;
      platform.room(world, 'open', { members: ['sam'], isClosed: true });
      await asksUnlock(scene);
      await scene.triesAgain('show');
      await jane.reads(cannotReach);
      await scene.logs('effect given up');
    },
    open,
  );

  story(
    platform,
    'that nobody named is told to her, instead of a wait that cannot end',
    async ({ jane, auth0, proves }) => {
      auth0.lock(janesAccount);
      await proves('unlock');
      await jane.reads('I have no way to reach them from here');
    },
    { helpdesk: '' },
  );

  story(
    platform,
    'may be two: both have the card, either decides, both read the end',
    async (scene) => {
      const { world, jane, sam, calls } = scene;
      platform.room(world, 'night', { members: ['ada'] });
      await asksUnlock(scene);
      const ada = scene.helpdeskChannel('ada', 'night');
      await sam.seesCard(/Unlock.*for/s);
      await ada.seesCard(/Unlock.*for/s);
      await ada.presses('Approve');
      await jane.reads("You're unlocked");
      for (const helpdeskChannel of [sam, ada])
        await helpdeskChannel.seesCard(inOrder(`approved by ${calls('ada')}`, 'done'));
    },
    { helpdesk: platform.helpdesk({ rooms: ['helpdesk', 'night'] }) },
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
    { helpdesk: platform.helpdesk({ rooms: ['helpdesk', 'nowhere'] }), isTroubled: true },
  );

  story(
    platform,
    'from which an agent was removed takes no decision of theirs',
    async (scene) => {
      const { world, jane, sam } = scene;
      await asksUnlock(scene);
      await sam.seesCard(/Unlock.*for/s);
      const late = sam.remembers('Approve');
      platform.room(world, 'helpdesk', { members: ['ada', 'jane'] });
      await late();
      await sam.hears(notYou);
      await scene.ada.presses('Approve');
      await jane.reads("You're unlocked");
    },
    // Teams is asked about somebody who has left.
    { isTroubled: true },
  );

  story(
    platform,
    'cannot make an approver of somebody on the list who has left the company',
    async (scene) => {
      const { world, sam, jane } = scene;
      await asksUnlock(scene);
      platform.leaves(world, 'sam');
      await sam.presses('Approve');
      await sam.hears(notYou);
      await scene.ada.presses('Approve');
      await jane.reads("You're unlocked");
    },
    { helpdesk: platform.helpdesk({ approvers: ['sam', 'ada'] }), isTroubled: true },
  );

  const guestPresses = async (scene: Scene): Promise<void> => {
    const { world, auth0, jane, sam } = scene;
    platform.room(world, 'helpdesk', { members: ['sam', 'ada', 'jane', 'gus'] });
    await asksUnlock(scene);
    const gus = scene.helpdeskChannel('gus');
    await gus.seesCard(/Unlock.*for/s);
    await gus.presses('Approve');
    await gus.hears(notYou);
    expect(auth0.user(janesAccount).locked).toBe(true);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
  };

  story(platform, 'takes no decision of a guest who is a member of it', guestPresses, { isTroubled: true });

  story(platform, 'takes no decision of a guest who is on the list', guestPresses, {
    helpdesk: platform.helpdesk({ approvers: ['sam', 'gus'] }),
    isTroubled: true,
  });
});

describe.concurrent('In Slack, the helpdesk’s channel', () => {
  story(
    slack,
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
    { helpdesk: slack.helpdesk({ rooms: ['shared'] }), isTroubled: true },
  );
});

/** In Slack the channel may be public; for Teams the policy must say who may decide, or the product does not start. */
describe.concurrent('On Slack, a helpdesk’s channel that anybody may join', () => {
  const publicRoom = ({ world }: Scene): void =>
    world.slack.control.addChannel({ id: 'C0OPEN', name: 'open', members: ['U0SAM', 'U0ADA'], isPrivate: false });
  const readyParts = async ({ world }: Scene) => {
    const answer = await fetch(`${world.url}/readyz`);
    return { status: answer.status, ...recordOf(recordOf(await answer.json())['parts']) };
  };

  story(
    slack,
    'lets nobody decide by being in it: the press says why, and the operator reads it',
    async (scene) => {
      publicRoom(scene);
      const expected = { status: 200, slack: 'ok', helpdesk: 'failing' };
      await expect.poll(() => readyParts(scene), { timeout: 120_000 }).toMatchObject(expected);
      await scene.logs('helpdesk.nobody-may-decide');
      await asksUnlock(scene);
      const sam = scene.helpdeskChannel('sam', 'open');
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await sam.hears('Nobody can decide here yet: this channel is public');
      expect(scene.auth0.user(janesAccount).locked).toBe(true);
    },
    { helpdesk: slack.helpdesk({ rooms: ['open'] }), isTroubled: true },
  );

  story(
    slack,
    'lets its members decide where the policy says the word',
    async (scene) => {
      publicRoom(scene);
      expect(await readyParts(scene)).toMatchObject({ helpdesk: 'ok' });
      await asksUnlock(scene);
      const sam = scene.helpdeskChannel('sam', 'open');
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await scene.jane.reads("You're unlocked");
    },
    { helpdesk: `${slack.helpdesk({ rooms: ['open'] })}, approvers: { slack: members }`, isTroubled: true },
  );
});
