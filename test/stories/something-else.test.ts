// A person who needs a human reaches one: the helpdesk is told once, with the remark that nothing is proven. If it
// cannot be told, the person is.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

/** On a busy machine the first answer may be that it is still being passed on. */
const told = /I've told the helpdesk|I'm telling the helpdesk/;
const notVerified = /Help needed.*NOT verified/s;

async function asksForSomebody({ jane }: Scene): Promise<void> {
  await jane.writes('the printer is on fire');
  await jane.reads('What happened?');
  await jane.isOffered('Forgot password', 'Locked out', 'Something else');
  await jane.presses('Something else');
}

async function hasCards({ sam }: Scene, count: number): Promise<void> {
  await eventually(
    () => (sam.cards().length === count ? true : undefined),
    () => sam.cards().join('\n---\n'),
  );
}

describe.each(platforms)('On $name, something else', (platform) => {
  story(platform, 'reaches the helpdesk, as a card that nobody can decide on', async (scene) => {
    const { jane, sam } = scene;
    await asksForSomebody(scene);
    await jane.sees(told);
    const card = await sam.seesCard(notVerified);
    expect(card).toContain(scene.calls('jane'));
    await sam.isOffered();
    expect(scene.auth0.requests.filter(({ path }) => path.includes('passwordless'))).toEqual([]);
  });

  story(platform, 'is told once an hour, however often she asks', async (scene) => {
    const { jane, world } = scene;
    await asksForSomebody(scene);
    await jane.sees(told);
    await hasCards(scene, 1);
    await jane.closesWindow();
    world.pass(60);
    await asksForSomebody(scene);
    await jane.sees('I told the helpdesk at');
    await jane.closesWindow();
    await hasCards(scene, 1);
    world.pass(3_600);
    await asksForSomebody(scene);
    await jane.sees(told);
    await hasCards(scene, 2);
  });

  story(
    platform,
    'is told once, however often she presses at the same moment',
    async (scene) => {
      const { jane, sam } = scene;
      await jane.writes('hello');
      await jane.reads('Something else');
      const presses = Array.from({ length: 8 }, () => jane.remembers('Something else'));
      await Promise.all(presses.map((press) => press(jane)));
      await sam.seesCard(notVerified);
      await jane.writes('help');
      await hasCards(scene, 1);
      expect(sam.cards()).toHaveLength(1);
    },
    { isTroubled: true },
  );

  story(platform, 'is at hand where somebody has no contact', async (scene) => {
    const nina = scene.chat('nina');
    await nina.asks('unlock');
    await nina.sees('You have no recovery contact yet');
    await nina.presses('Ask the helpdesk');
    await nina.sees(told);
    await scene.sam.seesCard(notVerified);
  });

  story(platform, 'of a guest is not told to the helpdesk, and the guest reads so', async (scene) => {
    const gus = scene.chat('gus');
    await gus.writes('hello');
    await gus.reads('Something else');
    for (let nth = 0; nth < 2; nth += 1) {
      await gus.presses('Something else');
      await gus.sees('Please ask the helpdesk');
      if (nth === 0) {
        await gus.closesWindow();
        await gus.writes('hello');
        await gus.reads('Something else');
      }
    }
    expect(scene.sam.cards()).toEqual([]);
  });

  story(
    platform,
    'without a channel leads to the way that the operator names',
    async (scene) => {
      await asksForSomebody(scene);
      expect(await scene.jane.sees('Please ask the helpdesk')).toContain('Helpdesk: call 4711');
    },
    { helpdesk: "contact: 'call 4711'" },
  );
});

story(
  slack,
  'where the channel cannot be reached she is told so, and may ask again at once',
  async (scene) => {
    const { jane, sam, world } = scene;
    world.slack.control.faults.always('conversations.info', 'channel_not_found');
    await asksForSomebody(scene);
    expect(await jane.sees("I couldn't reach the helpdesk just now")).toContain('Helpdesk: call 4711');
    await jane.closesWindow();
    world.slack.control.faults.clear();
    await asksForSomebody(scene);
    await jane.sees(told);
    await sam.seesCard(notVerified);
  },
  { isTroubled: true, helpdesk: `${slack.helpdesk({})}, contact: 'call 4711'` },
);
