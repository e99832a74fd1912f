// The main stories, told once and true on every platform.
import { describe, expect } from 'vitest';
import { opens, pressesContinue, savesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import type { Platform } from './platform.ts';
import { type Scene, type StoryOptions, story, wrong } from './story.ts';

export interface Stage {
  readonly platform: Platform;
  readonly options: StoryOptions;
  /** In which only Sam and Ada may approve, by name. */
  readonly approversByName: StoryOptions;
  /** Looked at after each story. */
  readonly afterwards: (scene: Scene) => Promise<void>;
}

const link = 'Choose a new password';

const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

async function asksHelpdesk({ jane, sam, auth0, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.sees('The helpdesk has been asked');
  await sam.seesCard(/Unlock.*for/s);
}

async function getsLink({ jane, proves }: Scene): Promise<string> {
  await proves('reset-password');
  await jane.sees("You're verified");
  await jane.reads("You're verified");
  return eventually(
    () => jane.linkOf(link),
    () => jane.message(),
  );
}

async function triesWrong({ jane, code }: Scene): Promise<void> {
  await jane.types(wrong(code()));
  await jane.submits();
}

type Tell = (title: string, tell: (scene: Scene) => Promise<void>, options?: StoryOptions) => void;

export function mainJob({ platform, options, approversByName, afterwards }: Stage): void {
  const tells: Tell = (title, tell, more = options) =>
    story(
      platform,
      title,
      async (scene) => {
        await tell(scene);
        await afterwards(scene);
      },
      more,
    );
  describe('a person resets her password', () => resets(tells));
  describe('a code', () => codes(tells));
  describe('a person unlocks her account', () => unlocks(tells, approversByName));
  describe('somebody', () => others(tells));
}

function resets(tells: Tell): void {
  tells('in four acts, and reads that it is done within seconds of saving it', async (scene) => {
    const { jane, auth0, opensTicket } = scene;
    const url = await getsLink(scene);
    const page = await opens(url);
    expect(page.text).toContain('Jane');
    expect(page.text).toContain('Acme');
    expect(await savesPassword(await opensTicket(url), 'A-new-Passw0rd-2026')).toBe(303);
    await jane.reads('Password changed at');
    expect(jane.linkOf(link)).toBeUndefined();
    expect(auth0.signIn(janesAccount, 'A-new-Passw0rd-2026')).toEqual({ ok: true });
  });

  tells('with a link that leaves the message when it is used, and is dead then', async (scene) => {
    const url = await getsLink(scene);
    await scene.opensTicket(url);
    await scene.jane.reads('has been opened');
    expect(scene.jane.linkOf(link)).toBeUndefined();
    expect((await pressesContinue(url)).status).toBe(404);
  });

  tells('not with a link that has run out', async (scene) => {
    const url = await getsLink(scene);
    scene.world.pass(601);
    expect((await pressesContinue(url)).status).toBe(404);
    await scene.jane.reads('The link ran out of time. Nothing was changed.');
    expect(scene.jane.linkOf(link)).toBeUndefined();
  });

  tells('not when she cancels: the link is dead', async (scene) => {
    const url = await getsLink(scene);
    await scene.jane.closesWindow();
    await scene.jane.writes('cancel');
    await eventually(
      () => (scene.jane.messages().some((text) => text.includes(link)) ? undefined : true),
      () => scene.jane.messages().join('\n'),
    );
    expect((await opens(url)).status).toBe(404);
  });

  tells('and says that it was not her: the link is dead, and the helpdesk knows', async (scene) => {
    const { jane, sam } = scene;
    const url = await getsLink(scene);
    await jane.closesWindow();
    await jane.pressesInMessage("It wasn't me");
    await sam.seesCard(/It wasn't me/);
    expect((await pressesContinue(url)).status).toBe(404);
    await eventually(
      () => (jane.messages().some((text) => text.includes(link)) ? undefined : true),
      () => jane.messages().join('\n'),
    );
  });
}

function codes(tells: Tell): void {
  tells('that is wrong is told beside the input, and the right one still works', async (scene) => {
    const { jane, code, getsCode } = scene;
    await getsCode('reset-password');
    await triesWrong(scene);
    await jane.seesBesideInput('Not that code. 2 tries left.');
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  tells('asked for again too soon is not sent; a minute later the same button sends it', async (scene) => {
    const { jane, world, auth0, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.presses('Send again');
    await jane.sees(/⚠️ No code\? You can send again from/);
    expect(auth0.outbox.length).toBe(1);
    world.pass(61);
    await jane.presses('Send again');
    await scene.auth0Sent(2);
    await jane.sees('Enter the code');
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  tells('is used up by the third wrong try, and a new one works', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    const first = code();
    for (const left of ['2 tries left', '1 try left']) {
      await triesWrong(scene);
      await jane.seesBesideInput(left);
    }
    await triesWrong(scene);
    await jane.sees('That code is used up. Send a new one?');
    world.pass(61);
    await jane.presses('Send a new code');
    await jane.sees('Enter the code');
    expect(code()).not.toBe(first);
    await jane.types(code());
    await jane.submits();
    await jane.sees("You're verified");
  });
}

function unlocks(tells: Tell, approversByName: StoryOptions): void {
  tells('with the approval of somebody else, and reads who it was', async (scene) => {
    const { jane, sam, auth0 } = scene;
    await asksHelpdesk(scene);
    expect(auth0.user(janesAccount).locked).toBe(true);
    await sam.presses('Approve');
    await jane.reads(/You're unlocked.*Approved by (?:<@U0SAM>|Sam Agent)/s);
    await sam.seesCard(/approved by (?:<@U0SAM>|Sam Agent)/);
    expect(auth0.user(janesAccount).locked).toBe(false);
  });

  tells('not where it is denied, and reads the reason', async (scene) => {
    const { jane, sam, auth0 } = scene;
    await asksHelpdesk(scene);
    await sam.presses('Deny…');
    await sam.seesForm('They are told the reason');
    await sam.picks('Looks like an attack');
    await sam.submits();
    await jane.reads('The helpdesk declined: the request looked unusual. Your account stays as it was.');
    await sam.seesCard(/denied by.*looks like an attack/s);
    expect(auth0.user(janesAccount).locked).toBe(true);
  });

  tells('never by her own approval', async (scene) => {
    await asksHelpdesk(scene);
    const own = scene.desk('jane');
    await own.presses('Approve');
    await own.hears('This is your own request: somebody else has to decide it.');
    expect(lifts(scene)).toBe(0);
    await scene.sam.presses('Approve');
    await scene.jane.reads("You're unlocked");
  });

  tells(
    'not by the press of somebody who is no approver, who reads why in private',
    async (scene) => {
      await asksHelpdesk(scene);
      const bert = scene.desk('bert');
      await bert.presses('Approve');
      await bert.hears("You aren't one of the people who may decide this.");
      expect(lifts(scene)).toBe(0);
      expect(scene.sam.whispers()).toEqual([]);
      await scene.sam.presses('Approve');
      await scene.jane.reads("You're unlocked");
    },
    approversByName,
  );

  tells('once, where two agents press at the same moment', async (scene) => {
    const { sam, ada, jane } = scene;
    await asksHelpdesk(scene);
    await Promise.all([sam.presses('Approve'), ada.presses('Approve')]);
    await jane.reads("You're unlocked");
    const card = await sam.seesCard(/approved by.*done/s);
    await (/approved by (?:<@U0SAM>|Sam)/.test(card) ? ada : sam).hears('This has been decided already');
    expect(lifts(scene)).toBe(1);
  });
}

function others(tells: Tell): void {
  tells('who has enrolled no contact is told so, and gets no code', async ({ chat, auth0 }) => {
    const nina = chat('nina');
    await nina.asks('reset-password');
    await nina.sees('contact');
    expect(auth0.outbox).toEqual([]);
  });

  tells('who is a guest is refused with the reason', async ({ chat, auth0 }) => {
    const gus = chat('gus');
    await gus.asks('reset-password');
    await gus.sees('You are a guest here');
    expect(auth0.requests.filter(({ path }) => path.includes('users'))).toEqual([]);
  });
}
