// Who is bound to an account hears what is changed from another chat, and can stop it; also that another chat was connected.
import { describe, expect } from 'vitest';
import { type Chat, eventually, inOrder } from './chat.ts';
import {
  addsEmail,
  asksForLink,
  janesPassword,
  janesSecond,
  linked,
  ninasAccount,
  ninasMail,
  password,
  signsIn,
} from './enrolling.ts';
import { createEnrolmentBrowser } from './enrolment-browser.ts';
import { janesAccount, people } from './people.ts';
import { platforms, slack, teams } from './platform.ts';
import { type Scene, type StoryOptions, story } from './story.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { workspace } from './world.ts';

const inBoth: StoryOptions = {
  slack: true,
  teams: true,
  helpdesk: `channels: [slack:${workspace.helpdesk}, "teams:${teamsHelpdesk}"], approvers: { teams: members }`,
};
const ways = [
  { own: slack, other: teams },
  { own: teams, other: slack },
] as const;

const actorsOf = ({ auth0 }: Scene, account: string): readonly string[] =>
  Object(auth0.user(account).appMetadata['latchkey'] ?? {}).actors ?? [];

const olgasMail = 'olga@home.example.net';
const newcomersMail = 'somebody.new@mail.example.org';

const newsIn = (chat: Chat, text: string): readonly string[] =>
  chat.messages().filter((message) => message.includes(text));

/** Jane is bound here since more than a day. */
async function isBoundSinceLong(scene: Scene): Promise<void> {
  const browser = await signsIn(scene, 'jane');
  await browser.sends('/done');
  await scene.jane.reads('Your recovery contacts are unchanged');
  scene.world.pass(24 * 3600 + 60);
}

/** Opens the link in the newest message, and presses the button on the page. */
async function saysNotMe(scene: Scene, chat: Chat): Promise<void> {
  const link = chat.linkOf("It wasn't me") ?? 'no link';
  const browser = createEnrolmentBrowser(scene.world);
  await browser.opens(link);
  await browser.sees('Wasn’t this you?');
  await browser.sends('');
  await browser.sees('We’ve stopped it');
}

describe.concurrent.each(ways)('Whoever is bound in $own.name', ({ own, other }) => {
  const tells = (title: string, tell: (scene: Scene, there: Chat) => Promise<void>) =>
    story(own, title, (scene) => tell(scene, other.chat(scene.world, 'jane')), inBoth);

  tells('hears that another chat was connected, and their word disconnects it', async (scene, there) => {
    const { jane, sam } = scene;
    await isBoundSinceLong(scene);
    expect(actorsOf(scene, janesAccount)).toHaveLength(1);
    const browser = await signsIn(scene, 'jane', there);
    await there.reads(inOrder('This chat is now connected to your work account, too', "It wasn't me"));
    await jane.reads(inOrder('Another chat was connected to your account', 'Jane Doe', `in ${nameOf(other.name)}`));
    expect(jane.notifications().at(-1)).toContain(
      "A chat was connected to your account: if it wasn't you, tell us here",
    );
    expect(actorsOf(scene, janesAccount)).toHaveLength(2);
    await there.asks('unlock');
    await there.sees("We'll send a code to");
    await saysNotMe(scene, jane);
    await sam.seesCard(inOrder("It wasn't me", 'was disconnected again'));
    expect(actorsOf(scene, janesAccount)).toHaveLength(1);
    await eventually(
      () => there.messages().find((text) => text.includes('This chat was disconnected')),
      () => there.messages().join('\n'),
    );
    const seesPause = () => [there.screen(), ...there.messages()].find((text) => text.includes('paused until'));
    await eventually(seesPause, () => there.screen());
    await browser.opens(`${scene.world.url}/enrol/contacts`);
    expect(browser.page()).not.toContain('j•••@h•••.net');
    // Only the chat that is still bound recovers the account, when it may be recovered again.
    scene.world.pass(24 * 3600 + 60);
    await there.asks('reset-password');
    await there.sees('You have no recovery contact');
    await jane.asks('reset-password');
    await jane.sees("We'll send a code to");
  });

  tells(
    'hears once of a contact that was added from another chat, and their word takes it out',
    async (scene, there) => {
      const { jane, sam } = scene;
      await isBoundSinceLong(scene);
      const browser = await signsIn(scene, 'jane', there);
      await addsEmail(scene, browser, janesSecond);
      await there.reads(inOrder('Added', 'j•••@m•••.org'));
      await jane.reads(inOrder('A recovery contact was added to your account', 'j•••@m•••.org', 'can be used from'));
      expect(newsIn(jane, 'A recovery contact was added to your account')).toHaveLength(1);
      await saysNotMe(scene, jane);
      await sam.seesCard(inOrder('was disconnected again', 'Added, and removed again: 1 email.'));
      expect(linked(scene, janesAccount)).toHaveLength(2);
      expect(actorsOf(scene, janesAccount)).toHaveLength(1);
    },
  );

  tells('goes on where they asked last, once the other chat is connected, too', async (scene, there) => {
    await isBoundSinceLong(scene);
    await (await signsIn(scene, 'jane', there)).sends('/done');
    await there.reads('Your recovery contacts are unchanged');
    await scene.jane.asks('enroll');
    await scene.jane.isOffered('Remove', 'Remove', 'Add email', 'Add phone');
    await there.asks('enroll');
    await there.isOffered('Remove', 'Remove', 'Add email', 'Add phone');
    await scene.jane.sees('Replaced by your newer request');
  });

  tells('goes on where they signed in last, as long as neither chat is connected', async (scene, there) => {
    const { jane, world } = scene;
    const [own, others] = [await asksForLink(jane), await asksForLink(there)];
    const signsInBy = async (link: string): Promise<void> => {
      const browser = createEnrolmentBrowser(world);
      await browser.signsIn(link, people.jane.email, janesPassword);
      await browser.sees('j•••@h•••.net');
    };
    await signsInBy(others);
    await there.reads("You're signed in. Continue in your browser");
    expect(jane.messages().join('\n')).toContain('sign in with your work account');
    world.pass(60);
    await signsInBy(own);
    await jane.reads("You're signed in. Continue in your browser");
    await eventually(
      () => there.messages().find((text) => text.includes('Replaced by your newer request')),
      () => there.messages().join('\n'),
    );
  });

  // Active Directory has the address with capitals: asked for it in lower case, Auth0 finds the database account alone.
  tells('to one account enrols there for their other one with the same address', async (scene, there) => {
    const { auth0, jane, world, sam } = scene;
    const second = auth0.addUser({
      ...{ userId: 'ad|CorpAD|jane', connection: 'CorpAD', name: people.jane.realName, password },
      ...{ email: 'Jane@ACME.example.com', username: 'jdoe' },
    }).userId;
    const [own, others] = [await asksForLink(jane), await asksForLink(there)];
    const here = createEnrolmentBrowser(world);
    await here.signsIn(own, people.jane.email, janesPassword);
    await here.sees('j•••@h•••.net');
    const elsewhere = createEnrolmentBrowser(world);
    await elsewhere.signsIn(others, 'jdoe', password);
    await elsewhere.sees('You have none yet');
    expect(elsewhere.page()).not.toContain('•••');
    await addsEmail(scene, elsewhere, janesSecond);
    await there.reads(inOrder('Added', 'j•••@m•••.org'));
    // Neither has ended the other.
    await here.reloads();
    await here.sees('j•••@h•••.net');
    await here.sends('/done');
    await elsewhere.sends('/done');
    await jane.reads('Your recovery contacts are unchanged');
    expect([actorsOf(scene, janesAccount), actorsOf(scene, second)].map(({ length }) => length)).toEqual([1, 1]);
    expect(newsIn(jane, 'A recovery contact was added')).toEqual([]);
    // From now on each chat recovers its own account.
    auth0.lock(second);
    await jane.asks('unlock');
    await jane.sees('j•••@h•••.net');
    await jane.closesWindow();
    await scene.proves('unlock', there, janesSecond);
    await sam.seesCard('Unlock');
    await sam.presses('Approve');
    await there.reads("You're unlocked");
    expect(auth0.user(second)).toMatchObject({ locked: false });
  });

  tells('a moment ago hears of a change, but cannot undo what the owner does', async (scene, there) => {
    await isBoundSinceLong(scene);
    await (await signsIn(scene, 'jane', there)).sends('/done');
    await there.reads('Your recovery contacts are unchanged');
    const browser = await signsIn(scene, 'jane');
    const [contact = ''] = linked(scene, janesAccount);
    await browser.sends('/remove', { contact });
    await browser.sends('/remove', { contact, confirmed: '1' });
    await there.reads(inOrder('A recovery contact was removed from your account', 'Tell your helpdesk at once'));
    expect(there.linkOf("It wasn't me")).toBeUndefined();
    expect(newsIn(there, 'A recovery contact was removed')).toHaveLength(1);
  });

  tells('keeps what they added, whatever a chat says that was connected a moment ago', async (scene, there) => {
    const { jane, sam, world } = scene;
    await isBoundSinceLong(scene);
    await (await signsIn(scene, 'jane', there)).sends('/done');
    await there.reads('Your recovery contacts are unchanged');
    const browser = await signsIn(scene, 'jane');
    await addsEmail(scene, browser, janesSecond);
    await jane.reads(inOrder('Added', 'j•••@m•••.org'));
    const own = linked(scene, janesAccount);
    await browser.sends('/done');
    // A code that was typed in the same minute would make their sign-in doubtful.
    world.pass(120);
    await disownsOwn(scene, there, newcomersMail);
    await sam.seesCard(inOrder("It wasn't me", 'connected to the account only recently', 'removed again: 1 email'));
    expect(linked(scene, janesAccount)).toEqual(own);
    // They stay connected: the request that they disowned was another one.
    expect(actorsOf(scene, janesAccount)).toHaveLength(2);
    world.pass(24 * 3600 + 60);
    await jane.asks('reset-password');
    await jane.sees('j•••@m•••.org');
    expect(linked(scene, janesAccount)).toEqual(own);
  });

  tells('takes out what was enrolled a minute before, by their word about a password reset', async (scene, there) => {
    const { jane, sam, world, proves } = scene;
    await isBoundSinceLong(scene);
    const own = linked(scene, janesAccount);
    const browser = await signsIn(scene, 'jane', there);
    await addsEmail(scene, browser, newcomersMail);
    await there.reads(inOrder('Added', 's•••@m•••.org'));
    await browser.sends('/done');
    expect(linked(scene, janesAccount)).toHaveLength(own.length + 1);
    // A code that was typed in the same minute would make their sign-in doubtful.
    world.pass(120);
    await proves('reset-password', jane);
    await jane.reads("You're verified");
    await jane.pressesInMessage("It wasn't me");
    await jane.reads("that this wasn't you");
    await sam.seesCard("didn't ask");
    await there.reads(inOrder('This chat was disconnected', 's•••@m•••.org', 'was removed again'));
    expect(linked(scene, janesAccount)).toEqual(own);
    expect(actorsOf(scene, janesAccount)).toHaveLength(1);
  });

  tells('is heard about a chat that was connected, whatever that chat has said itself', async (scene, there) => {
    const { jane, sam } = scene;
    await isBoundSinceLong(scene);
    const browser = await signsIn(scene, 'jane', there);
    await jane.reads('Another chat was connected to your account');
    await browser.sends('/done');
    await there.pressesInMessage("It wasn't me");
    await there.reads('This chat was disconnected');
    await sam.seesCard(inOrder("It wasn't me", 'connected to the account only recently', 'was disconnected again'));
    await saysNotMe(scene, jane);
    await sam.seesCard(/^(?!.*only recently).*It wasn't me.*was disconnected again/s);
  });

  tells('disconnects a chat by their word about what it did later, however late it comes', async (scene, there) => {
    const { jane, sam, world } = scene;
    await isBoundSinceLong(scene);
    await (await signsIn(scene, 'jane', there)).sends('/done');
    await there.reads('Your recovery contacts are unchanged');
    world.pass(3600);
    const browser = await signsIn(scene, 'jane', there);
    await addsEmail(scene, browser, newcomersMail);
    await jane.reads('A recovery contact was added to your account');
    await browser.sends('/done');
    world.pass(3 * 24 * 3600);
    await saysNotMe(scene, jane);
    await sam.seesCard(
      inOrder('connected to the account shortly before, and is being disconnected too', 'removed again'),
    );
    await eventually(
      () => (actorsOf(scene, janesAccount).length === 1 ? true : undefined),
      () => actorsOf(scene, janesAccount).join(),
    );
    expect(linked(scene, janesAccount)).toHaveLength(2);
    await eventually(
      () => there.messages().find((text) => text.includes('This chat was disconnected')),
      () => there.messages().join('\n'),
    );
  });
});

/** The newcomer adds a contact of their own, and says at once that it was not them. */
async function disownsOwn(scene: Scene, there: Chat, address: string): Promise<void> {
  const browser = await signsIn(scene, 'jane', there);
  await addsEmail(scene, browser, address);
  await there.reads('Added');
  await there.pressesInMessage("It wasn't me");
  await there.reads('was removed again.');
}

const nameOf = (platform: string): string => (platform === 'Teams' ? 'Microsoft Teams' : platform);

const inTeams = 'teams:8a1b0000-0000-4000-8000-000000000001:29:1gone';
const inSlack = 'slack:T0OTHER00:U0GONE000';

describe.concurrent.each(platforms)('On $name', (platform) => {
  const tells = (title: string, tell: (scene: Scene, nina: Chat) => Promise<void>, more: StoryOptions = {}) =>
    story(platform, title, (scene) => tell(scene, scene.chat('nina')), more);
  const again = ({ auth0 }: Scene, more: object) => {
    const { email, realName: name } = people.nina;
    auth0.removeUser(ninasAccount);
    auth0.addUser({ ...{ ...people.nina.accounts[0], email, name }, ...more });
  };

  tells('somebody who cannot be told holds up nothing, and the operator reads it', async (scene, nina) => {
    again(scene, { appMetadata: { latchkey: { actors: [platform.name === 'Slack' ? inTeams : inSlack] } } });
    const browser = await signsIn(scene, 'nina', nina);
    await addsEmail(scene, browser, ninasMail);
    await nina.reads(inOrder('Added', 'n•••@m•••.org'));
    await scene.logs(/notice\.chat-failed.*no adapter/);
  });

  tells(
    'the first chat of an account that had nothing is told there, quietly, and can be taken back',
    async (scene, nina) => {
      await signsIn(scene, 'nina', nina);
      await nina.reads(inOrder('This chat is now connected to your work account.', "It wasn't me"));
      expect(nina.notifications().join()).not.toContain('A chat was connected');
      await nina.pressesInMessage("It wasn't me");
      await nina.reads('This chat was disconnected from your work account.');
      expect(actorsOf(scene, ninasAccount)).toEqual([]);
      await scene.sam.seesCard('was disconnected again');
    },
  );

  tells('an address at the account’s own domain is refused, where the chat’s is another one', async (scene, nina) => {
    await signsIn(scene, 'nina', nina);
    const latchkey = scene.auth0.user(ninasAccount).appMetadata['latchkey'];
    again(scene, { email: 'nina@bücher.example', appMetadata: { latchkey } });
    const browser = createEnrolmentBrowser(scene.world);
    await nina.writes('cancel');
    await nina.reads('Your recovery contacts are unchanged');
    await nina.writes('enroll');
    await nina.reads('sign in with your work account');
    const link = (nina.linkOf('Add email') ?? 'no link').replace(/\/email$/, '');
    await browser.signsIn(link, 'nina@bücher.example', people.nina.accounts[0].password);
    for (const address of ['n@bücher.example', 'n@mail.xn--bcher-kva.example', 'n@acme.example.com']) {
      await browser.sends('/email', { address });
      await browser.sees('This is a work address');
    }
    expect(linked(scene, ninasAccount)).toEqual([]);
  });

  tells(
    'a contact that can never be used says so, and why, in the chat and in the browser',
    async (scene, nina) => {
      const at = (address: string) => ({ provider: 'email' as const, address });
      again(scene, { contacts: [at('nina@mail.acme.example.com'), at('nina@blocked.example'), at(ninasMail)] });
      await nina.writes('enroll');
      await nina.reads(inOrder("can't be used: it's a work address", "can't be used: your company doesn't allow"));
      await nina.writes('cancel');
      await nina.reads('Cancelled.');
      const browser = await signsIn(scene, 'nina', nina);
      await browser.sees('Can’t be used: it’s a work address.');
      await browser.sees('Can’t be used: your company doesn’t allow addresses at this provider.');
      await nina.reads(inOrder("can't be used: it's a work address", "can't be used: your company doesn't allow"));
      expect(nina.message()).toContain('Add a second one');
    },
    { policy: 'contacts: { blockedDomains: [blocked.example] }' },
  );

  // Auth0 has the address of an Active Directory user as the directory writes it, and looks for it letter by letter.
  story(
    platform,
    'whom no address finds, because only the directory writes it with capitals, is found once they have signed in',
    async (scene) => {
      const { auth0, proves, sam } = scene;
      const { email, realName } = people.olga;
      const account = auth0.addUser({
        ...{ userId: 'ad|CorpAD|olga', connection: 'CorpAD', name: realName, password },
        ...{ email: 'Olga@ACME.example.com', username: 'ooutside' },
      }).userId;
      const olga = scene.chat('olga');
      await olga.asks('unlock');
      await olga.sees('no recovery contact');
      await olga.closesWindow();
      const browser = createEnrolmentBrowser(scene.world);
      await browser.signsIn(await asksForLink(olga), email, password);
      await addsEmail(scene, browser, olgasMail);
      await olga.reads(inOrder('Added', 'o•••@h•••.net'));
      await browser.sends('/done');
      expect(actorsOf(scene, account)).toHaveLength(1);
      expect(linked(scene, account)).toHaveLength(1);
      auth0.lock(account);
      await proves('unlock', olga, olgasMail);
      await sam.seesCard('Unlock');
      await sam.presses('Approve');
      await olga.reads("You're unlocked");
      await proves('reset-password', olga, olgasMail);
      await olga.reads("Your password can't be changed from here");
    },
  );
});
