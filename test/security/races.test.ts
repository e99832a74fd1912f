// The same action many times at once: what may happen once happens once.
import { describe, expect } from 'vitest';
import type { Scene } from '../stories/story.ts';
import { attack } from './attack.ts';
import { codesAskedAbout, submitsForm, windowOf } from './forgery.ts';

const times = <T>(count: number, act: (nth: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, nth) => act(nth)));
const tickets = ({ auth0 }: Scene) => auth0.requests.filter(({ path }) => path.includes('/tickets/'));

describe('a code', () => {
  attack('that is right, submitted fifty times at once, is looked at once and gives one link', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    const form = windowOf(world, 'jane');
    const answers = await times(50, () => submitsForm(world, 'jane', form, code()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(codesAskedAbout(world)).toHaveLength(1);
    await jane.reads('Choose a new password');
    expect(new Set(jane.messages().filter((text) => text.includes('Choose a new password'))).size).toBe(1);
    await scene.opensTicket(jane.linkOf('Choose a new password'));
    expect(tickets(scene)).toHaveLength(1);
  });

  attack('guessed fifty times at once is looked at three times at most, and then it is dead', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    const form = windowOf(world, 'jane');
    const right = Number(code());
    for (let round = 0; round < 3; round += 1) {
      await times(50, (nth) =>
        submitsForm(world, 'jane', form, String((right + 1 + round * 50 + nth) % 1_000_000).padStart(6, '0')),
      );
    }
    expect(codesAskedAbout(world)).toHaveLength(3);
    // After this she may ask again.
    world.pass(61);
    expect((await submitsForm(world, 'jane', form, code())).body).toContain('That code no longer works');
    expect(codesAskedAbout(world)).toHaveLength(3);
    expect(jane.linkOf('Choose a new password')).toBeUndefined();
  });

  attack('is looked at three times at most also where Auth0 would go on looking', async (scene) => {
    const { world, auth0, code, getsCode } = scene;
    await getsCode('reset-password');
    const form = windowOf(world, 'jane');
    const wrongCode = { error: 'invalid_grant', error_description: 'Wrong email or verification code.' };
    auth0.faults.next({ method: 'POST', path: /^\/oauth\/token/, times: 100 }, { status: 403, body: wrongCode });
    for (let round = 0; round < 5; round += 1) {
      const guess = String((Number(code()) + 1 + round) % 1_000_000).padStart(6, '0');
      await submitsForm(world, 'jane', form, guess);
    }
    expect(codesAskedAbout(world)).toHaveLength(3);
    expect((await submitsForm(world, 'jane', form, code())).body).toContain('That code no longer works');
    expect(codesAskedAbout(world)).toHaveLength(3);
  });

  attack('ordered fifty times at once is sent once', async (scene) => {
    const { jane, world, auth0 } = scene;
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    const form = windowOf(world, 'jane');
    const [contact = ''] = /(?:email|sms)\|\w+/.exec(JSON.stringify(form.values)) ?? [];
    await times(50, () => submitsForm(world, 'jane', form, contact));
    await scene.auth0Sent(1);
    expect(auth0.requests.filter(({ path }) => path.includes('passwordless'))).toHaveLength(1);
  });
});
