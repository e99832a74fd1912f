// What the eye finds first: the button for the next step stands alone, and what is rarely needed stands apart from it.
import { describe, expect } from 'vitest';
import { opens, pressesContinue } from './browser.ts';
import { eventually, inOrder } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms, slack } from './platform.ts';
import { slackHome } from './slack-chat.ts';
import { story } from './story.ts';

const notMe = "It wasn't me";
const question = "Didn't ask for this?";
const consequence =
  "We'll end every open request and link, sign you out everywhere, and pause password resets and unlocks for your account for 24 hours. We'll also tell the helpdesk.";

describe.concurrent.each(platforms)('On $name, while nothing has happened yet, "It wasn\'t me"', (platform) => {
  story(
    platform,
    'stands apart from the link, after a question, and says what it does before it does it',
    async (scene) => {
      const { jane, proves } = scene;
      await proves('reset-password');
      await jane.reads(inOrder("You're verified", question));
      await jane.closesWindow();
      await jane.isOffered('Choose a new password', notMe);
      expect(jane.asksBefore(notMe)).toEqual({ text: consequence, yes: 'Stop it and sign me out', isWarning: true });
      expect(scene.auth0.user(janesAccount).locked).toBe(false);
    },
  );

  story(platform, 'stands apart also from cancelling, which is no warning', async (scene) => {
    const { jane, auth0, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await jane.reads(inOrder('The helpdesk has been asked', question));
    await jane.closesWindow();
    await jane.isOffered('Cancel this request', notMe);
    expect(jane.asksBefore('Cancel this request')).toMatchObject({ yes: 'Cancel it', isWarning: false });
    expect(jane.asksBefore(notMe)).toMatchObject({ text: consequence, isWarning: true });
  });

  story(
    platform,
    'stops an impostor: the person finds it in their own chat, though the window has none',
    async (scene) => {
      const { jane, auth0, proves } = scene;
      auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
      // Somebody at Jane's unlocked computer who reads Jane's mail types the code. Jane's phone shows the same chat.
      await proves('reset-password');
      await jane.sees("You're verified");
      // In Teams the card in the chat is the window.
      const wanted = platform.name === 'Slack' ? ['Choose a new password'] : ['Choose a new password', notMe];
      await jane.isOffered(...wanted);
      await jane.reads(question);
      const link = jane.linkOf('Choose a new password') ?? '';
      await jane.pressesInMessage(notMe);
      await jane.reads("that this wasn't you");
      expect((await opens(link)).status).toBe(404);
      expect((await pressesContinue(link)).status).toBe(404);
      await eventually(
        () => (auth0.user(janesAccount).sessions === 0 ? true : undefined),
        () => 'sessions are still open',
      );
    },
  );
});

describe.concurrent('In Slack, the home page', () => {
  story(slack, 'shows the open request first, and the choices below it without a main button', async (scene) => {
    const { jane, auth0, proves, world } = scene;
    const home = slackHome(world, 'jane');
    await home.opens();
    await home.sees(inOrder('Your recovery contacts', 'j•••@h•••.net', 'Add or remove', 'Locked out?'));
    expect(home.mainButtons()).toEqual(['Forgot password']);
    auth0.lock(janesAccount);
    await proves('unlock');
    await jane.closesWindow();
    await home.sees(
      inOrder(
        'Unlock your account',
        'The helpdesk has been asked',
        question,
        notMe,
        'Your recovery contacts',
        'Need something else?',
        'Forgot password',
      ),
    );
    expect(home.mainButtons()).toEqual([]);
    await home.presses('Forgot password');
    await jane.seesInWindow('Send the code to');
    await jane.closesWindow();
    await home.sees(inOrder('Reset your password', 'Continue', 'Need something else?'));
    expect(home.mainButtons()).toEqual(['Continue']);
  });

  story(slack, 'stops an impostor too', async (scene) => {
    const { jane, proves, world } = scene;
    const home = slackHome(world, 'jane');
    await home.opens();
    await home.sees('Locked out?');
    await proves('reset-password');
    await jane.sees("You're verified");
    await home.sees(notMe);
    await home.presses(notMe);
    await jane.reads("that this wasn't you");
    await home.sees(/^Your recovery contacts.*Locked out\?/s);
  });
});
