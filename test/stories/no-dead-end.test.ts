// From every refusal the person finds the way on: the helpdesk, a new start, or whom to call.
import { describe, expect } from 'vitest';
import { eventually, inOrder } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';

const ask = 'Ask the helpdesk';
/** On a busy machine the first answer may be that it is still being passed on. */
const told = /I've told the helpdesk|I'm telling the helpdesk/;
const notVerified = /Help needed.*NOT verified/s;
const verified = /Help needed.*verified by email code.*They verified their identity in a request for/s;

async function isDenied({ jane, sam, auth0, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.sees('The helpdesk has been asked');
  await sam.presses('Deny…');
  await sam.seesForm('They will see the quoted text');
  await sam.picks('Looks like an attack');
  await sam.submits();
  await jane.reads('The helpdesk declined');
  await jane.closesWindow();
}

const helpCards = ({ sam }: Scene): readonly string[] => sam.cards().filter((card) => card.includes('Help needed'));

describe.concurrent.each(platforms)('On $name, no dead end:', (platform) => {
  story(platform, 'who was denied asks the helpdesk, which reads that they are verified', async (scene) => {
    const { jane, sam } = scene;
    await isDenied(scene);
    await jane.isOffered(ask, "It wasn't me");
    await jane.presses(ask);
    // The answer stands above what the card says, so that nothing is lost.
    await jane.sees(told);
    expect(jane.screen()).toContain('The helpdesk declined');
    expect(await sam.seesCard(verified)).toContain('a request for an unlock, and need help. Please write to them.');
    await sam.isOffered();
    await jane.closesWindow();
    await jane.presses(ask);
    await jane.sees('I told the helpdesk at');
    expect(helpCards(scene)).toHaveLength(1);
  });

  story(platform, 'an hour after the proof nobody is called verified by it', async (scene) => {
    const { jane, world } = scene;
    await isDenied(scene);
    world.pass(3600);
    await jane.presses(ask);
    await jane.sees(told);
    await scene.sam.seesCard(notVerified);
    expect(helpCards(scene)).toHaveLength(1);
  });

  story(platform, 'who asked before the proof is told again after it, as verified, and once', async (scene) => {
    const { jane, sam } = scene;
    await jane.writes('the printer is on fire');
    await jane.reads('I can only help with a forgotten password or a locked account');
    await jane.presses('Something else');
    await jane.describes('it burns');
    await jane.submits();
    await sam.seesCard(notVerified);
    await jane.closesWindow();
    await isDenied(scene);
    for (let nth = 0; nth < 2; nth += 1) {
      await jane.presses(ask);
      await jane.sees(nth === 0 ? told : 'I told the helpdesk at');
      await jane.closesWindow();
    }
    await sam.seesCard(verified);
    expect(helpCards(scene)).toHaveLength(2);
  });

  story(platform, 'after "it wasn\'t me" the helpdesk can be asked, and nobody is called verified', async (scene) => {
    const { jane, sam } = scene;
    await scene.proves('reset-password');
    await jane.reads("You're verified");
    await jane.closesWindow();
    await jane.presses("It wasn't me");
    await jane.reads("this wasn't you");
    await jane.closesWindow();
    await jane.presses(ask);
    await jane.sees(told);
    await sam.seesCard(notVerified);
    await jane.closesWindow();
    // The account is paused: the next request ends at once, and it has the same way on.
    await jane.asks('unlock');
    await jane.sees(inOrder('are paused until', 'The helpdesk can help'));
    await jane.isOffered(ask);
  });

  story(
    platform,
    'nobody answered in time: a new start, the helpdesk, and how to call it',
    async (scene) => {
      const { jane, auth0, proves, world } = scene;
      auth0.lock(janesAccount);
      await proves('unlock');
      await jane.sees('The helpdesk has been asked');
      world.pass(901);
      await jane.reads('Nobody from the helpdesk answered in time');
      await jane.closesWindow();
      expect(jane.message()).toContain('Helpdesk: call 4711');
      await jane.isOffered('Start again', ask, "It wasn't me");
    },
    { helpdesk: `${platform.helpdesk({})}, contact: 'call 4711'` },
  );

  story(
    platform,
    'too many wrong codes: the helpdesk, which reads that nothing is proven',
    async (scene) => {
      const { jane, code, getsCode, sam } = scene;
      await getsCode('reset-password');
      await jane.types(wrong(code()));
      await jane.submits();
      await jane.sees('Too many wrong codes');
      await jane.isOffered(ask);
      await jane.presses(ask);
      await jane.sees(told);
      expect(jane.screen()).toContain('Too many wrong codes');
      await sam.seesCard(notVerified);
    },
    { policy: 'limits: { codeFailuresPerDay: 1 }' },
  );

  story(
    platform,
    'the helpdesk cannot be reached: she reads whom to call, and can ask again at once',
    async (scene) => {
      const { jane, sam, auth0, proves } = scene;
      auth0.lock(janesAccount);
      platform.takesNoCards(scene.world);
      await proves('unlock');
      await scene.triesAgain('show', 200, () => jane.message().includes("couldn't reach the helpdesk"));
      await jane.reads("We couldn't reach the helpdesk. Nothing was changed.");
      await jane.closesWindow();
      expect(jane.message()).toContain('Helpdesk: call 4711');
      await jane.isOffered(ask, "It wasn't me");
      scene.world.calm();
      await jane.presses(ask);
      await jane.sees(told);
      await sam.seesCard(verified);
    },
    { isTroubled: true, helpdesk: `${platform.helpdesk({})}, contact: 'call 4711'` },
  );

  story(
    platform,
    'without a channel the contact stands in the place of the button',
    async (scene) => {
      const nina = scene.chat('nina');
      await nina.asks('unlock');
      expect(await nina.sees('You have no recovery contact yet')).toContain('Helpdesk: call 4711');
      await nina.isOffered('Add a recovery contact');
    },
    { helpdesk: "contact: 'call 4711'" },
  );

  story(platform, 'who has no open request, or types a code into a message, finds the three choices', async (scene) => {
    const { jane, world } = scene;
    for (const [words, answer] of [
      ['status', 'You have no open request.'],
      ['123456', "so I've ignored it"],
    ] as const) {
      world.planted.add(words === 'status' ? '123456' : words);
      await jane.writes(words);
      await jane.reads(answer);
      await jane.isOffered('Forgot password', 'Locked out', 'Something else');
    }
  });

  story(platform, "somebody else's button asks for nobody", async (scene) => {
    const { jane, sam } = scene;
    await isDenied(scene);
    const press = jane.remembers(ask);
    const bert = scene.chat('bert');
    await press(bert);
    // Beside the card, or in the window that the button opens.
    await eventually(
      () => ([bert.screen(), ...bert.whispers()].join().includes("This request isn't yours") ? true : undefined),
      () => bert.screen(),
    );
    await jane.presses(ask);
    await sam.seesCard(verified);
    await eventually(
      () => (helpCards(scene).length === 1 ? true : undefined),
      () => sam.cards().join('\n---\n'),
    );
    expect(helpCards(scene)[0]).toContain(scene.calls('jane'));
  });
});
