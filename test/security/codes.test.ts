// A code proves one person, for one request, once. Attacks on each of these three rules.
import { describe, expect } from 'vitest';
import { accountOf, janesEmail, janesPhone } from '../stories/people.ts';
import { slack as platform } from '../stories/platform.ts';
import { story, wrong } from '../stories/story.ts';
import {
  codesAskedAbout,
  drawnAnew,
  pressesForged,
  pressesForgedInWindow,
  requestIn,
  submitsForm,
  windowOf,
} from './forgery.ts';

const samsEmail = 'sam.agent@home.example.net';

describe('a code', () => {
  story(platform, 'of one person is worthless to another, and his try does not use it up', async (scene) => {
    const { jane, world, code, getsCode, chat } = scene;
    const sam = chat('sam');
    await getsCode('reset-password');
    await getsCode('reset-password', sam);
    const [janes, sams] = [code(janesEmail), code(samsEmail)];
    if (janes !== sams) {
      await sam.types(janes);
      await sam.submits();
      await sam.seesBesideInput("That isn't the code");
    }
    expect(codesAskedAbout(world).map(({ body }) => body)).not.toContainEqual(
      expect.objectContaining({ username: janesEmail }),
    );
    await jane.types(janes);
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(platform, 'is not taken from somebody else, even into the request for which it was sent', async (scene) => {
    const { jane, world, code, getsCode, chat } = scene;
    await getsCode('reset-password');
    const form = windowOf(world, 'jane');
    for (const thief of ['sam', 'nina', 'gus', 'xaver'] as const) {
      const answer = await submitsForm(world, thief, form, code());
      expect(answer.body).toContain("This request isn't yours.");
    }
    expect(codesAskedAbout(world)).toEqual([]);
    expect(chat('sam').messages()).toEqual([]);
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  for (const [asked, answered] of [
    ['unlock', 'reset-password'],
    ['reset-password', 'unlock'],
  ] as const) {
    story(platform, `for ${asked} does not answer the ${answered} that is open beside it`, async (scene) => {
      const { jane, world, code, getsCode } = scene;
      await getsCode(answered);
      const other = windowOf(world, 'jane');
      await jane.closesWindow();
      world.pass(61);
      await getsCode(asked);
      const answer = await submitsForm(world, 'jane', other, code());
      expect(answer.body).toContain('That code no longer works');
      expect(codesAskedAbout(world)).toEqual([]);
      await jane.types(code());
      await jane.submits();
      await jane.sees(/You're verified|isn't locked/);
    });
  }

  story(platform, 'sent to one contact does not answer for another', async (scene) => {
    const { jane, code, getsCode, world } = scene;
    await getsCode('reset-password');
    const mailed = code(janesEmail);
    await jane.presses('Use another contact');
    await jane.sees('Send the code to');
    await jane.picks('Text •••12');
    await jane.submits();
    await jane.sees('Enter the code we texted');
    if (mailed !== code(janesPhone)) {
      await jane.types(mailed);
      await jane.submits();
      await jane.seesBesideInput("That isn't the code");
    }
    expect(codesAskedAbout(world)).not.toContainEqual(
      expect.objectContaining({ body: expect.objectContaining({ realm: 'email' }) }),
    );
  });

  story(platform, 'is void as soon as a newer one was sent', async (scene) => {
    const { jane, code, getsCode, world } = scene;
    await getsCode('reset-password');
    const first = code();
    world.pass(61);
    await drawnAnew(world, 'jane', () => jane.presses('Send again'));
    await jane.types(first === code() ? wrong(first) : first);
    await jane.submits();
    await jane.seesBesideInput("That isn't the code");
  });

  story(platform, 'goes to no contact but her own, whatever the form says', async (scene) => {
    const { jane, world, auth0 } = scene;
    const [sams] = auth0.user(accountOf('sam')).contacts;
    const contact = `email|${sams?.userId}`;
    expect(sams?.address).toBe(samsEmail);
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    const form = windowOf(world, 'jane');
    for (const forged of [contact, 'email|attacker@evil.test', 'sms|+15550100', '']) {
      await submitsForm(world, 'jane', form, forged);
    }
    expect(auth0.outbox).toEqual([]);
    expect(auth0.requests.filter(({ path }) => path.includes('passwordless'))).toEqual([]);
  });

  story(
    platform,
    'guessed wrong stays counted over a new code, another request and a restart of the process',
    async (scene) => {
      const { jane, world, code, getsCode } = scene;
      const tries = async (count: number): Promise<void> => {
        for (let nth = 0; nth < count; nth += 1) {
          await jane.types(wrong(code()));
          await jane.submits();
        }
      };
      await getsCode('reset-password');
      await tries(2);
      world.pass(61);
      await drawnAnew(world, 'jane', () => jane.presses('Send again'));
      await tries(1);
      await jane.closesWindow();
      await world.restart();
      await jane.writes('cancel');
      await jane.reads('Cancelled');
      world.pass(61);
      await getsCode('unlock');
      await tries(1);
      await jane.sees(/Too many wrong codes.*try again from/s);
      const asked = codesAskedAbout(world).length;
      await jane.closesWindow();
      await jane.asks('reset-password');
      await jane.sees('Send the code to');
      await jane.submits();
      await jane.sees(/Too many wrong codes/);
      expect(codesAskedAbout(world)).toHaveLength(asked);
    },
    { policy: 'limits: { codeFailuresPerDay: 4 }' },
  );

  story(
    platform,
    'is needed: no press of hers leads past it',
    async (scene) => {
      const { world, auth0, getsCode } = scene;
      await getsCode('reset-password');
      const flow = requestIn(windowOf(world, 'jane'));
      for (const act of [
        'continue',
        'follow-link',
        'approve',
        'retry-doubt',
        'settle-doubt',
        'send-code',
        'submit-code',
      ]) {
        await pressesForgedInWindow(world, 'jane', act, flow);
        await pressesForged(world, 'jane', act, flow);
      }
      expect(codesAskedAbout(world)).toEqual([]);
      expect(auth0.requests.filter(({ path }) => /tickets|user-blocks/.test(path))).toEqual([]);
    },
    { isTroubled: true },
  );
});
