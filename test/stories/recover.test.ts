// Somebody who cannot reach the chat gets back into their account in a browser.
import { describe, expect } from 'vitest';
import { savesPassword } from './browser.ts';
import { eventually, inOrder } from './chat.ts';
import { janesAccount, janesEmail, janesPhone, people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';
import { createVisitor, type Visitor } from './visitor.ts';

const policy = 'web: { enabled: true }\n';

async function typesName(visitor: Visitor, name: string, what: 'reset' | 'unlock' = 'reset'): Promise<void> {
  await visitor.opens('/recover');
  visitor.fills('kind', what);
  visitor.fills('name', name);
  await visitor.presses('Send a code');
  expect(visitor.text()).toContain('If that is your account');
}

/** By the password that Jane has before anything is changed. */
const signInOf = ({ auth0 }: Scene) => auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');

const codeSent = ({ auth0 }: Scene, address = janesEmail): Promise<string> =>
  eventually(
    () => auth0.lastCodeTo(address),
    () => 'no code came',
  );

async function typesCode(visitor: Visitor, code: string): Promise<void> {
  visitor.fills('code', code);
  await visitor.presses('Continue');
}

async function provesByPage(scene: Scene, visitor: Visitor, what: 'reset' | 'unlock'): Promise<void> {
  await typesName(visitor, people.jane.email, what);
  await typesCode(visitor, await codeSent(scene));
}

describe.concurrent.each(platforms)('On a page, in a company with $name, somebody', (platform) => {
  story(
    platform,
    'types their work address and the code, and chooses a new password on the provider’s page',
    async (scene) => {
      const { world } = scene;
      const visitor = createVisitor(world.url);
      await typesName(visitor, people.jane.email);
      await typesCode(visitor, await codeSent(scene));
      await visitor.waitsFor('You’re verified');
      await visitor.presses('Choose a new password');
      const ticket = visitor.left() ?? '';
      world.planted.add(new URL(ticket).searchParams.get('ticket') ?? 'no ticket');
      expect(await savesPassword(ticket, 'Quite-An0ther-Pass-word')).toBe(303);
      await visitor.opens('/recover/next');
      await visitor.waitsFor('The password page is open');
      world.pass(20);
      await visitor.waitsFor('Password changed');
    },
    { policy },
  );

  story(
    platform,
    'chooses a new password on a page of ours, where the policy says so',
    async (scene) => {
      const { world, auth0 } = scene;
      const visitor = createVisitor(world.url);
      await typesName(visitor, people.jane.email);
      await typesCode(visitor, await codeSent(scene));
      await visitor.waitsFor('You’re verified');
      await visitor.presses('Choose a new password');
      expect(visitor.text()).toContain('New password again');
      visitor.fills('password', 'Quite-An0ther-Pass-word');
      visitor.fills('confirm', 'Quite-An0ther-Pass-w');
      await visitor.presses('Save new password');
      expect(visitor.text()).toContain('The two passwords are not the same');
      visitor.fills('password', 'Quite-An0ther-Pass-word');
      visitor.fills('confirm', 'Quite-An0ther-Pass-word');
      await visitor.presses('Save new password');
      expect(visitor.page().path).toBe('/recover/next');
      await visitor.waitsFor('Password changed');
      expect(auth0.signIn(janesAccount, 'Quite-An0ther-Pass-word')).toEqual({ ok: true });
    },
    { policy: `${policy}setPasswordHere: [CorpUsers]\n` },
  );

  story(
    platform,
    'who is locked out is asked for an approval, waits on a page that changes by itself, and is unlocked',
    async (scene) => {
      const { world, auth0, sam } = scene;
      auth0.lock(janesAccount);
      const visitor = createVisitor(world.url);
      await provesByPage(scene, visitor, 'unlock');
      await visitor.waitsFor(inOrder('The helpdesk has been asked', 'You can close it: we go on without it'));
      expect(visitor.page().headers.get('refresh')).toBe('10');
      await sam.seesCard('Unlock');
      await sam.presses('Approve');
      await visitor.waitsFor(inOrder("You're unlocked", 'Approved by the helpdesk', 'You’re done'));
      expect(signInOf(scene)).toEqual({ ok: true });
    },
    { policy },
  );

  story(
    platform,
    'whose unlock is denied reads the reason, and how to reach a person',
    async (scene) => {
      const { world, auth0, sam } = scene;
      auth0.lock(janesAccount);
      const visitor = createVisitor(world.url);
      await provesByPage(scene, visitor, 'unlock');
      await visitor.waitsFor('The helpdesk has been asked');
      await sam.seesCard('Unlock');
      await sam.presses('Deny…');
      await sam.seesForm('They will see the quoted text');
      await sam.picks('Looks like an attack');
      await sam.submits();
      await visitor.waitsFor(inOrder('The helpdesk declined', 'Need a person?', 'call 4711'));
      expect(signInOf(scene)).toEqual({ error: 'locked' });
    },
    { policy, helpdesk: `${platform.helpdesk({})}, contact: call 4711` },
  );

  story(
    platform,
    'who types three wrong codes has no tries left, and starts again',
    async (scene) => {
      const { world } = scene;
      const visitor = createVisitor(world.url);
      await typesName(visitor, people.jane.email);
      const code = await codeSent(scene);
      await typesCode(visitor, wrong(code));
      expect(visitor.text()).toContain('That isn’t the code. 2 tries left.');
      await typesCode(visitor, wrong(code));
      expect(visitor.text()).toContain('That isn’t the code. 1 try left.');
      await typesCode(visitor, wrong(code));
      expect(visitor.text()).toContain('there are no tries left');
      expect(visitor.buttons()).toEqual(['Start again']);
      await visitor.presses('Start again');
      expect(visitor.text()).toContain('Can’t sign in?');
    },
    { policy },
  );

  story(
    platform,
    'whose account needs two proofs gives the second one on the page',
    async (scene) => {
      const { world, auth0 } = scene;
      auth0.lock(janesAccount);
      const visitor = createVisitor(world.url);
      await provesByPage(scene, visitor, 'unlock');
      await visitor.waitsFor(inOrder('One more proof that it’s you', '•••12'));
      await visitor.presses('Send code');
      await visitor.waitsFor('Enter the code we texted to');
      const second = await eventually(
        () => auth0.lastCodeTo(janesPhone),
        () => 'no code came to the phone',
      );
      visitor.fills('code', wrong(second));
      await visitor.presses('Verify');
      await visitor.waitsFor("That isn't the code. 2 tries left.");
      visitor.fills('code', 'abc');
      await visitor.presses('Verify');
      expect(visitor.text()).toContain('A code has 6 digits.');
      visitor.fills('code', second);
      await visitor.presses('Verify');
      await visitor.waitsFor("You're unlocked");
    },
    { policy: `${policy}rules: [{ reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0, proofs: 2 } }]\n` },
  );

  story(
    platform,
    'who closes the page while the helpdesk decides comes back to it in the same browser, and in no other',
    async (scene) => {
      const { world, sam } = scene;
      const visitor = createVisitor(world.url);
      await typesName(visitor, people.jane.email);
      await typesCode(visitor, await codeSent(scene));
      await visitor.waitsFor(inOrder('The helpdesk has been asked', 'Keep it open: you go on here', 'in this browser'));
      await sam.seesCard('Password reset');
      await sam.presses('Approve');
      await sam.seesCard('approved by');
      world.pass(9 * 60);
      const stranger = createVisitor(world.url);
      await stranger.opens('/recover');
      expect(stranger.buttons()).toEqual(['Send a code']);
      const back = visitor.otherTab();
      await back.opens('/recover');
      await back.presses('Go to your last try');
      expect(back.page().path).toBe('/recover/next');
      await back.waitsFor('You’re verified');
    },
    { policy: `${policy}rules: [{ reset: { approvals: 1 }, unlock: { approvals: 1 } }]\n` },
  );

  story(
    platform,
    'whose browser comes from another site, or has no session, changes nothing',
    async (scene) => {
      const { world, auth0 } = scene;
      const foreign = createVisitor(world.url, { 'sec-fetch-site': 'cross-site' });
      await foreign.opens('/recover');
      foreign.fills('name', people.jane.email);
      await foreign.presses('Send a code');
      expect(foreign.page().status).toBe(403);
      expect(foreign.text()).toContain('Another website tried');
      const stranger = createVisitor(world.url);
      for (const path of ['/recover/code', '/recover/next', '/recover/wait']) {
        await stranger.opens(path);
        expect([stranger.page().status, stranger.buttons()]).toEqual([401, ['Start again']]);
      }
      expect(auth0.outbox).toEqual([]);
    },
    { policy },
  );

  story(
    platform,
    'who goes back, reloads, or uses two tabs comes to where their try stands',
    async (scene) => {
      const { world } = scene;
      const visitor = createVisitor(world.url);
      const other = visitor.otherTab();
      await typesName(visitor, people.jane.email);
      const first = await codeSent(scene);
      await other.opens('/recover/code');
      world.pass(61);
      await typesName(visitor, people.jane.email);
      // The tab shows the page of the earlier session.
      await typesCode(other, first);
      expect([other.page().status, other.text()]).toEqual([409, expect.stringContaining('an earlier try')]);
      await other.presses('Go to your present try');
      await scene.auth0Sent(2);
      const code = await codeSent(scene);
      await typesCode(other, code);
      await other.waitsFor('You’re verified');
      await visitor.opens('/recover/code');
      expect(visitor.text()).toContain('You’re verified');
      world.pass(16 * 60);
      await visitor.opens('/recover/next');
      expect([visitor.page().status, visitor.text()]).toEqual([401, expect.stringContaining('has expired')]);
    },
    { policy },
  );
});
