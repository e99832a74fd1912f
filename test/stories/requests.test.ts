// Asking, asking again, cancelling, running out of time; by messages, buttons and the home page.
import { describe, expect } from 'vitest';
import { type Chat, eventually, eventuallyShows } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms, slack } from './platform.ts';
import { slackHome } from './slack-chat.ts';
import { type Scene, story } from './story.ts';

/** A message that was left behind says where the request continues. */
const left = 'continues in a newer message below';
const requestsIn = (chat: Chat): readonly string[] => chat.messages().filter((text) => !text.includes(left));

async function has(chat: Chat, messages: number): Promise<void> {
  await eventually(
    () => (chat.messages().length === messages ? true : undefined),
    () => chat.messages().join('\n---\n'),
  );
}

const sent = ({ auth0 }: Scene): number => auth0.outbox.length;

describe.concurrent.each(platforms)('On $name, a request', (platform) => {
  story(platform, 'runs out of time, tells so, and can be started again', async (scene) => {
    const { jane, world, getsCode } = scene;
    await getsCode('reset-password');
    world.pass(901);
    await jane.sees('This request has expired. Nothing was changed.');
    await jane.presses('Start again');
    await jane.sees('Send the code to');
  });

  story(platform, 'that has run out takes no code, however late its clock rings', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.types(code());
    world.pass(901);
    await jane.submits();
    await jane.sees('This request has expired');
    expect(scene.auth0.requests.filter(({ bodyKeys }) => bodyKeys.includes('otp'))).toEqual([]);
  });

  story(platform, 'can be cancelled in the window and in words', async (scene) => {
    const { jane, getsCode } = scene;
    await getsCode('reset-password');
    await jane.closesWindow();
    await jane.writes('please cancel that');
    await jane.reads('Cancelled. Nothing was changed.');
    await jane.writes('cancel');
    await jane.reads('You have no open request.');
  });

  story(platform, 'is continued by asking again: the same window, the same code', async (scene) => {
    const { jane, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.closesWindow();
    await jane.asks('reset-password');
    await jane.sees('Enter the code');
    expect(sent(scene)).toBe(1);
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(platform, 'asked for five times at once is one', async ({ jane, auth0, code }) => {
    await Promise.all(Array.from({ length: 5 }, () => jane.asks('reset-password')));
    await jane.seesInWindow('Send the code to');
    await jane.submits();
    await jane.seesInWindow('Enter the code');
    await jane.types(code());
    await jane.submits();
    await jane.reads('Choose a new password');
    expect(auth0.outbox.length).toBe(1);
    await eventually(
      () => (requestsIn(jane).length === 1 ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
  });

  story(platform, 'of the other kind stands beside it', async (scene) => {
    const { jane, auth0, sam, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    await jane.closesWindow();
    await proves('reset-password');
    await jane.reads('Choose a new password');
    await sam.presses('Approve');
    await eventually(
      () => (auth0.user(janesAccount).locked ? undefined : true),
      () => 'still locked',
    );
    await scene.opensTicket(jane.linkOf('Choose a new password'));
  });

  story(platform, 'ended keeps its old buttons from doing anything', async (scene) => {
    const { jane, world, sam, auth0, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await jane.reads('The helpdesk has been asked');
    const late = jane.remembers('Cancel this request');
    await sam.seesCard(/Unlock.*for/s);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    await late(jane);
    world.pass(1);
    expect(jane.messages().join()).not.toContain('Cancelled');
    expect(jane.message()).toContain("You're unlocked");
  });

  story(platform, 'cannot be touched by somebody else who knows its name', async (scene) => {
    const { jane, auth0, proves, code } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await jane.reads('The helpdesk has been asked');
    for (const label of ['Cancel this request', "It wasn't me"]) {
      await jane.remembers(label)(scene.chat('nina'));
      await scene.chat('nina').hears("This request isn't yours.");
    }
    expect(jane.message()).toContain('The helpdesk has been asked');
    expect(code()).toMatch(/^\d{6}$/);
    await scene.sam.presses('Approve');
    await jane.reads("You're unlocked");
  });
});

describe.concurrent.each(platforms)('On $name, words to the bot', (platform) => {
  story(platform, 'start what they name, whatever stands around them', async ({ jane, code }) => {
    await jane.writes('I forgot: reset password please');
    await jane.reads('Send the code to');
    await jane.submits();
    await jane.sees('Enter the code');
    await jane.types(code());
    await jane.submits();
    await jane.reads('Choose a new password');
  });

  story(platform, 'that name nothing get the choices, and the choices work', async ({ jane }) => {
    await jane.writes("I can't log in");
    await jane.reads('What happened?');
    await jane.isOffered('Forgot password', 'Locked out', 'Something else');
    await jane.presses('Locked out');
    await jane.sees('Unlock your account');
    await jane.sees('Send the code to');
  });

  story(platform, 'of a person who is locked out get the fitting choice first', async ({ jane }) => {
    await jane.writes("I'm locked out");
    await jane.reads('What happened?');
    await jane.isOffered('Locked out', 'Forgot password', 'Something else');
    await jane.presses('Locked out');
    await jane.sees('Unlock your account');
    await jane.sees('Send the code to');
  });

  story(platform, 'that ask for nothing get no menu', async ({ jane }) => {
    const said = {
      'thank you!': "You're welcome.",
      ok: "I'm here if you need me.",
      '👍': "I'm here if you need me.",
      hi: 'Hello! I can reset your password, unlock your account, or show your recovery contacts.',
    };
    for (const [words, answer] of Object.entries(said)) {
      await jane.writes(words);
      await jane.reads(answer);
      await jane.isOffered();
    }
    await jane.writes('my printer is broken');
    await jane.reads('I can only help with a forgotten password or a locked account.');
    await jane.isOffered('Something else');
  });

  story(platform, 'help, status and cancel are understood', async (scene) => {
    const { jane, world, getsCode } = scene;
    await jane.writes('help');
    await jane.reads('I can help you reset or change your password, unlock your account');
    await jane.writes('status');
    await jane.reads('You have no open request.');
    await getsCode('unlock');
    await jane.closesWindow();
    world.pass(1);
    await jane.writes('status');
    await jane.reads('Enter the code');
    await jane.continues();
    await jane.seesInWindow('Enter the code');
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled. Nothing was changed.');
    for (const words of ['status', 'cancel']) {
      await jane.writes(words);
      await jane.reads(/You have no open request. This was the last one:.*Cancelled. Nothing was changed./s);
    }
  });

  story(platform, 'that ask for what is open already bring it down to where she reads', async (scene) => {
    const { jane, proves, opensTicket } = scene;
    await jane.writes('reset password');
    await jane.reads('Reset your password');
    await jane.writes('reset password');
    await has(jane, 2);
    await jane.reads('Reset your password');
    await eventually(
      () => (jane.messages()[0]?.includes(left) ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
    await jane.reads('Send the code to');
    await proves('reset-password');
    await jane.reads('Choose a new password');
    await jane.closesWindow();
    const before = jane.messages().length;
    await jane.writes('reset password');
    await has(jane, before + 1);
    await opensTicket(jane.linkOf('Choose a new password'));
    await jane.reads('page is open');
  });

  story(platform, 'that ask how it stands get no second link that nobody would take out', async (scene) => {
    const { jane, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads('Choose a new password');
    const link = jane.linkOf('Choose a new password');
    await jane.closesWindow();
    await jane.writes('status');
    await has(jane, 2);
    await jane.continues();
    await jane.seesInWindow('Choose a new password');
    await opensTicket(link);
    await jane.seesInWindow('page is open');
    await eventually(
      () => (jane.messages().some((text) => text.includes('Choose a new password')) ? undefined : true),
      () => jane.messages().join('\n---\n'),
    );
  });

  story(platform, 'after a command name nobody: whose account it is, is never typed', async (scene) => {
    const { jane, auth0 } = scene;
    // Help, or the start of this person's own request, depending on how the platform reads commands.
    const front = (): string => [jane.screen(), ...jane.whispers()].join('\n');
    // An id that is no mention is a word like any other.
    await jane.asks('reset-password', 'U0SAM');
    await jane.sees('Email j•••@h•••.net');
    await jane.closesWindow();
    for (const named of ['@sam', 'sam@acme.example.com']) {
      await jane.asks('reset-password', named);
      await eventuallyShows(
        front,
        /I can help you reset or change your password, unlock your account|Send the code to.*Email j•••/s,
      );
      expect(front()).not.toContain('s•••');
      await jane.closesWindow();
    }
    expect(auth0.requests.filter(({ path }) => path.includes('sam'))).toEqual([]);
  });

  story(platform, 'five hundred in a minute from one person cost the others nothing', async (scene) => {
    const { jane, world, auth0, proves, opensTicket } = scene;
    const nina = scene.chat('nina');
    const flood = (async () => {
      for (let nth = 0; nth < 50; nth += 1) {
        await Promise.all(Array.from({ length: 10 }, () => nina.fires(nth % 2 === 0 ? 'unlock' : 'reset-password')));
      }
    })();
    const began = Date.now();
    await proves('reset-password');
    await jane.reads('Choose a new password');
    await opensTicket(jane.linkOf('Choose a new password'));
    const seconds = (Date.now() - began) / 1000;
    await flood;
    expect(seconds).toBeLessThan(10);
    const tooMany = "That's a lot of requests in a short time";
    await nina.hears(tooMany);
    // Commands have answers of their own; in the chat it is said once.
    expect(nina.messages().filter((text) => text.includes(tooMany)).length).toBeLessThan(2);
    const lookedUp = (): number => auth0.requests.filter(({ path }) => path.includes('users-by-email')).length;
    const before = lookedUp();
    expect(before).toBeLessThan(100);
    world.pass(61);
    await nina.fires('unlock');
    await eventually(
      () => (lookedUp() > before ? true : undefined),
      () => 'she is not served again',
    );
  });
});

describe.concurrent('In Slack, the home page', () => {
  story(slack, 'offers both, shows the open request, and changes by itself', async (scene) => {
    const { jane, auth0, sam, world, proves } = scene;
    const home = slackHome(world, 'jane');
    await home.opens();
    await home.sees('Locked out?');
    await home.presses('Forgot password');
    await jane.sees('Send the code to');
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    auth0.lock(janesAccount);
    await proves('unlock');
    await home.sees('The helpdesk has been asked');
    await sam.seesCard(/Unlock.*for/s);
    await sam.presses('Approve');
    await home.sees(/^(?!.*The helpdesk has been asked)/s);
  });
});
