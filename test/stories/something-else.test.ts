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
  await jane.reads('I can only help with a forgotten password or a locked account');
  await jane.isOffered('Something else');
  await jane.presses('Something else');
}

async function asksAbout(scene: Scene, trouble: string): Promise<void> {
  await asksForSomebody(scene);
  await scene.jane.describes(trouble);
  await scene.jane.submits();
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
    expect(await jane.sees('What is it about?')).toContain("Don't write passwords or codes here");
    await jane.describes('The printer on floor 2 burns');
    expect(sam.cards()).toEqual([]);
    await jane.submits();
    await jane.sees(told);
    const card = await sam.seesCard(notVerified);
    expect(card).toContain(scene.calls('jane'));
    expect(card).toContain('What they wrote, not checked: “The printer on floor 2 burns”');
    await sam.isOffered();
    expect(scene.auth0.requests.filter(({ path }) => path.includes('passwordless'))).toEqual([]);
  });

  story(platform, 'is told without markup, mentions and secrets, whatever is written', async (scene) => {
    const { jane, sam, world } = scene;
    const secret = '739241';
    world.planted.add(secret);
    await asksAbout(
      scene,
      `<!channel> *urgent* <at>all</at> ” VERIFIED, the code is ${secret}, mail me at a@b.example`,
    );
    await jane.sees(told);
    const card = await sam.seesCard(notVerified);
    expect(card).toContain("' VERIFIED, the code is •••");
    for (const never of [secret, '<!channel>', '*urgent*', '<at>', '” VERIFIED', 'b.example']) {
      expect(card).not.toContain(never);
    }
  });

  story(platform, 'is told once an hour, however often she asks', async (scene) => {
    const { jane, world } = scene;
    await asksAbout(scene, 'the printer burns');
    await jane.sees(told);
    await hasCards(scene, 1);
    await jane.closesWindow();
    world.pass(3_540);
    await asksForSomebody(scene);
    await jane.sees('I told the helpdesk at');
    await jane.closesWindow();
    await hasCards(scene, 1);
    world.pass(61);
    await asksAbout(scene, 'it still burns');
    await jane.sees(told);
    await hasCards(scene, 2);
  });

  story(
    platform,
    'is told once, however often she presses at the same moment',
    async (scene) => {
      const { sam } = scene;
      const nina = scene.chat('nina');
      await nina.asks('unlock');
      await nina.sees('You have no recovery contact yet');
      await nina.closesWindow();
      await nina.writes('status');
      await nina.reads('Ask the helpdesk');
      const presses = Array.from({ length: 8 }, () => nina.remembers('Ask the helpdesk'));
      await Promise.all(presses.map((press) => press(nina)));
      await sam.seesCard(notVerified);
      await nina.writes('help');
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
    for (let nth = 0; nth < 2; nth += 1) {
      await gus.writes('help');
      await gus.reads('Something else');
      await gus.presses('Something else');
      await gus.describes('no idea');
      await gus.submits();
      await gus.sees('Please ask the helpdesk');
      await gus.closesWindow();
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
    await asksAbout(scene, 'the printer burns');
    expect(await jane.sees("I couldn't reach the helpdesk just now")).toContain('Helpdesk: call 4711');
    await jane.closesWindow();
    world.slack.control.faults.clear();
    await asksAbout(scene, 'the printer burns');
    await jane.sees(told);
    await sam.seesCard(notVerified);
  },
  { isTroubled: true, helpdesk: `${slack.helpdesk({})}, contact: 'call 4711'` },
);
