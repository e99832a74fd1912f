// A contact is taken out in the chat: each has its button, and a code from another contact does what a sign-in would.
import { describe, expect } from 'vitest';
import { type Chat, eventually, inOrder } from './chat.ts';
import { linked } from './enrolling.ts';
import { janesAccount, janesEmail, janesPhone, people } from './people.ts';
import { platforms, slack } from './platform.ts';
import { slackHome } from './slack-chat.ts';
import { type Scene, story, wrong } from './story.ts';

const strict = 'rules: [{ reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0 } }]';

const janesThird = 'jane.third@mail.example.org';

/** The first of the list is the email, so what is left for a code is the phone. */
async function wantsEmailRemoved(person: Chat): Promise<void> {
  await person.writes('enroll');
  await person.reads('j•••@h•••.net');
  await person.presses('Remove');
  await person.sees(inOrder('Remove', 'j•••@h•••.net', 'a code from another of your contacts'));
}

async function typesCode(person: Chat, code: string): Promise<void> {
  await person.continues();
  await person.types(code);
  await person.submits();
}

const hasEmail = (scene: Scene): boolean => linked(scene, janesAccount).some((contact) => contact.startsWith('email|'));

describe.concurrent.each(platforms)('On $name, a person who wants a contact removed', (platform) => {
  story(platform, 'and cannot sign in, does it with a code from another contact', async (scene) => {
    const { jane, auth0, code } = scene;
    const [mail = ''] = linked(scene, janesAccount);
    await wantsEmailRemoved(jane);
    expect(jane.buttons()).toEqual(
      expect.arrayContaining(['Get a code at •••12', 'Sign in from your browser', 'Keep it']),
    );
    await jane.presses('Get a code at •••12');
    await jane.sees(inOrder("You're removing email", 'j•••@h•••.net', 'Enter the code we texted to'));
    expect(hasEmail(scene)).toBe(true);
    await typesCode(jane, code(janesPhone));
    await jane.reads(inOrder('Removed', 'j•••@h•••.net', "It wasn't me"));
    expect(hasEmail(scene)).toBe(false);
    expect(auth0.users().some(({ userId }) => userId === mail)).toBe(false);
    expect(auth0.lastCodeTo(janesEmail)).toBeUndefined();
  });

  story(platform, 'removes nothing with a wrong code', async (scene) => {
    const { jane, code } = scene;
    await wantsEmailRemoved(jane);
    await jane.presses('Get a code at •••12');
    await jane.sees('Enter the code we texted to');
    await typesCode(jane, wrong(code(janesPhone)));
    await jane.sees('2 tries left');
    expect(hasEmail(scene)).toBe(true);
  });

  story(platform, 'can keep it', async (scene) => {
    await wantsEmailRemoved(scene.jane);
    await scene.jane.presses('Keep it');
    await scene.jane.sees('we send a code to one of these');
    expect(hasEmail(scene)).toBe(true);
  });

  story(platform, 'and has no other one signs in for it, and is told what it means', async (scene) => {
    const petra = scene.chat('petra');
    await petra.writes('enroll');
    await petra.reads('sign in with your work account');
    await petra.presses('Remove');
    await petra.sees(inOrder('It is your last one', 'sign in from your browser'));
    expect(petra.buttons().filter((label) => label.startsWith('Get a code'))).toEqual([]);
    expect(linked(scene, people.petra.accounts[0].userId)).toHaveLength(1);
  });

  story(
    platform,
    'needs two proofs for it where the account needs two for a reset',
    async (scene) => {
      const { jane, code } = scene;
      const [{ contacts, ...account }] = people.jane.accounts;
      scene.auth0.removeUser(janesAccount);
      scene.auth0.addUser({
        ...{ ...account, email: people.jane.email, name: 'Jane Doe' },
        contacts: [...contacts, { provider: 'email', address: janesThird }],
      });
      scene.world.planted.add(janesThird);
      await jane.writes('enroll');
      await jane.reads('j•••@h•••.net');
      await jane.presses('Remove');
      await jane.sees('Get a code at •••12');
      await jane.presses('Get a code at •••12');
      await jane.sees('Enter the code we texted to');
      await typesCode(jane, code(janesPhone));
      await jane.sees(inOrder("You're removing email", 'j•••@h•••.net', 'one more proof'));
      expect(hasEmail(scene)).toBe(true);
    },
    { policy: strict },
  );

  story(
    platform,
    'is not offered a code where every reset needs an approval',
    async (scene) => {
      const { jane } = scene;
      await jane.writes('enroll');
      await jane.reads('j•••@h•••.net');
      await jane.presses('Remove');
      await jane.sees("A code from another contact can't be used for this");
      expect(jane.buttons().filter((label) => label.startsWith('Get a code'))).toEqual([]);
    },
    { policy: 'rules: [{ reset: { approvals: 1 }, unlock: { approvals: 1 } }]' },
  );

  story(
    platform,
    'reads on the lock screen that one was removed, and how to say that it was not them',
    async (scene) => {
      const { jane, code, world } = scene;
      await wantsEmailRemoved(jane);
      await jane.presses('Get a code at •••12');
      await jane.sees('Enter the code we texted to');
      await typesCode(jane, code(janesPhone));
      const notified = () => platform.notifications(world, 'jane').join('\n');
      await eventually(
        () =>
          notified().includes("A recovery contact was removed: if it wasn't you, tell us here") ? true : undefined,
        notified,
      );
    },
  );

  story(platform, 'says afterwards that it was not them, and everything stops', async (scene) => {
    const { jane, code } = scene;
    await wantsEmailRemoved(jane);
    await jane.presses('Get a code at •••12');
    await jane.sees('Enter the code we texted to');
    await typesCode(jane, code(janesPhone));
    await jane.reads('Removed');
    await jane.pressesInMessage("It wasn't me");
    await jane.reads(inOrder("didn't make this change", "was removed and can't be put back by us"));
  });
});

describe.concurrent.each(platforms)('On $name, in the list, a person', (platform) => {
  story(platform, 'finds the button beside each contact', async (scene) => {
    const { jane } = scene;
    await jane.writes('enroll');
    await jane.reads('j•••@h•••.net');
    expect(jane.buttons().filter((label) => label === 'Remove')).toHaveLength(2);
  });
});

describe.concurrent('On the home page in Slack, a person', () => {
  story(slack, 'finds the button beside each contact, and removes one with a code from the other', async (scene) => {
    const { jane, code } = scene;
    const home = slackHome(scene.world, 'jane');
    await home.opens();
    await home.sees(inOrder('Your recovery contacts', 'j•••@h•••.net', '•••12'));
    expect(home.buttons().filter((label) => label === 'Remove')).toHaveLength(2);
    await home.presses('Remove');
    await jane.sees(inOrder('Remove', 'j•••@h•••.net', 'a code from another of your contacts'));
    await jane.presses('Get a code at •••12');
    await jane.sees('Enter the code we texted to');
    // From the home page it goes on in a window.
    await jane.types(code(janesPhone));
    await jane.submits();
    await jane.reads(inOrder('Removed', 'j•••@h•••.net'));
    expect(hasEmail(scene)).toBe(false);
    await home.sees(/^Your recovery contacts(?!.*j•••@h•••\.net).*•••12/s);
    expect(home.buttons().filter((label) => label === 'Remove')).toHaveLength(1);
  });
});
