// The process ends and starts again in every state of a flow: the request continues, and nothing happens twice.
import { describe, expect } from 'vitest';
import { pressesContinue, savesPassword } from './browser.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';

const button = 'Choose a new password';

const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;
const tickets = ({ auth0 }: Scene): number => auth0.requests.filter(({ path }) => path.includes('/tickets/')).length;

async function entersCode({ jane, code }: Scene): Promise<void> {
  await jane.types(code());
  await jane.submits();
}
async function asksHelpdesk({ auth0, proves, sam }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await sam.seesCard(/Unlock.*for/s);
}

describe.concurrent.each(platforms)('On $name, a restart', (platform) => {
  story(platform, 'while she is looked up: the window goes on', async ({ jane, auth0, world }) => {
    auth0.faults.set({ mode: 'down' });
    await jane.asks('reset-password');
    await jane.seesInWindow("We can't reach the sign-in service");
    await world.restart();
    auth0.calm();
    world.pass(40);
    await jane.seesInWindow('Send the code to');
  });

  story(platform, 'while she chooses: the choice counts', async ({ jane, world }) => {
    await jane.asks('reset-password');
    await jane.seesInWindow('Send the code to');
    await world.restart();
    await jane.submits();
    await jane.seesInWindow('Enter the code');
  });

  story(platform, 'while the code is being sent: it is sent, and works', async (scene) => {
    const { jane, auth0, world } = scene;
    await jane.asks('reset-password');
    await jane.seesInWindow('Send the code to');
    auth0.faults.next({ method: 'POST', path: /passwordless/ }, { status: 500 });
    await jane.submits();
    await jane.seesInWindow("We can't reach the sign-in service");
    await world.restart();
    world.pass(40);
    await jane.seesInWindow('Enter the code');
    await entersCode(scene);
    await jane.reads(button);
  });

  story(platform, 'while the code is with her: it works, and no second one is sent', async (scene) => {
    const { jane, auth0, world, getsCode } = scene;
    await getsCode('reset-password');
    await world.restart();
    await entersCode(scene);
    await jane.reads(button);
    expect(auth0.outbox.length).toBe(1);
  });

  story(platform, 'between two wrong codes: they stay counted', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.types(wrong(code()));
    await jane.submits();
    await jane.seesBesideInput('2 tries left');
    await world.restart();
    await jane.types(wrong(code()));
    await jane.submits();
    await jane.seesBesideInput('1 try left');
  });

  story(platform, 'while the code is being checked: she is asked for it again', async (scene) => {
    const { jane, auth0, world, getsCode } = scene;
    await getsCode('reset-password');
    auth0.faults.next({ method: 'POST', path: /oauth\/token/ }, { disconnect: true });
    await entersCode(scene);
    await world.restart();
    world.pass(46);
    await jane.sees("We couldn't check the code just now");
    await entersCode(scene);
    await jane.reads(button);
  });

  story(platform, 'while her account is looked at: she is verified and goes on', async (scene) => {
    const { jane, auth0, sam, world, getsCode } = scene;
    auth0.lock(janesAccount);
    await getsCode('unlock');
    auth0.faults.next({ method: 'GET', path: /users\/auth0/ }, { status: 500 });
    await entersCode(scene);
    await jane.reads("We can't reach the sign-in service");
    await world.restart();
    world.pass(40);
    await sam.seesCard(/Unlock.*for/s);
  });

  story(platform, 'while the helpdesk is asked: the card still decides', async (scene) => {
    const { jane, sam, world } = scene;
    await asksHelpdesk(scene);
    await world.restart();
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    await sam.seesCard('done');
    expect(sam.cards().length).toBe(1);
    expect(lifts(scene)).toBe(1);
  });

  story(platform, 'while the lock is being lifted: it is lifted', async (scene) => {
    const { jane, auth0, sam, world } = scene;
    await asksHelpdesk(scene);
    auth0.faults.next({ method: 'DELETE', path: /user-blocks\/auth0/ }, { status: 500 });
    await sam.presses('Approve');
    await jane.reads("We can't reach the sign-in service");
    await world.restart();
    world.pass(40);
    await jane.reads("You're unlocked");
    await sam.seesCard('done');
  });

  story(platform, 'while the link waits: the same link works', async (scene) => {
    const { jane, world, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads(button);
    const link = jane.linkOf(button);
    await world.restart();
    await opensTicket(link);
    await jane.reads('page is open');
    expect(tickets(scene)).toBe(1);
  });

  story(platform, 'while she is on the page of Auth0: the change is seen', async (scene) => {
    const { jane, world, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads(button);
    const link = jane.linkOf(button);
    const ticket = await opensTicket(link);
    await savesPassword(ticket, 'A-new-Passw0rd-2026');
    await world.restart();
    await jane.reads('Password changed at');
    expect((await pressesContinue(link ?? '')).status).toBe(404);
  });

  story(platform, 'after the end: "It wasn\'t me" still stops everything', async (scene) => {
    const { jane, auth0, sam, world } = scene;
    await asksHelpdesk(scene);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    await world.restart();
    await jane.pressesInMessage("It wasn't me");
    await jane.reads("that this wasn't you");
    await sam.seesCard(/It wasn't me/);
    await jane.closesWindow();
    await jane.asks('reset-password');
    await jane.sees('Password resets and unlocks for your account are paused');
  });

  story(
    platform,
    'with a card not posted yet: it is posted once',
    async (scene) => {
      const { jane, auth0, sam, world, proves } = scene;
      auth0.lock(janesAccount);
      platform.takesNoCards(world);
      await proves('unlock');
      await scene.fails('show');
      await world.restart();
      world.calm();
      world.pass(40);
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      expect(sam.cards().length).toBe(1);
    },
    { isTroubled: true },
  );

  story(platform, 'of a day: what ran out meanwhile is told', async (scene) => {
    const { jane, sam, world } = scene;
    await asksHelpdesk(scene);
    await world.sleeps(24 * 3600);
    await jane.reads('Nobody from the helpdesk answered in time');
    await sam.seesCard('nobody answered in time');
  });
});
