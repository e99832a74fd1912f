// One person who resets their password as fast as the product allows: without time to think or type.
import type { Auth0Server } from '../playground/auth0/server.ts';
import type { Slack } from '../playground/slack/server.ts';
import { buttonsIn, visibleText } from '../playground/slack/visible.ts';
import { account, mailbox, userId } from './settings.ts';

/** In milliseconds, from the person's action until its result is visible. */
export interface ResetTimes {
  /** Command → the modal is open. */
  readonly window: number;
  /** Command → the person's contacts are in it. */
  readonly contacts: number;
  /** Send code → the modal asks for the code. */
  readonly asked: number;
  /** Verify → the person reads that they are verified, and has the link. */
  readonly answered: number;
  /** Password saved → the person's message says so. */
  readonly told: number;
}

const tooLongMs = 30_000;
/** The time to read that it failed for the moment, and to press again. */
const pressAgainMs = 2_000;
const failure = /can't reach|couldn't (reach|open|check)/;
const newPassword = 'A-new-Passw0rd-2026';

export function createResident(auth0: Auth0Server, slack: Slack, nth: number, giveUpAfterMs = tooLongMs) {
  const id = userId(nth);
  const client = slack.client(id);
  const { control } = slack;

  const inWindow = (): string => {
    const open = control.openView(id);
    return open === undefined ? '' : visibleText(open.view);
  };
  const message = () => control.messages(id).at(-1);

  /** Looks after every change in the workspace; returns the time since `began` and what was found. */
  function sees<T>(began: number, look: () => T | undefined | false | '', what: string): Promise<readonly [number, T]> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined || found === false || found === '') return;
        clearTimeout(timer);
        stop();
        resolve([performance.now() - began, found]);
      };
      const timer = setTimeout(() => {
        stop();
        reject(
          new Error(`${id} waited in vain for ${what}; there was: ${inWindow()} / ${JSON.stringify(message()?.text)}`),
        );
      }, giveUpAfterMs);
      const stop = control.onChange((change) => {
        if (change.kind !== 'request' && change.kind !== 'delivery') setImmediate(check);
      });
      check();
    });
  }

  const read = new Set<string>();
  /** Looks at every change in the workspace. Too expensive while many people are measured at once. */
  const watchForTrouble = (): (() => void) =>
    control.onChange(() => {
      for (const text of [inWindow(), JSON.stringify(message()?.blocks ?? '')]) {
        const found = failure.exec(text)?.[0];
        if (found !== undefined) read.add(found);
      }
    });

  /** Until the ticket exists, the page behind the link asks to try again; the link stays the same. */
  async function pressesLink(link: string): Promise<string> {
    const giveUpAt = performance.now() + giveUpAfterMs;
    for (let nthPress = 1; performance.now() < giveUpAt; nthPress += 1) {
      const pressed = await fetch(link, { method: 'POST', redirect: 'manual' });
      await pressed.arrayBuffer();
      const ticket = pressed.headers.get('location');
      if (ticket !== null) return ticket;
      read.add(`page, press ${nthPress}`);
      await new Promise((resolve) => setTimeout(resolve, pressAgainMs));
    }
    throw new Error(`${id} pressed in vain`);
  }

  return {
    async resets(): Promise<ResetTimes> {
      const asked = performance.now();
      const command = client.command('/reset-password');
      const [window] = await sees(asked, inWindow, 'a window');
      const [contacts] = await sees(asked, () => inWindow().includes('Send code'), 'contacts');
      await command;

      const sent = performance.now();
      const submitted = client.submit();
      const [codeAsked] = await sees(sent, () => inWindow().includes('Verify'), 'the question for the code');
      await submitted;

      await client.fill(auth0.control.lastCodeTo(mailbox(nth)) ?? '');
      const typed = performance.now();
      const verified = client.submit();
      const [answered, link] = await sees(typed, linkInWindow, 'the link');
      await verified;

      const ticket = await pressesLink(link);
      await sees(typed, () => message() !== undefined, 'a message');
      const saved = performance.now();
      const body = new URLSearchParams({ 'password-reset': newPassword, 're-enter-password': newPassword });
      await (await fetch(ticket.replace(/#$/, ''), { method: 'POST', body, redirect: 'manual' })).arrayBuffer();
      const [told] = await sees(saved, () => JSON.stringify(message()?.blocks).includes('Password changed'), 'the end');
      if (!auth0.control.signIn(account(nth), newPassword).ok) throw new Error(`${id} cannot sign in`);
      return { window, contacts, asked: codeAsked, answered, told };
    },
    /** After a reset: waits until the person reads what happened to their sessions. */
    async isSignedOut(): Promise<void> {
      const isOver = () => JSON.stringify(message()?.blocks).includes('being signed out everywhere else');
      await sees(performance.now(), isOver, 'the end of the sessions');
    },
    watchForTrouble,
    /** How often the person read that something does not work at the moment. */
    failures: () => read.size,
  };

  function linkInWindow(): string | undefined {
    const blocks = control.openView(id)?.view.blocks ?? [];
    return buttonsIn(blocks).find(({ text }) => text === 'Choose a new password')?.url;
  }
}
