// Jane in a browser, on the pages under /recover.
import { expect } from 'vitest';
import type { Entrance, Visit } from './entrance.ts';
import { auth0sPage, type PasswordPage } from './password-page.ts';
import { people } from './people.ts';
import type { Platform } from './platform.ts';
import { type Said, wordsOf } from './said.ts';
import type { Scene } from './story.ts';
import { createVisitor, type Visitor } from './visitor.ts';

const button = 'Choose a new password';
/** A page that waits is loaded again every ten seconds; often enough here, as its session lasts fifteen minutes. */
const stepSeconds = 600;

export const pageEntrance = (platform: Platform): Entrance => ({
  ...{ name: `On a page, with the helpdesk in ${platform.name},`, short: 'on a page' },
  ...{ platform, isVouched: false, canCancel: true },
  visit: visitOf,
});

function visitOf({ world }: Scene): Visit {
  const visitor = createVisitor(world);
  const types: Visit['types'] = async (code) => {
    world.planted.add(code);
    visitor.fills('code', code);
    await visitor.presses(visitor.page().path === '/recover/code' ? 'Continue' : 'Verify');
  };
  const sendsAgain = async (): Promise<void> => void (await visitor.presses('Send again'));
  let open: PasswordPage | undefined;
  const page = async (): Promise<PasswordPage> => {
    open ??= await opensPage(world, visitor);
    return open;
  };
  /** A tab that shows the field for the code. */
  let tab = visitor;
  return {
    async asks(what) {
      await visitor.opens('/recover');
      visitor.fills('kind', what);
      visitor.fills('name', people.jane.email);
      await visitor.presses('Send a code');
      tab = visitor.otherTab();
      await tab.opens('/recover/code');
    },
    types,
    typesLate: types,
    sendsAgain,
    async hasToWaitForAnotherCode() {
      await visitor.presses('Send again');
      expect(visitor.text()).toMatch(/You can ask for another one in (?:1 minute|\d\d? seconds?)/);
      expect(visitor.text()).not.toContain('another one is on its way');
    },
    asksForMoreThanTheHourHas: sendsAgain,
    asksForSecondCode: async () => void (await visitor.presses('Send code')),
    async insistsOn(code) {
      tab.fills('code', code);
      await tab.presses('Continue');
      expect(tab.text()).toMatch(/there are no tries left|This page has expired/);
    },
    async hasNoWayToSave() {
      expect(visitor.buttons()).not.toContain(button);
      expect(visitor.page().html).not.toContain('/go/');
    },
    opensPage: async () => void (await page()),
    saves: async (password) => (await page()).saves(password),
    savesInVain: async (password) => (await page()).savesInVain(password),
    async cancels() {
      const isProven = visitor.page().path !== '/recover/code';
      await visitor.presses(isProven ? 'Cancel this request' : 'Start again');
    },
    async waits(seconds) {
      for (let left = seconds; left > 0; left -= stepSeconds) {
        world.pass(Math.min(left, stepSeconds));
        // Of a page that does not load itself again: she does.
        if (visitor.page().path === '/recover/next') await visitor.opens('/recover/next');
      }
    },
    async sees(said) {
      // Before the proof nothing is known of a request that could be told.
      if (said === 'request-expired') await visitor.opens(visitor.page().path);
      const isBegunAnew = said === 'cancelled' && visitor.page().path === '/recover';
      await visitor.waitsFor(isBegunAnew ? 'Can’t sign in?' : onPage(said));
      if (said === 'password-asked') expect(visitor.buttons()).toContain(button);
    },
  };
}

/** Auth0's in this browser, or ours; and afterwards back to where the request stands. */
async function opensPage(world: Scene['world'], visitor: Visitor): Promise<PasswordPage> {
  await visitor.presses(button);
  const ticket = visitor.left();
  if (ticket !== undefined) {
    world.planted.add(new URL(ticket).searchParams.get('ticket') ?? 'no ticket');
    await visitor.opens('/recover/next');
    await visitor.waitsFor('The password page is open');
    return auth0sPage(world, ticket);
  }
  const saves = async (password: string): Promise<void> => {
    world.planted.add(password);
    visitor.fills('password', password);
    visitor.fills('confirm', password);
    await visitor.presses('Save new password');
  };
  return {
    saves,
    async savesInVain(password) {
      await saves(password);
      // She is led to where the request stands.
      expect([visitor.page().path, visitor.buttons()]).toEqual(['/recover/next', []]);
    },
    text: () => visitor.text(),
  };
}

/** Before the proof a page says the same to everybody, whether there is an account or not. */
function onPage(said: Said): string | RegExp {
  if (said === 'code-asked') return 'If that is your account and you enrolled a personal email address';
  if (said === 'request-expired') return 'Its page has not been open for 15 minutes';
  if (said === 'code-used-up') return 'there are no tries left';
  return wordsOf(said);
}
