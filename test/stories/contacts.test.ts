// A person's recovery contacts in the chat: asked for, shown, offered where there is none, and remembered gently.
import { describe, expect } from 'vitest';
import { visibleText } from '../../playground/teams/cards.ts';
import { type Chat, eventually, inOrder } from './chat.ts';
import { addsEmail, ninasAccount, ninasMail, signsIn } from './enrolling.ts';
import { objectIdOf, people } from './people.ts';
import { platforms, slack, teams } from './platform.ts';
import { slackHome } from './slack-chat.ts';
import { type Scene, story } from './story.ts';
import type { World } from './world.ts';

const add = 'Add a recovery contact';
const ask = 'Ask the helpdesk';
const stop = "Don't remind me";
const reminder = 'By the way: you have no recovery contact yet.';
const week = 7 * 24 * 3600;

/** Stops nothing else: everything that is asked of Auth0 to find somebody fails. */
function breakAuth0({ auth0 }: World): void {
  auth0.control.faults.next({ path: /users/, times: 1_000 }, { status: 503 });
}

/**
 * Writes something that is not urgent until a reminder comes. The answer never waits long for the look at the contacts, so on a busy
 * machine the reminder may come with a later answer.
 */
async function isReminded(person: Chat, words: string): Promise<void> {
  for (let tries = 0; tries < 5 && !person.message().includes(reminder); tries += 1) await writesAnew(person, words);
  await person.reads(reminder);
}

/** Waits for the answer. */
async function writesAnew(person: Chat, words: string): Promise<void> {
  const before = person.messages().length;
  await person.writes(words);
  await eventually(
    () => (person.messages().length > before ? true : undefined),
    () => person.message(),
  );
}

describe.concurrent.each(platforms)('On $name, a person who asks for their contacts', (platform) => {
  story(platform, 'reads them masked, and finds a button for each wish, which opens the browser', async (scene) => {
    const { jane } = scene;
    await jane.asks('enroll');
    await jane.sees(inOrder('we send a code to one of these', 'j•••@h•••.net', '•••12', 'opens your browser'));
    await jane.isOffered('Remove', 'Remove', 'Add email', 'Add phone');
    await jane.closesWindow();
    await jane.writes('enroll');
    await jane.reads('j•••@h•••.net');
    for (const [label, wish] of [
      ['Add email', 'email'],
      ['Add phone', 'phone'],
    ] as const) {
      expect(jane.linkOf(label)).toMatch(new RegExp(`^${scene.world.url}/enrol/[\\w.-]+/${wish}$`));
    }
  });

  story(platform, 'asks in their own words', async ({ jane }) => {
    for (const words of ['my contacts', 'I have a new phone number', 'add an email please', 'neue Nummer']) {
      await jane.writes(words);
      await jane.reads('j•••@h•••.net');
      await jane.writes('cancel');
      await jane.reads('Cancelled. Nothing was changed.');
    }
  });

  story(platform, 'sees it with status, and can cancel it among other requests', async (scene) => {
    const { jane } = scene;
    await jane.writes('enroll');
    await jane.reads('j•••@h•••.net');
    await jane.writes('status');
    await jane.reads(inOrder('Your recovery contacts', 'j•••@h•••.net'));
    await jane.isOffered('Continue');
    await jane.writes('unlock');
    await jane.reads('Send the code to');
    await jane.writes('cancel');
    await jane.reads('You have two open requests.');
    await jane.presses('Stop changing contacts');
    await eventually(
      () => (jane.messages().some((text) => text.includes('Cancelled. Nothing was changed.')) ? true : undefined),
      () => jane.messages().join('\n---\n'),
    );
  });

  story(platform, 'starts again where the link has expired', async ({ jane, world }) => {
    await jane.writes('enroll');
    await jane.reads('opens your browser');
    world.pass(601);
    await jane.reads('This request has expired. Nothing was changed.');
    await jane.isOffered('Start again');
    await jane.presses('Start again');
    await jane.sees('opens your browser');
    await jane.isOffered('Remove', 'Remove', 'Add email', 'Add phone');
  });

  story(platform, 'and has lost their phone finds both ways', async ({ jane }) => {
    await jane.writes('I lost my phone');
    await jane.reads('Locked out? Choose what happened.');
    await jane.isOffered('Forgot password', 'Locked out', 'Recovery contacts', 'Something else');
    await jane.presses('Recovery contacts');
    await jane.sees('j•••@h•••.net');
  });

  story(platform, 'but is locked out is helped with that', async ({ jane }) => {
    await jane.writes('my phone is broken and I am locked out');
    await jane.reads('What happened?');
    await jane.isOffered('Locked out', 'Forgot password', 'Something else');
  });
});

describe.concurrent.each(platforms)('On $name, a person without a contact', (platform) => {
  story(platform, 'is led on wherever they are told so', async (scene) => {
    const nina = scene.chat('nina');
    for (const what of ['unlock', 'reset-password'] as const) {
      await nina.asks(what);
      await nina.sees('You have no recovery contact yet. If you can still sign in');
      await nina.isOffered(add, ask);
      await nina.closesWindow();
    }
    await nina.writes('status');
    await nina.reads('You have no recovery contact yet');
    await nina.isOffered(add, ask);
    await nina.presses(add);
    await nina.sees("Can't sign in? Ask the helpdesk.");
    await nina.isOffered('Add email', 'Add phone', ask);
  });

  story(platform, 'is reminded once a week, where nothing is urgent', async (scene) => {
    const nina = scene.chat('nina');
    await nina.writes('I am locked out');
    await nina.reads('What happened?');
    expect(nina.message()).not.toContain(reminder);
    await isReminded(nina, 'hi');
    expect(nina.message()).toContain('Hello!');
    await nina.isOffered(add, stop);
    for (const [words, answer] of [
      ['thanks', "You're welcome."],
      ['help', 'I can help you'],
    ] as const) {
      await nina.writes(words);
      await nina.reads(answer);
      expect(nina.message()).not.toContain(reminder);
    }
    scene.world.pass(week);
    await isReminded(nina, 'help');
    expect(nina.message()).toContain('I can help you');
    await nina.isOffered('Forgot password', 'Locked out', 'Something else', add, stop);
    await nina.presses(add);
    await nina.sees('You have no recovery contact yet.');
  });

  story(platform, 'who does not want to be reminded is not, until they ask for their contacts', async (scene) => {
    const nina = scene.chat('nina');
    await isReminded(nina, 'hello');
    await nina.presses(stop);
    await nina.sees("I won't remind you any more.");
    scene.world.pass(3 * week);
    await nina.writes('status');
    await nina.reads('You have no open request.');
    expect(nina.message()).not.toContain(reminder);
    await nina.writes('enroll');
    await nina.reads('You have no recovery contact yet.');
    await nina.writes('cancel');
    await nina.reads('Cancelled.');
    scene.world.pass(week);
    await isReminded(nina, 'hello');
  });

  story(
    platform,
    'gets an answer also where nobody can say whether they have one, and is reminded later',
    async (scene) => {
      const nina = scene.chat('nina');
      breakAuth0(scene.world);
      await nina.writes('hi');
      await nina.reads('Hello!');
      expect(nina.message()).not.toContain(reminder);
      scene.world.calm();
      scene.world.pass(60);
      await isReminded(nina, 'hi');
    },
    { isTroubled: true },
  );
});

describe.concurrent.each(platforms)('On $name, whoever has a contact', (platform) => {
  story(platform, 'is not reminded', async ({ jane }) => {
    for (const [words, answer] of [
      ['hi', 'Hello!'],
      ['help', 'I can help you'],
      ['status', 'You have no open request.'],
    ] as const) {
      await jane.writes(words);
      await jane.reads(answer);
      expect(jane.message()).not.toContain(reminder);
    }
  });
});

describe.concurrent.each(platforms)('On $name, a change of contacts', (platform) => {
  story(
    platform,
    'is told in the chat by itself, with "It wasn\'t me", and the helpdesk reads no contact',
    async (scene) => {
      const { sam } = scene;
      const nina = scene.chat('nina');
      const browser = await signsIn(scene, 'nina', nina);
      await nina.reads('Continue in your browser. This list updates by itself.');
      await addsEmail(scene, browser, ninasMail);
      await nina.reads(inOrder('Added: email', 'n•••@m•••.org', "Didn't ask for this?", "It wasn't me"));
      expect(nina.notifications().at(-1)).toContain("A recovery contact was added: if it wasn't you, tell us here");
      expect(nina.notifications().join()).not.toContain('•••');
      await nina.pressesInMessage("It wasn't me");
      await nina.reads(inOrder("that you didn't make this change", 'n•••@m•••.org', 'removed again'));
      await nina.reads(inOrder('This chat was disconnected', 'n•••@m•••.org', 'was removed again.'));
      const card = await sam.seesCard('Added, and removed again: 1 email.');
      expect(card).toContain("didn't change their recovery contacts");
      expect(card).toContain('was disconnected again');
      expect(card).not.toContain('•••');
    },
  );
});

/** As an import leaves it: linked, and no code has come back from it yet. */
function importsContact({ auth0, world }: Scene): void {
  const userId = '65a0000000000000000000f1';
  const unconfirmed = { since: new Date(world.now()).toISOString(), unconfirmed: true };
  auth0.removeUser(ninasAccount);
  auth0.addUser({
    ...people.nina.accounts[0],
    email: people.nina.email,
    contacts: [{ provider: 'email', address: ninasMail, userId }],
    appMetadata: { latchkey: { contacts: { [`email|${userId}`]: unconfirmed } } },
  });
  world.planted.add(ninasMail);
}

describe.concurrent.each(platforms)('On $name, a contact that came from a file', (platform) => {
  story(platform, 'is named so to its owner, in chat and browser, until a code came back from it', async (scene) => {
    importsContact(scene);
    const nina = scene.chat('nina');
    await nina.writes('enroll');
    await nina.reads(inOrder('n•••@m•••.org', 'since', 'not yet confirmed'));
    const browser = await signsIn(scene, 'nina', nina);
    await browser.sees('Not confirmed yet');
    await browser.sends('/done');
    await scene.proves('reset-password', nina, ninasMail);
    await nina.reads('Choose a new password');
    await eventually(
      () => (JSON.stringify(scene.auth0.user(ninasAccount).appMetadata).includes('unconfirmed') ? undefined : true),
      () => JSON.stringify(scene.auth0.user(ninasAccount).appMetadata),
    );
    await nina.writes('enroll');
    await nina.reads('n•••@m•••.org');
    expect(nina.message()).not.toContain('not yet confirmed');
  });

  story(
    platform,
    'cannot recover before where the policy says so, and its owner is told that it is there and how to confirm it',
    async (scene) => {
      importsContact(scene);
      const nina = scene.chat('nina');
      for (const what of ['unlock', 'reset-password'] as const) {
        await nina.asks(what);
        await nina.sees("isn't confirmed yet");
        await nina.sees('add the same address or number once more');
        await nina.isOffered('Confirm my contact', ask);
        expect(nina.message()).not.toContain('no recovery contact');
        await nina.closesWindow();
      }
      expect(scene.auth0.outbox).toHaveLength(0);
      await scene.logs(/"person.unmatched".*"unconfirmed-contact"/);
      await nina.writes('enroll');
      await nina.reads(inOrder('not yet confirmed', "If that doesn't work, ask the helpdesk."));
      await nina.isOffered('Remove', 'Add phone', 'Add email', ask);
    },
    { policy: 'contacts: { unconfirmed: not-usable }\n' },
  );
});

describe.concurrent('In Slack, the home page', () => {
  story(slack, 'shows a contact by itself once it was added in the browser', async (scene) => {
    const nina = scene.chat('nina');
    const home = slackHome(scene.world, 'nina');
    await home.opens();
    await home.sees(inOrder('Your recovery contacts', 'You have no recovery contact yet.', add, 'Locked out?'));
    expect(home.mainButtons()).toEqual([add]);
    const browser = await signsIn(scene, 'nina', nina);
    await addsEmail(scene, browser, ninasMail);
    await nina.reads('Added');
    await browser.sends('/done');
    await home.sees(/^Your recovery contacts.*n•••@m•••\.org.*Add or remove.*Locked out\?/s);
    expect(home.mainButtons()).toEqual(['Forgot password']);
    await home.presses('Add or remove');
    await nina.seesInWindow('n•••@m•••.org');
  });

  story(
    slack,
    'works while Auth0 is down, and is complete at the next visit after that',
    async ({ world, jane }) => {
      const home = slackHome(world, 'jane');
      breakAuth0(world);
      await home.opens();
      await home.sees(inOrder("We can't look up your recovery contacts right now", 'Locked out?', 'Forgot password'));
      world.calm();
      world.pass(60);
      await home.opens();
      await home.sees(inOrder('Your recovery contacts', 'j•••@h•••.net', 'Locked out?'));
      await home.presses('Add or remove');
      await jane.seesInWindow('j•••@h•••.net');
    },
    { isTroubled: true },
  );
});

describe.concurrent('In Teams, the welcome', () => {
  const installs = async ({ world }: Scene, who: 'jane' | 'nina'): Promise<string> => {
    const server = world.teams;
    if (server === undefined) throw new Error('no Teams in this story');
    const before = server.control.messages(objectIdOf(who)).length;
    await server.client(objectIdOf(who)).install();
    return eventually(
      () => {
        const cards = server.control
          .messages(objectIdOf(who))
          .slice(before)
          .map(({ card }) => card);
        const welcome = cards
          .map((card) => visibleText(card ?? {}))
          .find((text) => text.includes('Hello! If you forget'));
        return welcome;
      },
      () => 'no welcome',
    );
  };

  story(teams, 'shows what the bot does, the contacts of that day, and leads to them as they are', async (scene) => {
    const { jane } = scene;
    const text = await installs(scene, 'jane');
    expect(text).toMatch(inOrder('Hello! If you forget your password', 'as they were on', 'j•••@h•••.net', '•••12'));
    // The card stays as it is, whatever becomes of the contacts, so it offers nothing for one of them.
    await jane.isOffered('Forgot password', 'Locked out', 'Recovery contacts', 'Something else');
    await jane.presses('Recovery contacts');
    await jane.sees(inOrder('j•••@h•••.net', '•••12'));
  });

  story(teams, 'offers to add a contact to whoever has none, and is still true when they have one', async (scene) => {
    const welcome = await installs(scene, 'nina');
    expect(welcome).toContain('For that you need a recovery contact');
    expect(welcome).not.toContain('You have no recovery contact');
    const nina = scene.chat('nina');
    await nina.isOffered(add, 'Forgot password', 'Locked out', 'Something else');
    await nina.presses(add);
    await nina.sees('sign in with your work account');
  });

  story(teams, 'has the open request first', async (scene) => {
    const { jane } = scene;
    await jane.writes('unlock');
    await jane.reads('Send the code to');
    const before = jane.messages().length;
    await installs(scene, 'jane');
    expect(jane.messages()[before]).toMatch(/^\W*Unlock your account/);
    expect(jane.messages()[before + 1]).toContain('Hello! If you forget your password');
  });
});
