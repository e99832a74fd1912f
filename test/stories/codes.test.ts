// The proof: which contact, how many wrong codes, how many sends, for how long.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { janesAccount, janesEmail, janesPhone } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';

async function triesWrong({ jane, code }: Scene, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth += 1) {
    await jane.types(wrong(code()));
    await jane.submits();
  }
}

const sent = ({ auth0 }: Scene): number => auth0.outbox.length;

describe.concurrent.each(platforms)('On $name, a code', (platform) => {
  story(platform, 'goes to the contact that she chooses', async ({ jane, auth0, code }) => {
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    expect(jane.choices()).toEqual(['Email j•••@h•••.net', 'Text •••12']);
    await jane.picks('Text •••12');
    await jane.submits();
    await jane.sees('Enter the code we texted to');
    expect(jane.screen()).toContain('Nobody from the helpdesk will ever ask for it');
    expect(auth0.outbox.map(({ to, channel }) => `${channel} ${to}`)).toEqual([`sms ${janesPhone}`]);
    await jane.types(code(janesPhone));
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(platform, 'can go to another contact than the one chosen first', async (scene) => {
    const { jane, auth0, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.presses('Use another contact');
    await jane.sees('Send the code to');
    await jane.picks('Text •••12');
    await jane.submits();
    await jane.sees('Enter the code we texted to');
    await jane.types(code(janesPhone));
    await jane.submits();
    await jane.sees("You're verified");
    expect(auth0.outbox.map(({ to }) => to)).toEqual([janesEmail, janesPhone]);
  });

  story(platform, 'may be typed with spaces; what is no code costs no try', async ({ jane, code, getsCode, world }) => {
    await getsCode('reset-password');
    for (const typed of ['not it', '12', '12345', '1234567890123', '123456 and more']) {
      await jane.types(typed);
      await jane.submits();
      await jane.seesBesideInput("A code has 6 digits. This didn't count as a try.");
      // It is no secret, and so short that it stands everywhere.
      world.planted.delete(typed);
    }
    await jane.types(` ${code().slice(0, 3)} ${code().slice(3)} `);
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(
    platform,
    'of four digits proves nothing, and costs no try: Auth0 is not asked, and the operator reads why',
    async (scene) => {
      const { jane, code, getsCode, auth0 } = scene;
      auth0.misbehave.shortCodes = true;
      await getsCode('reset-password');
      expect(code()).toMatch(/^\d{4}$/);
      // Four digits, and five.
      for (const typed of [code(), code(), `${code()}5`, `${code()}6`, code()]) {
        await jane.types(typed);
        await jane.submits();
        await jane.seesBesideInput("A code has 6 digits. This didn't count as a try.");
      }
      expect(
        auth0.requests.filter(({ path, body }) => path === '/oauth/token' && JSON.stringify(body).includes('otp')),
      ).toEqual([]);
      await scene.logs(/"event":"code.too-short".*Authentication → Passwordless/);
    },
  );

  story(platform, 'that is wrong is told beside the input, with the tries that are left', async (scene) => {
    const { jane, code, getsCode } = scene;
    await getsCode('reset-password');
    await triesWrong(scene, 1);
    await jane.seesBesideInput("That isn't the code. 2 tries left.");
    await triesWrong(scene, 1);
    await jane.seesBesideInput("That isn't the code. 1 try left.");
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(platform, 'is used up by the third wrong try, and a new one works', async (scene) => {
    const { jane, code, getsCode } = scene;
    await getsCode('reset-password');
    const first = code();
    await triesWrong(scene, 3);
    await jane.sees('That code no longer works. Get a new one?');
    // At once: the wait between two codes is for a code that has not come.
    await jane.presses('Send a new code');
    await scene.auth0Sent(2);
    await jane.sees('Enter the code');
    expect(code()).not.toBe(first);
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(
    platform,
    'that is used up is followed by a new one at once only as long as the hour has one',
    async (scene) => {
      const { jane, getsCode, sam } = scene;
      await getsCode('reset-password');
      for (const codes of [2, 3]) {
        await triesWrong(scene, 3);
        await jane.sees('That code no longer works');
        await jane.presses('Send a new code');
        await scene.auth0Sent(codes);
        await jane.sees('Enter the code');
      }
      await triesWrong(scene, 3);
      await jane.sees(/No more codes for now. You can ask for a new one from/);
      await jane.isOffered('Ask the helpdesk', 'Use another contact', 'Cancel this request');
      expect(sent(scene)).toBe(3);
      await jane.presses('Ask the helpdesk');
      await jane.sees(/I've told the helpdesk|I'm telling the helpdesk/);
      // The answer stands above what the card said: nothing is lost.
      expect(jane.screen()).toContain('No more codes for now');
      await sam.seesCard(/Help needed.*NOT verified/s);
    },
  );

  story(platform, 'cannot be had at once where another request used the tries of its own', async (scene) => {
    const { jane, getsCode, world } = scene;
    await getsCode('unlock');
    await triesWrong(scene, 3);
    await jane.sees('That code no longer works');
    await jane.closesWindow();
    world.pass(1);
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    await jane.submits();
    await jane.sees('You can ask for another code in');
    expect(sent(scene)).toBe(1);
  });

  story(platform, 'can be given up from its own card', async (scene) => {
    const { jane, getsCode } = scene;
    await getsCode('reset-password');
    await jane.presses('Cancel this request');
    await jane.sees('Cancelled. Nothing was changed.');
    await jane.isOffered('Start again');
  });

  story(
    platform,
    'that Auth0 has no time to look at costs no try, neither of this code nor of the day',
    async (scene) => {
      const { jane, auth0, world, code, getsCode } = scene;
      await getsCode('reset-password');
      await triesWrong(scene, 2);
      await jane.seesBesideInput('1 try left');
      for (const wait of [1, 2]) {
        const busy = { status: 429, headers: { 'retry-after': '1' }, body: { error: 'too_many_requests' } };
        auth0.faults.next({ method: 'POST', path: /^\/oauth\/token/ }, busy);
        await jane.types(code());
        await jane.submits();
        await jane.sees(/couldn't check the code just now.*1 try left/s);
        world.pass(wait);
      }
      await jane.types(code());
      await jane.submits();
      await jane.sees("You're verified");
    },
    { policy: 'limits: { codeFailuresPerDay: 3 }' },
  );

  story(platform, 'of an earlier request proves nothing in the next', async ({ jane, code, world, getsCode }) => {
    await getsCode('reset-password');
    const first = code();
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    world.pass(61);
    await getsCode('reset-password');
    await jane.types(first === code() ? wrong(first) : first);
    await jane.submits();
    await jane.seesBesideInput("That isn't the code");
  });

  story(platform, 'of one request proves nothing in the other that is open beside it', async (scene) => {
    const { jane, auth0, world, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.closesWindow();
    world.pass(61);
    await getsCode('unlock');
    await jane.closesWindow();
    await jane.asks('reset-password');
    await jane.seesInWindow('Enter the code');
    await jane.types(code());
    await jane.submits();
    await jane.sees('Get a new one?');
    expect(auth0.requests.filter(({ bodyKeys }) => bodyKeys.includes('otp'))).toEqual([]);
  });

  story(
    platform,
    'is not sent for a second request while the first waits for its own, and she reads why',
    async (scene) => {
      const { jane, auth0, world, code } = scene;
      auth0.faults.next({ method: 'POST', path: /passwordless/, times: 100 }, { status: 503 });
      await jane.asks('reset-password');
      await jane.sees('Send the code to');
      await jane.submits();
      await scene.fails('send-code');
      await jane.closesWindow();
      await jane.asks('unlock');
      await jane.sees('Send the code to');
      await jane.submits();
      await jane.sees("We're sending the code for your other request right now");
      expect(sent(scene)).toBe(0);
      // It was sent now, but an earlier try may still be carried out: not yet.
      auth0.calm();
      await scene.auth0Sent(1);
      // That is news of the first request, so its card is the last one in the chat now.
      await jane.closesWindow();
      await jane.reads('Enter the code');
      await jane.asks('unlock');
      await jane.sees('Send the code to');
      await eventually(
        async () => {
          await jane.submits();
          return jane.screen().includes('sending the code for your other request') ? undefined : true;
        },
        () => 'the first request still waits for its code',
      );
      await jane.sees("it's still on its way. You can ask for another code in");
      expect(sent(scene)).toBe(1);
      world.pass(61);
      await jane.submits();
      await jane.sees('Enter the code');
      expect(sent(scene)).toBe(2);
      await jane.types(code());
      await jane.submits();
      await jane.sees(/You're verified|isn't locked/);
    },
  );

  story(platform, 'is not sent any more where she cancelled while it could not be sent', async (scene) => {
    const { jane, auth0, world, getsCode } = scene;
    auth0.faults.next({ method: 'POST', path: /passwordless/, times: 100 }, { status: 503 });
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    await jane.submits();
    await scene.fails('send-code');
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    auth0.calm();
    // The order's next try is due.
    world.pass(61);
    await getsCode('reset-password');
    expect(sent(scene)).toBe(1);
  });

  story(platform, 'submitted twice at once is asked about once', async ({ jane, auth0, code, getsCode }) => {
    await getsCode('reset-password');
    await jane.types(code());
    await Promise.all([jane.submits(), jane.submits()]);
    await jane.reads('Choose a new password');
    expect(auth0.requests.filter(({ bodyKeys }) => bodyKeys.includes('otp')).length).toBe(1);
  });

  story(
    platform,
    'is refused for the day after ten wrong ones, over all requests and both kinds, with the time',
    async (scene) => {
      const { jane, world, code, getsCode, auth0 } = scene;
      for (const [what, times] of [
        ['reset-password', 3],
        ['unlock', 3],
        ['reset-password', 3],
      ] as const) {
        await getsCode(what);
        await triesWrong(scene, times);
        await jane.sees('That code no longer works');
        await jane.presses('Cancel this request');
        await jane.sees('Cancelled');
        await jane.closesWindow();
        world.pass(1900);
      }
      await getsCode('unlock');
      await triesWrong(scene, 1);
      await jane.sees(/Too many wrong codes.*try again from/s);
      await jane.closesWindow();
      const asked = auth0.requests.length;
      // The right code of a new request is not even checked, and no code is sent.
      await jane.asks('reset-password');
      await jane.sees('Send the code to');
      await jane.submits();
      await jane.sees(/Too many wrong codes.*try again from/s);
      expect(auth0.requests.slice(asked).filter(({ path }) => path.includes('passwordless'))).toEqual([]);
      await jane.closesWindow();
      // A day later the budget is free again. Meanwhile Auth0 itself has locked the contact with the wrong codes, but
      // not the other.
      world.pass(24 * 3600);
      await jane.asks('reset-password');
      await jane.sees('Send the code to');
      await jane.picks('Text •••12');
      await jane.submits();
      await jane.sees('Enter the code');
      await jane.types(code(janesPhone));
      await jane.submits();
      await jane.sees("You're verified");
    },
  );

  story(platform, 'is not sent again before a minute has passed, and she reads from when', async (scene) => {
    const { jane, world, getsCode } = scene;
    await getsCode('reset-password');
    // Where the button stands from the start, only a press that comes too early is told from when; elsewhere the window says it.
    if (jane.buttons().includes('Send again')) {
      await jane.presses('Send again');
      await jane.sees(/⚠️ You can ask for another code in \d+ seconds/);
    } else {
      expect(jane.screen()).toMatch(/No code yet\? You can ask for another at/);
    }
    expect(sent(scene)).toBe(1);
    world.pass(61);
    await jane.presses('Send again');
    await jane.sees('Enter the code');
    await scene.auth0Sent(2);
    await jane.types(scene.code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(platform, 'cannot be had sooner by choosing the same contact again', async (scene) => {
    const { jane, getsCode } = scene;
    await getsCode('reset-password');
    await jane.presses('Use another contact');
    await jane.sees('Send the code to');
    await jane.submits();
    await jane.sees('You can ask for another code in');
    expect(sent(scene)).toBe(1);
  });

  story(platform, 'cannot be had sooner by way of another contact and back', async (scene) => {
    const { jane, getsCode } = scene;
    const goesTo = async (contact: string): Promise<void> => {
      await jane.presses('Use another contact');
      await jane.sees('Send the code to');
      await jane.picks(contact);
      await jane.submits();
    };
    await getsCode('reset-password');
    await goesTo('Text •••12');
    await jane.sees('Enter the code we texted to');
    await goesTo('Email j•••@h•••.net');
    await jane.sees('You can ask for another code in');
    expect(sent(scene)).toBe(2);
  });

  story(platform, 'cannot be had sooner by cancelling and asking for either anew', async (scene) => {
    const { jane, world, getsCode } = scene;
    await getsCode('reset-password');
    for (const what of ['reset-password', 'unlock'] as const) {
      await jane.closesWindow();
      await jane.writes('cancel');
      await jane.reads('Cancelled');
      await jane.asks(what);
      await jane.sees('Send the code to');
      await jane.submits();
      await jane.sees('You can ask for another code in');
      expect(sent(scene)).toBe(1);
    }
    world.pass(61);
    await jane.submits();
    await jane.sees('Enter the code');
  });

  story(platform, 'can be had at once for the other request where the last one came back rightly', async (scene) => {
    const { jane, proves } = scene;
    await proves('unlock');
    await jane.sees(/You're verified|isn't locked/);
    await jane.closesWindow();
    await proves('reset-password');
    await jane.sees("You're verified");
    expect(sent(scene)).toBe(2);
  });

  story(platform, 'is sent three times an hour and no more, whatever is cancelled in between', async (scene) => {
    const { jane, world, getsCode } = scene;
    for (const what of ['reset-password', 'unlock', 'reset-password'] as const) {
      await getsCode(what);
      await jane.closesWindow();
      await jane.writes('cancel');
      await jane.reads('Cancelled');
      world.pass(61);
    }
    await jane.asks('unlock');
    await jane.sees('Send the code to');
    await jane.submits();
    await jane.sees(/No more codes for now.*ask for a new one from/s);
    expect(jane.buttons()).toContain('Ask the helpdesk');
    expect(sent(scene)).toBe(3);
    await jane.closesWindow();
    world.pass(3600);
    await getsCode('reset-password');
    expect(sent(scene)).toBe(4);
  });

  story(platform, 'works for three minutes; then the window says so and offers a new one', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    world.pass(181);
    await jane.sees('That code has expired. Get a new one?');
    await jane.presses('Send a new code');
    await jane.sees('Enter the code');
    await scene.auth0Sent(2);
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(platform, 'that Auth0 believes too old is told as expired', async ({ jane, auth0, code, getsCode }) => {
    await getsCode('reset-password');
    auth0.faults.next(
      { method: 'POST', path: /^\/oauth\/token/ },
      {
        status: 403,
        body: {
          error: 'invalid_grant',
          error_description: 'The verification code has expired. Please try to login again.',
        },
      },
    );
    await jane.types(code());
    await jane.submits();
    await jane.sees('has expired');
  });

  story(
    platform,
    'typed into a message is ignored, and she is told never to',
    async ({ jane, code, auth0, getsCode, world }) => {
      await getsCode('reset-password');
      await jane.closesWindow();
      world.planted.add(code());
      await jane.writes(code());
      await jane.reads("so I've ignored it. Enter codes only in the field where I ask for them");
      await jane.isOffered('Enter code');
      await jane.presses('Enter code');
      await jane.sees('Enter the code');
      await jane.closesWindow();
      expect(
        auth0.requests.filter(({ path, bodyKeys }) => path === '/oauth/token' && bodyKeys.includes('otp')),
      ).toEqual([]);
      expect(auth0.user(janesAccount).passwordChangedAt).toBeUndefined();
    },
  );
});
