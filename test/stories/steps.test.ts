// How many acts lie between the first word and the accepted code. A person on a phone feels each of them.
import { describe, expect } from 'vitest';
import type { Chat } from './chat.ts';
import { platforms, slack } from './platform.ts';
import { slackHome } from './slack-chat.ts';
import { story } from './story.ts';

const counted = ['asks', 'writes', 'picks', 'submits', 'types', 'presses', 'pressesInMessage', 'continues'] as const;

/** The same person; everything that they do is written down. */
function counting(chat: Chat): { readonly person: Chat; readonly acts: string[] } {
  const acts: string[] = [];
  const noting = counted.map((act) => {
    const does = chat[act] as (...args: readonly unknown[]) => Promise<void>;
    return [
      act,
      (...args: readonly unknown[]) => {
        acts.push(act);
        return does(...args);
      },
    ];
  });
  return { person: { ...chat, ...Object.fromEntries(noting) }, acts };
}

/** The code was accepted: what follows depends on what was asked for. */
const accepted = /You're verified|Your account isn't locked/;
const samsHome = 'sam.agent@home.example.net';

describe.concurrent.each(platforms)('On $name, from the first word to the code', (platform) => {
  for (const [words, title] of [
    ['unlock', 'Unlock your account'],
    ['reset password', 'Reset your password'],
  ] as const) {
    story(platform, `a typed “${words}” needs one press, with the usual contact`, async (scene) => {
      const { person: jane, acts } = counting(scene.jane);
      await jane.writes(words);
      await jane.reads(title);
      await jane.reads('Send the code to');
      expect(jane.choices()).toEqual(['Email j•••@h•••.net', 'Text •••12']);
      await jane.submits();
      await jane.seesInWindow('Enter the code');
      await jane.types(scene.code());
      await jane.submits();
      await jane.sees(accepted);
      expect(acts).toEqual(['writes', 'submits', 'types', 'submits']);
      expect(scene.auth0.outbox.length).toBe(1);
    });
  }

  story(platform, 'another contact is chosen in the same message', async (scene) => {
    const { person: jane, acts } = counting(scene.jane);
    await jane.writes('unlock');
    await jane.reads('Send the code to');
    await jane.picks('Text •••12');
    await jane.submits();
    await jane.seesInWindow('Enter the code we texted to');
    await jane.types(scene.code('+4915700000012'));
    await jane.submits();
    await jane.sees(accepted);
    expect(acts).toEqual(['writes', 'picks', 'submits', 'types', 'submits']);
  });

  story(platform, 'the only contact is named, and there is nothing to choose', async (scene) => {
    const { person: sam, acts } = counting(scene.chat('sam'));
    await sam.writes('reset password');
    await sam.reads(/We'll send a code to your contact: \**email s•••@h•••/);
    expect(sam.choices()).toEqual([]);
    await sam.isOffered('Send code', 'Cancel this request');
    await sam.submits();
    await sam.seesInWindow('Enter the code');
    await sam.types(scene.code(samsHome));
    await sam.submits();
    await sam.sees(accepted);
    expect(acts).toEqual(['writes', 'submits', 'types', 'submits']);
  });

  story(platform, 'a command needs no more, with one contact or with two', async (scene) => {
    for (const [chat, address] of [
      [scene.jane, undefined],
      [scene.chat('sam'), samsHome],
    ] as const) {
      const { person, acts } = counting(chat);
      await person.asks('reset-password');
      await person.seesInWindow("We'll send a code to");
      await person.submits();
      await person.seesInWindow('Enter the code');
      await person.types(scene.code(address));
      await person.submits();
      await person.sees(accepted);
      expect(acts).toEqual(['asks', 'submits', 'types', 'submits']);
    }
  });

  story(platform, 'a window that was closed is opened again by one press', async (scene) => {
    const { jane, code } = scene;
    await jane.writes('unlock');
    await jane.reads('Send the code to');
    await jane.submits();
    await jane.seesInWindow('Enter the code');
    await jane.closesWindow();
    await jane.continues();
    await jane.seesInWindow('Enter the code');
    await jane.types(code());
    await jane.submits();
    await jane.sees(accepted);
    expect(scene.auth0.outbox.length).toBe(1);
  });
});

describe.concurrent('In Slack', () => {
  story(slack, 'no code is ever typed into a message, whatever the request waits for', async (scene) => {
    const { jane, world, code } = scene;
    const inputs = (): number =>
      JSON.stringify(world.slack.control.messages('U0JANE').map(({ blocks }) => blocks)).split('plain_text_input')
        .length;
    await jane.writes('unlock');
    await jane.reads('Send the code to');
    await jane.submits();
    await jane.seesInWindow('Enter the code');
    await jane.reads('Enter code');
    expect(inputs()).toBe(1);
    await jane.types(code());
    await jane.submits();
    await jane.sees(accepted);
    expect(inputs()).toBe(1);
  });

  story(
    slack,
    'where the code window cannot be opened, no code is sent, and the button works again',
    async (scene) => {
      const { jane, world, auth0 } = scene;
      await jane.writes('unlock');
      await jane.reads('Send the code to');
      world.slack.control.faults.next('views.open', 'expired_trigger_id');
      await jane.submits();
      await jane.hears('Nothing has changed. Please press the button again.');
      expect(auth0.outbox.length).toBe(0);
      await jane.submits();
      await jane.seesInWindow('Enter the code');
      expect(auth0.outbox.length).toBe(1);
    },
    { isTroubled: true },
  );

  story(slack, 'the home page sends the code to the only contact with one press', async (scene) => {
    const sam = scene.chat('sam');
    const home = slackHome(scene.world, 'sam');
    await home.opens();
    await home.sees('Locked out?');
    await sam.writes('unlock');
    await sam.reads("We'll send a code to your contact");
    await home.sees('Send code');
    await home.presses('Send code');
    await sam.seesInWindow('Enter the code');
    await sam.types(scene.code(samsHome));
    await sam.submits();
    await sam.sees(accepted);
  });
});
