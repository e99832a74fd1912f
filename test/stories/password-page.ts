// The page for a new password that a link opens: Auth0's, or ours where the policy says so.
import { expect } from 'vitest';
import { pressesContinue, savesPassword, ticketDies, typesPassword } from './browser.ts';
import type { Scene } from './story.ts';

export interface PasswordPage {
  saves(password: string): Promise<void>;
  savesInVain(password: string): Promise<void>;
  /** What it said last. Nothing as long as it is Auth0's. */
  text(): string;
}

/** By the link in a chat, or the one that a program gets. */
export async function opensByLink({ world, opensTicket }: Scene, link: string | undefined): Promise<PasswordPage> {
  if (world.setsPasswordIn === undefined) return auth0sPage(world, await opensTicket(link));
  const url = link ?? 'no link';
  expect((await pressesContinue(url)).status).toBe(200);
  let text = '';
  return {
    async saves(password) {
      world.planted.add(password);
      text = (await typesPassword(url, password)).text;
    },
    async savesInVain(password) {
      world.planted.add(password);
      expect((await typesPassword(url, password)).status).toBe(404);
    },
    text: () => text,
  };
}

export const auth0sPage = ({ planted }: Scene['world'], ticket: string): PasswordPage => ({
  async saves(password) {
    planted.add(password);
    expect(await savesPassword(ticket, password)).toBe(303);
  },
  async savesInVain(password) {
    planted.add(password);
    await ticketDies(ticket);
    expect(await savesPassword(ticket, password)).toBe(404);
  },
  text: () => '',
});
