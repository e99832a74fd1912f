import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opens, pressesContinue, savesPassword } from './browser.ts';
import type { Chat, Desk } from './chat.ts';
import { slackChat, slackDesk } from './slack-chat.ts';
import { janesAccount, janesEmail, startWorld, type World, workspace } from './world.ts';

let world: World;
let jane: Chat;
let sam: Desk;
const code = (): string => world.auth0.control.lastCodeTo(janesEmail) ?? 'no code came';
const here = (link: string | undefined): string => (link ?? '').replace('http://127.0.0.1:1', world.url);

beforeEach(async () => {
  world = await startWorld();
  jane = slackChat(world.slack, 'U0JANE');
  sam = slackDesk(world.slack, 'U0SAM', workspace.helpdesk);
});
afterEach(() => world.end());

async function provesHerself(what: 'reset-password' | 'unlock'): Promise<void> {
  await jane.asks(what);
  await jane.sees('Email j•••@h•••.net');
  await jane.submits();
  await jane.sees('Enter the code');
  await jane.types(code());
  await jane.submits();
}

describe('a person resets her password', () => {
  it('in four acts, and reads that it is done within seconds of saving it', async () => {
    await provesHerself('reset-password');
    await jane.sees("You're verified");
    await jane.reads("You're verified");
    const link = here(jane.linkOf('Choose a new password'));
    const page = await opens(link);
    expect(page.text).toContain('Jane');
    expect(page.text).toContain('Acme');
    const pressed = await pressesContinue(link);
    expect(pressed.status).toBe(303);
    expect(await savesPassword(pressed.location ?? '', 'A-new-Passw0rd-2026')).toBe(303);
    await jane.reads('Password changed at');
    expect(jane.linkOf('Choose a new password')).toBeUndefined();
    expect(world.auth0.control.signIn(janesAccount, 'A-new-Passw0rd-2026')).toEqual({ ok: true });
  });
});

describe('a person unlocks her account', () => {
  it('with the approval of somebody else, and reads who it was', async () => {
    world.auth0.control.lock(janesAccount);
    await provesHerself('unlock');
    await jane.sees('The helpdesk has been asked');
    await sam.seesCard(/Unlock.*for/s);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    await sam.seesCard('approved by');
    expect(world.auth0.control.user(janesAccount).locked).toBe(false);
  });
});
