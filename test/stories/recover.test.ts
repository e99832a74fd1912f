// What only the pages under /recover have: their words, and browsers that stray. What they share with chats and REST is told in
// every-entrance.test.ts.
import { describe, expect } from 'vitest';
import { eventually, inOrder } from './chat.ts';
import { denies } from './entrance-story.ts';
import { janesAccount, janesEmail, people } from './people.ts';
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
    'who types two different passwords on a page of ours is told so, and can type them again',
    async (scene) => {
      const { world } = scene;
      const visitor = createVisitor(world);
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
    },
    { policy: `${policy}setPasswordHere: [CorpUsers]\n` },
  );

  story(
    platform,
    'who waits for the helpdesk does so on a page that changes by itself, and reads nobody’s name there',
    async (scene) => {
      const { world, auth0, sam } = scene;
      auth0.lock(janesAccount);
      const visitor = createVisitor(world);
      await provesByPage(scene, visitor, 'unlock');
      await visitor.waitsFor(inOrder('The helpdesk has been asked', 'You can close it: we go on without it'));
      expect(visitor.page().headers.get('refresh')).toBe('10');
      await sam.seesCard('Unlock');
      await sam.presses('Approve');
      await visitor.waitsFor(inOrder("You're unlocked", 'Approved by the helpdesk', 'You’re done'));
    },
    { policy },
  );

  story(
    platform,
    'whose unlock is denied reads how to reach a person',
    async (scene) => {
      const { world, auth0, sam } = scene;
      auth0.lock(janesAccount);
      const visitor = createVisitor(world);
      await provesByPage(scene, visitor, 'unlock');
      await visitor.waitsFor('The helpdesk has been asked');
      await sam.seesCard('Unlock');
      await denies(scene, 'Looks like an attack');
      await visitor.waitsFor(inOrder('The helpdesk declined', 'Need a person?', 'call 4711'));
    },
    { policy, helpdesk: `${platform.helpdesk({})}, contact: call 4711` },
  );

  story(
    platform,
    'who has no tries left can only start again',
    async (scene) => {
      const { world } = scene;
      const visitor = createVisitor(world);
      await typesName(visitor, people.jane.email);
      const code = wrong(await codeSent(scene));
      for (let nth = 0; nth < 3; nth += 1) await typesCode(visitor, code);
      expect(visitor.text()).toContain('there are no tries left');
      expect(visitor.buttons()).toEqual(['Start again']);
      await visitor.presses('Start again');
      expect(visitor.text()).toContain('Can’t sign in?');
    },
    { policy },
  );

  story(
    platform,
    'who closes the page while the helpdesk decides comes back to it in the same browser, and in no other',
    async (scene) => {
      const { world, sam } = scene;
      const visitor = createVisitor(world);
      await typesName(visitor, people.jane.email);
      await typesCode(visitor, await codeSent(scene));
      await visitor.waitsFor(inOrder('The helpdesk has been asked', 'Keep it open: you go on here', 'in this browser'));
      await sam.seesCard('Password reset');
      await sam.presses('Approve');
      await sam.seesCard('approved by');
      world.pass(9 * 60);
      const stranger = createVisitor(world);
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
      const foreign = createVisitor(world, { 'sec-fetch-site': 'cross-site' });
      await foreign.opens('/recover');
      foreign.fills('name', people.jane.email);
      await foreign.presses('Send a code');
      expect(foreign.page().status).toBe(403);
      expect(foreign.text()).toContain('Another website tried');
      const stranger = createVisitor(world);
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
      const visitor = createVisitor(world);
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
