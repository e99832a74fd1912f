// One person with a reset and an unlock open at once: `status` shows both, and `cancel` asks which.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { janesAccount, slackIdOf } from './people.ts';
import { platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

const which = 'You have two open requests. Which one do you want to cancel?';

/** A reset that waits for its code, and an unlock that waits for the helpdesk. */
async function asksForBoth({ jane, auth0, sam, proves, getsCode }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await sam.seesCard(/Unlock.*for/s);
  await jane.closesWindow();
  await getsCode('reset-password');
  await jane.closesWindow();
}

const openOnes = ({ jane }: Scene) => jane.messages().filter((text) => /Cancel this request|Enter the code/.test(text));

describe.concurrent.each(platforms)('On $name, of two open requests', (platform) => {
  story(platform, 'status shows both, and each stays up to date', async (scene) => {
    const { jane, sam } = scene;
    await asksForBoth(scene);
    const before = jane.messages().length;
    await jane.writes('status');
    await eventually(
      () => (jane.messages().length === before + 2 ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    const [first = '', second = ''] = jane.messages().slice(before);
    expect(first).toContain('Unlock your account');
    expect(first).toContain('The helpdesk has been asked');
    expect(second).toContain('Reset your password');
    expect(second).toContain('Enter the code');
    await sam.presses('Approve');
    await eventually(
      () => (jane.messages()[before]?.includes("You're unlocked") ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    expect(jane.messages().filter((text) => text.includes('Enter the code')).length).toBeGreaterThan(0);
  });

  story(platform, 'cancel asks which one, and only that one is cancelled', async (scene) => {
    const { jane, sam } = scene;
    await asksForBoth(scene);
    await jane.writes('cancel');
    await jane.reads(which);
    await jane.isOffered('Cancel unlock', 'Cancel password reset');
    expect(openOnes(scene).length).toBeGreaterThan(0);
    await jane.presses('Cancel password reset');
    await jane.reads(/Reset your password.*Cancelled. Nothing was changed./s);
    // Both commands tell of the one that is left.
    await jane.writes('status');
    await jane.reads(/Unlock your account.*The helpdesk has been asked/s);
    await jane.writes('cancel');
    await jane.reads(/Unlock your account.*Cancelled. Nothing was changed./s);
    await sam.seesCard('cancelled by the requester');
    for (const words of ['status', 'cancel']) {
      await jane.writes(words);
      await jane.reads(/You have no open request. This was the last one:.*Cancelled. Nothing was changed./s);
    }
  });

  for (const [words, kept, cancelled] of [
    ['cancel the unlock please', 'Reset your password', 'Unlock your account'],
    ['cancel my password reset', 'Unlock your account', 'Reset your password'],
  ] as const) {
    story(platform, `the one that is named is cancelled without a question: ${words}`, async (scene) => {
      const { jane } = scene;
      await asksForBoth(scene);
      await jane.writes(words);
      await jane.reads(new RegExp(`${cancelled}.*Cancelled`, 's'));
      await jane.writes('status');
      await jane.reads(new RegExp(`${kept}.*(?:Enter the code|The helpdesk has been asked)`, 's'));
    });
  }

  story(platform, 'both named are a question again', async (scene) => {
    await asksForBoth(scene);
    await scene.jane.writes('cancel unlock and password reset');
    await scene.jane.reads(which);
  });

  story(platform, 'the only one is not cancelled by words that name the other kind', async (scene) => {
    const { jane, getsCode } = scene;
    await getsCode('reset-password');
    await jane.closesWindow();
    await jane.writes('cancel unlock');
    await jane.reads('Only this request is open. Do you want to cancel it?');
    await jane.isOffered('Cancel password reset');
    await jane.presses('Cancel password reset');
    await jane.reads(/Reset your password.*Cancelled/s);
  });

  story(platform, 'the question is answered also when the one that is meant has ended meanwhile', async (scene) => {
    const { jane, sam, world } = scene;
    await asksForBoth(scene);
    await jane.writes('cancel');
    await jane.reads(which);
    const cancels = jane.remembers('Cancel unlock');
    await sam.presses('Approve');
    await eventually(
      () => (jane.messages().some((text) => text.includes("You're unlocked")) ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    world.pass(1);
    await cancels(jane);
    await jane.sees("You're unlocked");
    await jane.writes('status');
    await jane.reads('Enter the code');
  });
});

story(slack, 'delivered again later, words that cancelled a request do not cancel the next', async (scene) => {
  const { jane, world, getsCode } = scene;
  await getsCode('unlock');
  await jane.closesWindow();
  await jane.writes('cancel');
  await jane.reads(/Unlock your account.*Cancelled/s);
  const cancelling = world.slack.control.deliveries.findLast(({ kind }) => kind === 'event');
  if (cancelling === undefined) throw new Error('nothing was delivered');
  world.pass(61);
  await getsCode('reset-password');
  await jane.closesWindow();
  const before = jane.messages().length;
  const again = await world.slack.client(slackIdOf('jane')).send('event', cancelling.sent.body);
  expect(again).toMatchObject({ status: 200 });
  await eventually(
    () => (jane.messages().length === before + 1 ? true : undefined),
    () => jane.messages().join('\n---\n'),
  );
  await jane.writes('status');
  await jane.reads(/Reset your password.*Enter the code/s);
});

describe.concurrent('In Slack, behind a command', () => {
  story(slack, 'status sends both as direct messages, and cancel means the one of the command', async (scene) => {
    const { jane } = scene;
    await asksForBoth(scene);
    const before = jane.messages().length;
    await jane.asks('unlock', 'status');
    await jane.hears("I've sent you the answer as a direct message.");
    await eventually(
      () => (jane.messages().length === before + 2 ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    await jane.asks('unlock', 'cancel');
    await jane.hears(/Unlock your account.*Cancelled/s);
    await jane.writes('status');
    await jane.reads('Enter the code');
  });
});
