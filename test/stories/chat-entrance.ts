// Jane in the chat of her company.
import { expect } from 'vitest';
import { eventually, eventuallyShows, shows } from './chat.ts';
import type { Entrance, Visit } from './entrance.ts';
import { opensByLink, type PasswordPage } from './password-page.ts';
import type { Platform } from './platform.ts';
import { type Said, wordsOf } from './said.ts';
import type { Scene } from './story.ts';

const button = 'Choose a new password';
const commands = { reset: 'reset-password', unlock: 'unlock' } as const;

export const chatEntrance = (platform: Platform): Entrance => ({
  ...{ name: `In a chat in ${platform.name}`, short: `in a chat in ${platform.name}` },
  ...{ platform, isVouched: true, canCancel: true },
  visit: (scene) => visitOf(scene, platform),
});

function visitOf(scene: Scene, platform: Platform): Visit {
  const { world } = scene;
  const jane = platform.chat(world, 'jane');
  let open: PasswordPage | undefined;
  const page = async (): Promise<PasswordPage> => {
    open ??= await opensByLink(scene, jane.linkOf(button));
    return open;
  };
  const types: Visit['types'] = async (code) => {
    await jane.types(code);
    await jane.submits();
  };
  return {
    async asks(what) {
      await jane.closesWindow();
      await jane.asks(commands[what]);
      const first = await jane.seesInWindow(/We'll send a code to|paused until|Too many wrong codes/);
      if (first.includes("We'll send a code to")) await jane.submits();
    },
    types,
    typesLate: async () => undefined,
    async sendsAgain() {
      const labels = ['Send again', 'Send a new code'];
      const label = await eventually(
        () => jane.buttons().find((one) => labels.includes(one)),
        () => `${jane.screen()}\n(wanted: a button for another code)`,
      );
      await jane.presses(label);
    },
    async hasToWaitForAnotherCode() {
      // A card in Teams cannot take back a button whose time has not come: its press is answered.
      if (!jane.buttons().includes('Send again')) return void (await jane.sees('You can ask for another at'));
      await jane.presses('Send again');
      await jane.sees(/You can ask for another code in \d/);
    },
    async asksForMoreThanTheHourHas() {
      if (jane.buttons().includes('Send again')) await jane.presses('Send again');
      await eventually(
        () => (jane.buttons().some((label) => /^Send/.test(label)) ? undefined : true),
        () => jane.screen(),
      );
    },
    asksForSecondCode: () => jane.submits(),
    async insistsOn() {
      expect(jane.screen()).not.toMatch(/Enter the code|6 digits/);
    },
    async hasNoWayToSave() {
      expect([jane.linkOf(button), jane.screen().includes(button)]).toEqual([undefined, false]);
    },
    opensPage: async () => void (await page()),
    saves: async (password) => (await page()).saves(password),
    savesInVain: async (password) => (await page()).savesInVain(password),
    cancels: () => jane.presses('Cancel this request'),
    waits: async (seconds) => world.pass(seconds),
    async sees(said) {
      if (isBesideInput(said)) await jane.seesBesideInput(wordsOf(said));
      else if (isOnPage(said)) expect(shows(open?.text() ?? '', wordsOf(said)), open?.text()).toBe(true);
      else if (inFront.has(said)) await jane.sees(wordsOf(said));
      else if (anywhere.has(said))
        await eventuallyShows(() => [jane.message(), jane.screen()].join('\n'), wordsOf(said));
      else await jane.reads(wordsOf(said));
    },
  };
}

const isBesideInput = (said: Said): boolean =>
  said === 'not-a-code' || (typeof said !== 'string' && said.is === 'code-wrong');
const isOnPage = (said: Said): boolean => typeof said !== 'string' && said.is === 'password-refused';

/** Where the request was: in the window if one is open, otherwise in its message. */
const anywhere: ReadonlySet<Said> = new Set(['cancelled', 'superseded']);
/** It stands in the window where one is open, and may stand nowhere else. */
const inFront: ReadonlySet<Said> = new Set([
  ...(['code-asked', 'second-proof-asked', 'second-code-asked'] as const),
  ...(['code-expired', 'code-used-up', 'request-expired', 'paused'] as const),
  ...(['no-more-codes', 'tries-spent'] as const),
]);
