// Jane in the chat of her company.
import { expect } from 'vitest';
import { pressesContinue, savesPassword, typesPassword } from './browser.ts';
import { eventually, shows } from './chat.ts';
import type { Entrance, Visit } from './entrance.ts';
import type { Platform } from './platform.ts';
import { type Said, wordsOf } from './said.ts';
import type { Scene } from './story.ts';

const button = 'Choose a new password';
const commands = { reset: 'reset-password', unlock: 'unlock' } as const;

export const chatEntrance = (platform: Platform): Entrance => ({
  name: `In a chat in ${platform.name}`,
  ...{ platform, isVouched: true, canCancel: true },
  visit: (scene) => visitOf(scene, platform),
});

function visitOf({ world, opensTicket }: Scene, platform: Platform): Visit {
  const jane = platform.chat(world, 'jane');
  /** What the page behind the link said last. */
  let page = '';
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
      await jane.sees('You can ask for another at');
      expect(jane.buttons()).not.toContain('Send again');
    },
    asksForSecondCode: () => jane.submits(),
    async insistsOn() {
      await jane.isOffered('Send a new code', 'Use another contact', 'Cancel this request');
    },
    async saves(password) {
      world.planted.add(password);
      const link = await eventually(
        () => jane.linkOf(button),
        () => jane.message(),
      );
      if (world.setsPasswordIn === undefined) {
        expect(await savesPassword(await opensTicket(link), password)).toBe(303);
        return;
      }
      if (page === '') expect((await pressesContinue(link)).status).toBe(200);
      page = (await typesPassword(link, password)).text;
    },
    cancels: () => jane.presses('Cancel this request'),
    waits: async (seconds) => world.pass(seconds),
    async sees(said) {
      if (isBesideInput(said)) await jane.seesBesideInput(wordsOf(said));
      else if (isOnPage(said)) expect(shows(page, wordsOf(said)), page).toBe(true);
      else if (isAfterProof(said)) await jane.reads(wordsOf(said));
      else await jane.sees(wordsOf(said));
    },
  };
}

const isBesideInput = (said: Said): boolean => typeof said !== 'string' && said.is === 'code-wrong';
const isOnPage = (said: Said): boolean => typeof said !== 'string' && said.is === 'password-refused';

const beforeProof: ReadonlySet<Said> = new Set([
  ...(['code-asked', 'second-proof-asked', 'second-code-asked'] as const),
  ...(['code-expired', 'code-used-up', 'paused'] as const),
]);
/** It stands in the message of the request, whether a window is open or not. */
const isAfterProof = (said: Said): boolean => !beforeProof.has(said);
