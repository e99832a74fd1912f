// Enrolment under attack, and in trouble: nothing is linked to anybody who has not signed in and typed the code, and nobody is left
// without a word.
import { describe, expect } from 'vitest';
import { opens } from './browser.ts';
import { eventually, inOrder } from './chat.ts';
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
import { createEnrolmentBrowser, type EnrolmentBrowser } from './enrolment-browser.ts';
import { adamsAccount, janesAccount, janesEmail, janesPhone, people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';

const writes = ({ auth0 }: Scene): number => auth0.requests.filter(({ changed }) => changed).length;
/** A mailbox that a family reads. */
const shared = 'the.family@shared.example.org';
const ninasOther = 'nina.too@other.example.org';

/** Passwordless users that are linked to nobody. */
const loose = ({ auth0 }: Scene): readonly string[] =>
  auth0.users().flatMap(({ userId }) => (/^(?:email|sms)\|/.test(userId) ? [userId] : []));
/** Nobody has this address, linked or not. */
async function isGone(scene: Scene, address: string): Promise<void> {
  await eventually(
    () => (loose(scene).length === 0 ? true : undefined),
    () => `left: ${loose(scene).join()}`,
  );
  expect(scene.auth0.users().flatMap(({ contacts }) => contacts.map((each) => each.address))).not.toContain(address);
}
/** Types the address, and waits for its code. */
async function awaitsCode(scene: Scene, browser: EnrolmentBrowser, address: string): Promise<void> {
  scene.world.planted.add(address);
  await browser.sends('/email', { address });
  await browser.sees('Enter the code');
}
const recordOf = ({ auth0 }: Scene, account: string): unknown => auth0.user(account).appMetadata['latchkey'];

describe.concurrent.each(platforms)('On $name, an enrolment', (platform) => {
  story(platform, 'whose link is opened fifty times by a scanner changes nothing, and still works', async (scene) => {
    const link = await asksForLink(scene.chat('nina'));
    const before = writes(scene);
    const looks = Array.from({ length: 50 }, (_, nth) => opens(`${link}/email`, nth % 2 === 0 ? 'GET' : 'HEAD'));
    expect(new Set((await Promise.all(looks)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(writes(scene)).toBe(before);
    const browser = createEnrolmentBrowser(scene.world);
    await browser.signsIn(link, people.nina.email, password);
    await browser.sees('Add an email');
  });

  story(platform, 'takes a callback once: who replays it elsewhere gets nothing', async (scene) => {
    const browser = createEnrolmentBrowser(scene.world);
    const callback = await browser.signsInUntilSentBack(
      await asksForLink(scene.chat('nina')),
      people.nina.email,
      password,
    );
    const thief = createEnrolmentBrowser(scene.world);
    await thief.opens(callback);
    expect(thief.status()).toBe(401);
    await scene.logs(/"event":"enrolment.callback.refused","because":"no-session"/);
    await browser.opens(callback);
    await browser.sees('Add an email');
    // The same browser, once more: it is signed in already.
    await browser.opens(callback);
    await browser.sees('Add an email');
    await scene.logs(/"event":"enrolment.callback.refused","because":"repeated"/);
    await thief.opens(callback);
    expect(thief.page()).not.toContain('Add an email');
    // Fifty more are no fifty lines.
    for (let times = 0; times < 50; times += 1) await thief.opens(callback);
    expect(scene.world.logged().split('"enrolment.callback.refused"')).toHaveLength(3);
  });

  story(platform, 'cannot be led by a callback into another person’s request', async (scene) => {
    const ninas = createEnrolmentBrowser(scene.world);
    await ninas.signsInUntilSentBack(await asksForLink(scene.chat('nina')), people.nina.email, password);
    const janes = createEnrolmentBrowser(scene.world);
    const callback = await janes.signsInUntilSentBack(await asksForLink(scene.jane), people.jane.email, janesPassword);
    await ninas.opens(callback);
    expect(ninas.page()).not.toContain('j•••@h•••.net');
    expect(recordOf(scene, ninasAccount)).toBeUndefined();
    await janes.opens(callback);
    await janes.sees('j•••@h•••.net');
  });

  story(platform, 'refuses an address that a colleague has, without saying whose it is', async (scene) => {
    const browser = await signsIn(scene, 'nina');
    await addsEmail(scene, browser, janesEmail);
    await browser.sees('belongs to another account');
    await scene.logs(/"auth0.contact.elsewhere"/);
    expect(browser.page()).not.toMatch(/jane(?!\.doe@)/i);
    expect(linked(scene, ninasAccount)).toEqual([]);
    expect(linked(scene, janesAccount)).toHaveLength(2);
  });

  story(platform, 'links an address to one account only, where several people add it at once', async (scene) => {
    const { auth0 } = scene;
    const who = ['nina', 'jane', 'petra'] as const;
    const browsers = await Promise.all(who.map((each) => signsIn(scene, each)));
    // All of them can read the mailbox. Nobody's link is made before everybody has typed a code that was right.
    const allProven = Promise.withResolvers<void>();
    const sent: Promise<void>[] = [];
    let waiting = 0;
    for (const browser of browsers) {
      await awaitsCode(scene, browser, shared);
      auth0.faults.before({ method: 'POST', path: /identities/ }, () => {
        waiting += 1;
        return allProven.promise;
      });
      const before = waiting;
      // The page that follows waits for the link.
      sent.push(browser.sends('/code', { code: scene.code(shared) }));
      await eventually(
        () => (waiting > before ? true : undefined),
        () => browser.page(),
      );
    }
    allProven.resolve();
    await Promise.all(sent);
    const pages = await Promise.all(browsers.map((browser) => browser.sees(/was added|belongs to another account/)));
    expect(pages.filter((page) => page.includes('was added'))).toHaveLength(1);
    const refused = pages.filter((page) =>
      page.includes('This contact belongs to another account, so it can’t be added here. Use a different one.'),
    );
    expect(refused).toHaveLength(who.length - 1);
    const holders = auth0.users().filter(({ contacts }) => contacts.some(({ address }) => address === shared));
    expect(holders).toHaveLength(1);
    expect(loose(scene)).toEqual([]);
    const lines = scene.world
      .logged()
      .split('\n')
      .filter((line) => line.includes('"auth0.contact.elsewhere"'));
    expect(lines).toHaveLength(who.length - 1);
    expect(lines.join('')).not.toContain(holders[0]?.userId);
  });

  story(platform, 'refuses the company’s own domain with the reason, before a code is sent', async (scene) => {
    const browser = await signsIn(scene, 'nina');
    await browser.sends('/email', { address: 'nina.private@mail.acme.example.com' });
    await browser.sees('This is a work address');
    expect(scene.auth0.outbox).toHaveLength(0);
  });

  story(platform, 'takes one code only from fifty presses at once, and counts wrong ones', async (scene) => {
    const browser = await signsIn(scene, 'nina');
    scene.world.planted.add(ninasMail);
    await browser.sends('/email', { address: ninasMail });
    await browser.sees('code');
    const right = scene.code(ninasMail);
    await Promise.all(
      Array.from({ length: 50 }, () => browser.sends('/code', { code: wrong(right) }).catch(() => undefined)),
    );
    const asked = scene.auth0.requests.filter(
      ({ path, body }) => path === '/oauth/token' && JSON.stringify(body).includes('"otp"'),
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(linked(scene, ninasAccount)).toEqual([]);
  });

  story(
    platform,
    'is finished although Auth0 fails between the code and the link',
    async (scene) => {
      const nina = scene.chat('nina');
      const browser = await signsIn(scene, 'nina', nina);
      scene.world.planted.add(ninasMail);
      await browser.sends('/email', { address: ninasMail });
      await browser.sees('code');
      scene.auth0.faults.next({ method: 'POST', path: /identities/ }, { status: 503, body: {} });
      await browser.sends('/code', { code: scene.code(ninasMail) });
      await scene.triesAgain('link-contact', 1);
      await nina.reads(inOrder('Added', 'n•••@m•••.org'));
      expect(linked(scene, ninasAccount)).toHaveLength(1);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'takes no sign-in of an old session, for another client or of another browser; the next one is taken',
    async (scene) => {
      const link = await asksForLink(scene.chat('nina'));
      const { misbehave } = scene.auth0;
      for (const [lie, told, because] of [
        ['oldAuthTime', 'Please sign in once more', 'not-fresh'],
        ['wrongAud', 'This sign-in can’t be used', 'mismatched'],
        ['wrongNonce', 'This sign-in can’t be used', 'mismatched'],
      ] as const) {
        misbehave[lie] = true;
        const browser = createEnrolmentBrowser(scene.world);
        await browser.signsIn(link, people.nina.email, password);
        expect(browser.page(), lie).toContain(told);
        await scene.logs(`auth0.sign-in.${because}`);
        await browser.opens(`${scene.world.url}/enrol/contacts`);
        expect(browser.page(), lie).not.toContain('Add an email');
        misbehave[lie] = false;
      }
      expect(recordOf(scene, ninasAccount)).toBeUndefined();
      const browser = createEnrolmentBrowser(scene.world);
      await browser.signsIn(link, people.nina.email, password);
      await browser.sees('Add an email');
    },
  );

  story(
    platform,
    'changes nothing where somebody signs in with an account of theirs in a connection that the policy leaves out',
    async (scene) => {
      const [, other] = people.twyla.accounts;
      const browser = createEnrolmentBrowser(scene.world);
      await browser.signsIn(await asksForLink(scene.chat('twyla')), other.userId, password);
      await browser.sees('You signed in to another account');
      await scene.logs(/"event":"enrolment.sign-in.refused","because":"foreign"/);
      await browser.opens(`${scene.world.url}/enrol/contacts`);
      expect(browser.page()).not.toContain('Add an email');
      for (const { userId } of people.twyla.accounts) expect(recordOf(scene, userId), userId).toBeUndefined();
    },
    { policy: 'connections: [CorpUsers]\n' },
  );

  story(platform, 'is worth nothing to whom its link was passed on, and the operator reads it', async (scene) => {
    const link = await asksForLink(scene.jane);
    const browser = createEnrolmentBrowser(scene.world);
    await browser.signsIn(link, people.nina.email, password);
    await browser.sees('You signed in to another account');
    await scene.logs(new RegExp(`"account":"${ninasAccount.replace('|', '\\|')}","event":"enrolment.foreign-account"`));
    for (const account of [janesAccount, ninasAccount]) expect(recordOf(scene, account)).toBeUndefined();
  });

  for (const [connection, address] of [
    ['email', janesEmail],
    ['sms', janesPhone],
  ] as const) {
    story(platform, `takes no sign-in by a code at a contact, and says what to do: ${connection}`, async (scene) => {
      const link = await asksForLink(scene.jane);
      const browser = createEnrolmentBrowser(scene.world);
      await browser.signsInByCode(link, connection, address, () => scene.code(address));
      await browser.sees('Please sign in with your work password');
      await scene.logs('enrolment.sign-in.refused');
      await browser.opens(`${scene.world.url}/enrol/contacts`);
      expect(browser.page()).not.toContain('Add an email');
      expect(linked(scene, janesAccount)).toHaveLength(2);
      expect(recordOf(scene, janesAccount)).toBeUndefined();
      // The same link, with the password, once nothing of it is in the way any more.
      scene.world.pass(5);
      await createEnrolmentBrowser(scene.world).signsIn(link, people.jane.email, janesPassword);
      expect(JSON.stringify(recordOf(scene, janesAccount))).toContain('actors');
    });
  }

  story(platform, 'waits for the tenant’s log on a page that goes on by itself', async (scene) => {
    scene.auth0.setLogDelay(20_000);
    const browser = await signsIn(scene, 'nina');
    await browser.sees('Checking your sign-in…');
    expect(recordOf(scene, ninasAccount)).toBeUndefined();
    scene.world.pass(20);
    await browser.sees('Add an email');
  });

  story(
    platform,
    'tells the person and the operator where the log says nothing for long, and goes on when it does',
    async (scene) => {
      scene.auth0.setLogDelay(60_000);
      const browser = await signsIn(scene, 'nina');
      await browser.sees('Checking your sign-in…');
      scene.world.pass(31);
      await browser.sees('Still checking your sign-in…');
      await scene.logs('enrolment.sign-in.unconfirmed');
      scene.world.pass(30);
      await browser.sees('Add an email');
    },
  );

  story(platform, 'signs nobody in where the log must not be read, and the operator reads why', async (scene) => {
    scene.auth0.misbehave.logsForbidden = true;
    const browser = await signsIn(scene, 'nina');
    await browser.sees('The sign-in didn’t work');
    await scene.logs(/how somebody signed in could not be found out/);
    expect(recordOf(scene, ninasAccount)).toBeUndefined();
    scene.auth0.misbehave.logsForbidden = false;
    const again = await browser.signsInBy('/again', people.nina.email, password);
    await browser.opens(again ?? 'no sign-in began');
    await browser.sees('Add an email');
  });

  story(platform, 'goes on where it was when the process ends while the sign-in is checked', async (scene) => {
    scene.auth0.setLogDelay(20_000);
    const browser = await signsIn(scene, 'nina');
    await browser.sees('Checking your sign-in…');
    await scene.world.restart();
    scene.world.pass(20);
    await browser.sees('Add an email');
  });

  story(
    platform,
    'takes a code only for the address that it awaits: not for that of an earlier step',
    async (scene) => {
      const browser = await signsIn(scene, 'nina');
      await awaitsCode(scene, browser, ninasOther);
      const [copy, earlier] = [createEnrolmentBrowser(scene.world), createEnrolmentBrowser(scene.world)];
      copy.takesCookieOf(browser);
      earlier.takesCookieOf(copy);
      await earlier.opens(`${scene.world.url}/enrol/code`);
      await earlier.sees('Enter the code we sent to n•••@o•••.org');
      await browser.sends('/other');
      await awaitsCode(scene, browser, ninasMail);
      const asked = () => scene.auth0.requests.filter(({ path }) => path === '/oauth/token').length;
      const before = asked();
      // The code that came to the address of this cookie; and the one that is awaited.
      for (const address of [ninasOther, ninasMail]) {
        await earlier.sends('/code', { code: scene.code(address) });
        await earlier.sees('The code belongs to another browser');
        earlier.takesCookieOf(copy);
        await earlier.opens(`${scene.world.url}/enrol/code`);
      }
      expect(asked()).toBe(before);
      expect(linked(scene, ninasAccount)).toEqual([]);
      await browser.sends('/code', { code: scene.code(ninasMail) });
      await scene.chat('nina').reads(inOrder('Added', 'n•••@m•••.org'));
      expect(scene.auth0.user(ninasAccount).contacts.map(({ address }) => address)).toEqual([ninasMail]);
    },
  );

  story(platform, 'takes no code of another request', async (scene) => {
    const ninas = await signsIn(scene, 'nina');
    const janes = await signsIn(scene, 'jane');
    await awaitsCode(scene, ninas, ninasMail);
    await awaitsCode(scene, janes, janesSecond);
    await janes.sends('/code', { code: scene.code(ninasMail) });
    await janes.sees('That isn’t the code. 2 tries left.');
    await ninas.sends('/code', { code: scene.code(janesSecond) });
    await ninas.sees('That isn’t the code. 2 tries left.');
    expect(linked(scene, ninasAccount)).toEqual([]);
    expect(linked(scene, janesAccount)).toHaveLength(2);
  });

  for (const [what, when, act] of [
    ['blocked while the code is checked', /oauth\/token/, ({ auth0 }: Scene) => auth0.adminBlock(ninasAccount, true)],
    ['deleted while the code is checked', /oauth\/token/, ({ auth0 }: Scene) => auth0.removeUser(ninasAccount)],
    ['deleted while it is linked', /identities/, ({ auth0 }: Scene) => auth0.removeUser(ninasAccount)],
  ] as const) {
    story(platform, `links nothing to an account that is ${what}, leaves nothing, and says so`, async (scene) => {
      const browser = await signsIn(scene, 'nina');
      await awaitsCode(scene, browser, ninasMail);
      expect(loose(scene)).toHaveLength(1);
      scene.auth0.faults.before({ method: 'POST', path: when }, () => act(scene));
      await browser.sends('/code', { code: scene.code(ninasMail) });
      await browser.sees('The sign-in service doesn’t allow this. Nothing has changed. Ask your helpdesk.');
      await scene.logs(/"effect":"link-contact".*effect given up/);
      await isGone(scene, ninasMail);
    });
  }

  story(
    platform,
    'leaves nothing where a link fails until the time is over',
    async (scene) => {
      const browser = await signsIn(scene, 'nina');
      await awaitsCode(scene, browser, ninasMail);
      scene.auth0.faults.next({ method: 'POST', path: /identities/, times: 500 }, { status: 503, body: {} });
      await browser.sends('/code', { code: scene.code(ninasMail) });
      await scene.fails('link-contact');
      scene.world.pass(16 * 60);
      await scene.chat('nina').reads("couldn't reach the sign-in service in time");
      await isGone(scene, ninasMail);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'leaves nothing of a right code where somebody says meanwhile that it was not them',
    async (scene) => {
      const { jane, auth0 } = scene;
      const browser = await signsIn(scene, 'jane');
      await jane.reads("It wasn't me");
      await awaitsCode(scene, browser, janesSecond);
      auth0.faults.after({ method: 'POST', path: /oauth\/token/ }, () => jane.pressesInMessage("It wasn't me"));
      await browser.sends('/code', { code: scene.code(janesSecond) });
      await jane.reads("didn't make this change");
      await isGone(scene, janesSecond);
      expect(linked(scene, janesAccount)).toHaveLength(2);
    },
  );

  story(
    platform,
    'finds the person by the binding although the directory has another address by now',
    async (scene) => {
      const adam = scene.chat('adam');
      const browser = createEnrolmentBrowser(scene.world);
      await browser.signsIn(await asksForLink(adam), people.adam.email, password);
      await browser.sees('a•••@h•••.net');
      platform.respells(scene.world, 'adam', { email: 'adam.directory@acme.example.com' });
      await adam.asks('reset-password');
      await adam.sees("We'll send a code to");
      expect(JSON.stringify(recordOf(scene, adamsAccount))).toContain('actors');
    },
  );

  story(platform, 'with two accounts of one address belongs to the one that was signed in to', async (scene) => {
    const twyla = scene.chat('twyla');
    await twyla.asks('unlock');
    await twyla.sees('You have no recovery contact');
    const [first] = people.twyla.accounts;
    const browser = createEnrolmentBrowser(scene.world);
    const back = await browser.signsInUntilSentBack(await asksForLink(twyla), first.userId, password);
    await browser.opens(back);
    await browser.sees('t•••@h•••.net');
    await twyla.asks('unlock');
    await twyla.sees("We'll send a code to");
    await twyla.sees('t•••@h•••.net');
  });

  story(
    platform,
    'must come first where the policy requires a binding',
    async (scene) => {
      const { jane } = scene;
      await jane.asks('unlock');
      await jane.sees('You have no recovery contact');
      const browser = await signsIn(scene, 'jane');
      await browser.sees('j•••@h•••.net');
      await jane.asks('unlock');
      await jane.sees("We'll send a code to");
    },
    { policy: 'binding: required\n' },
  );

  for (const [whose, trustProxy, forwarded] of [
    ['where the proxy is trusted', '127.0.0.1', '203.0.113.7'],
    ['from nobody where no proxy is', undefined, undefined],
  ] as const) {
    story(
      platform,
      `tells Auth0 where the browser is with every code: ${whose}`,
      async (scene) => {
        const browser = createEnrolmentBrowser(scene.world, { proxiedFor: '203.0.113.7' });
        await browser.signsIn(await asksForLink(scene.chat('nina')), people.nina.email, password);
        await awaitsCode(scene, browser, ninasMail);
        scene.world.pass(61);
        await browser.reloads();
        await browser.sends('/resend');
        await browser.sees('Enter the code');
        await browser.sends('/code', { code: scene.code(ninasMail) });
        await browser.sees('was added');
        const codes = scene.auth0.requests.filter(
          ({ path, body }) => path === '/passwordless/start' || JSON.stringify(body ?? '').includes('"otp"'),
        );
        expect(codes.map(({ path }) => path)).toEqual(['/passwordless/start', '/passwordless/start', '/oauth/token']);
        expect(codes.map(({ headers }) => headers['auth0-forwarded-for'])).toEqual([forwarded, forwarded, forwarded]);
      },
      trustProxy === undefined ? {} : { trustProxy },
    );
  }

  const sendFails = /a code to a new address could not be sent/;
  const checkFails = /the code of a new address could not be checked/;
  for (const [trouble, reply, sent, checked] of [
    [
      'is down',
      { status: 503, body: {} },
      'We can’t reach the sign-in service right now.',
      'We couldn’t check the code.',
    ],
    [
      'has too much to do',
      { status: 429, body: {}, headers: { 'retry-after': '90' } },
      'Not yet. Try again in 2 minutes.',
      'Not yet. Try again in 2 minutes.',
    ],
  ] as const) {
    story(
      platform,
      `goes on where it was when Auth0 ${trouble} while a code is sent or checked, and the operator reads it`,
      async (scene) => {
        const browser = await signsIn(scene, 'nina');
        scene.world.planted.add(ninasMail);
        const { faults } = scene.auth0;
        faults.next({ path: /passwordless\/start/, times: 5 }, reply);
        await browser.sends('/email', { address: ninasMail });
        await browser.sees(sent);
        await scene.logs(sendFails);
        faults.clear();
        scene.world.pass(121);
        await awaitsCode(scene, browser, ninasMail);
        faults.next({ path: /oauth\/token/, times: 5 }, reply);
        await browser.sends('/code', { code: scene.code(ninasMail) });
        await browser.sees(checked);
        await scene.logs(checkFails);
        faults.clear();
        scene.world.pass(121);
        if (trouble !== 'is down') await awaitsCode(scene, browser, ninasMail);
        await browser.sends('/code', { code: scene.code(ninasMail) });
        await browser.sees('was added');
      },
      { isTroubled: true },
    );
  }

  story(platform, 'that runs out ends by itself; the browser and the chat say how to start again', async (scene) => {
    const nina = scene.chat('nina');
    const browser = await signsIn(scene, 'nina', nina);
    await browser.sees('Add an email');
    scene.world.pass(14 * 60 + 30);
    await browser.reloads();
    await browser.sees('Add an email');
    scene.world.pass(60);
    await browser.reloads();
    expect(browser.status()).toBe(401);
    await browser.sees('You’re not signed in here any more');
    await browser.sees(inOrder('To continue, start again.', 'In your chat, send the bot enroll'));
    await nina.reads(inOrder('You have no recovery contact yet'));
    expect(nina.linkOf('Add email')).toBeUndefined();
    // And again, to the end.
    const again = await signsIn(scene, 'nina', nina);
    await addsEmail(scene, again, ninasMail);
    await nina.reads(inOrder('Added', 'n•••@m•••.org'));
  });
});

describe.concurrent.each(platforms)(
  'On $name, a request that was open when its owner bound somebody else',
  (platform) => {
    story(platform, 'is not granted any more, although its code was right', async (scene) => {
      const { jane, auth0 } = scene;
      await scene.getsCode('reset-password');
      // The same human under another chat user, as the platform says.
      platform.respells(scene.world, 'sam', { email: people.jane.email });
      const browser = createEnrolmentBrowser(scene.world);
      await browser.signsIn(await asksForLink(scene.chat('sam')), people.jane.email, janesPassword);
      await browser.sees('j•••@h•••.net');
      await jane.types(scene.code());
      await jane.submits();
      await jane.sees('You have no recovery contact');
      expect(auth0.requests.filter(({ path }) => path.includes('/tickets/'))).toEqual([]);
    });
  },
);
