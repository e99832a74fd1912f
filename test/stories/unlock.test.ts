// The unlock: proof, then approval by people, then the act.
import { describe, expect } from 'vitest';
import { inOrder } from './chat.ts';
import { accountOf, janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const twoForPrivileged = `
rules:
  - when: { app_metadata: { privileged: true } }
    reset: { approvals: 2 }
    unlock: { approvals: 2 }
  - reset: { approvals: 0 }
    unlock: { approvals: 1 }
`;
const petras = 'petra@home.example.net';

async function asksHelpdesk({ jane, sam, auth0, proves, calls }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.sees('The helpdesk has been asked');
  await sam.seesCard(inOrder('Unlock', `for ${calls('jane')}`, 'verified by email code', 'first unlock'));
}

const isLocked = ({ auth0 }: Scene): boolean => auth0.user(janesAccount).locked;
const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

describe.concurrent.each(platforms)('On $name, an unlock', (platform) => {
  story(platform, 'approved is told to her with the name, and to the helpdesk in one line', async (scene) => {
    const { jane, sam, auth0, calls } = scene;
    await asksHelpdesk(scene);
    expect(isLocked(scene)).toBe(true);
    await sam.presses('Approve');
    await jane.reads(inOrder("You're unlocked. Sign in with your current password", `Approved by ${calls('sam')}`));
    await sam.seesCard(inOrder(`approved by ${calls('sam')}`, 'done'));
    await sam.isOffered();
    expect(auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane')).toEqual({ ok: true });
  });

  story(platform, 'denied is told to her with the reason', async (scene) => {
    const { jane, sam, calls } = scene;
    await asksHelpdesk(scene);
    await sam.presses('Deny…');
    await sam.seesForm('They will see the quoted text');
    await sam.picks('Looks like an attack');
    await sam.submits();
    await jane.reads('The helpdesk declined: the request looked unusual. Your account stays as it was.');
    await sam.seesCard(inOrder(`denied by ${calls('sam')}`, 'looks like an attack'));
    await sam.isOffered();
    expect(isLocked(scene)).toBe(true);
  });

  story(platform, 'that nobody answers runs out, and both sides read it', async (scene) => {
    const { jane, sam, world } = scene;
    await asksHelpdesk(scene);
    world.pass(901);
    await jane.reads('Nobody from the helpdesk answered in time. Nothing was changed.');
    await sam.seesCard('nobody answered in time');
    await sam.isOffered();
    expect(isLocked(scene)).toBe(true);
  });

  // The old card is deleted, so that Slack refuses to update it.
  const onDeleted = { isTroubled: true };
  story(
    platform,
    'cannot be approved too late, even by a press on an old screen',
    async (scene) => {
      const { sam, jane, world } = scene;
      await asksHelpdesk(scene);
      const early = sam.remembers('Approve');
      world.pass(901);
      await jane.reads('Nobody from the helpdesk answered in time');
      await early();
      await sam.hears('This request has already been decided');
      expect(lifts(scene)).toBe(0);
    },
    onDeleted,
  );

  story(platform, 'is never approved by the person herself', async (scene) => {
    await asksHelpdesk(scene);
    const own = scene.helpdeskChannel('jane');
    await own.presses('Approve');
    await own.hears('This is your own request. Somebody else has to decide it.');
    expect(lifts(scene)).toBe(0);
    await scene.sam.presses('Approve');
    await scene.jane.reads("You're unlocked");
  });

  story(
    platform,
    'is not approved by somebody who is no approver, who reads why in private',
    async (scene) => {
      await asksHelpdesk(scene);
      const bert = scene.helpdeskChannel('bert');
      await bert.presses('Approve');
      await bert.hears("You aren't an approver, so you can't decide this request.");
      expect(lifts(scene)).toBe(0);
      expect(scene.sam.whispers()).toEqual([]);
      await scene.sam.presses('Approve');
      await scene.jane.reads("You're unlocked");
    },
    { helpdesk: platform.helpdesk({ approvers: ['sam', 'ada'] }) },
  );

  story(platform, 'is decided once where two agents press at the same moment', async (scene) => {
    const { sam, ada, jane, calls } = scene;
    await asksHelpdesk(scene);
    await Promise.all([sam.presses('Approve'), ada.presses('Approve')]);
    await jane.reads("You're unlocked");
    const isBySam = (await sam.seesCard('done')).includes(`approved by ${calls('sam')}`);
    await (isBySam ? ada : sam).hears('This request has already been decided');
    expect(lifts(scene)).toBe(1);
  });

  story(platform, 'is either approved or denied where both come at the same moment', async (scene) => {
    const { sam, ada, jane } = scene;
    await asksHelpdesk(scene);
    await ada.presses('Deny…');
    await ada.seesForm('They will see the quoted text');
    await Promise.all([sam.presses('Approve'), ada.submits()]);
    await jane.reads(/You're unlocked|The helpdesk declined/);
    const declined = jane.message().includes('declined');
    expect(lifts(scene)).toBe(declined ? 0 : 1);
    expect(isLocked(scene)).toBe(declined);
  });

  story(
    platform,
    'of a privileged account needs two different people',
    async (scene) => {
      const { sam, ada, auth0, proves, calls } = scene;
      const petra = scene.chat('petra');
      auth0.lock(accountOf('petra'));
      await proves('unlock', petra, petras);
      await petra.sees('0 of 2 approvals so far');
      await sam.seesCard('0 of 2 approvals');
      await sam.presses('Approve');
      await sam.seesCard(`1 of 2 approvals: ${calls('sam')}`);
      await petra.reads('1 of 2 approvals so far');
      await sam.presses('Approve');
      await sam.hears("You've already approved this. One more approver is needed.");
      await scene.helpdeskChannel('petra').presses('Approve');
      await scene.helpdeskChannel('petra').hears('This is your own request');
      expect(lifts(scene)).toBe(0);
      await ada.presses('Approve');
      await petra.reads(inOrder("You're unlocked", `Approved by ${calls('sam')} and ${calls('ada')}`));
    },
    { policy: twoForPrivileged },
  );

  story(
    platform,
    'of a privileged account is denied by one, though another has approved',
    async (scene) => {
      const { sam, ada, auth0, proves, calls } = scene;
      const petra = scene.chat('petra');
      auth0.lock(accountOf('petra'));
      await proves('unlock', petra, petras);
      await sam.presses('Approve');
      await sam.seesCard('1 of 2');
      await ada.presses('Deny…');
      await ada.seesForm('They will see the quoted text');
      await ada.submits();
      await petra.reads('The helpdesk declined');
      await sam.seesCard(`denied by ${calls('ada')}`);
      expect(lifts(scene)).toBe(0);
    },
    { policy: twoForPrivileged },
  );

  story(
    platform,
    'and a reset of a privileged account need two people too; everybody else resets alone',
    async (scene) => {
      const { sam, ada, proves, jane } = scene;
      const petra = scene.chat('petra');
      await proves('reset-password', petra, petras);
      await sam.seesCard(/Password reset.*0 of 2 approvals/s);
      expect(petra.linkOf('Choose a new password')).toBeUndefined();
      await sam.presses('Approve');
      await sam.seesCard('1 of 2');
      await ada.presses('Approve');
      await petra.reads('Choose a new password');
      await scene.opensTicket(petra.linkOf('Choose a new password'));
      await proves('reset-password');
      await jane.reads('Choose a new password');
    },
    { policy: twoForPrivileged },
  );

  story(platform, 'of an account that is not locked is none, and offers the reset', async (scene) => {
    const { jane, sam, proves } = scene;
    await proves('unlock');
    await jane.sees("Your account isn't locked. Forgotten the password?");
    expect(sam.cards()).toEqual([]);
    await jane.reads("Your account isn't locked");
    await jane.closesWindow();
    await jane.pressesInMessage('Forgot password');
    await jane.sees('Reset your password');
    await jane.sees('Send the code to');
  });

  story(platform, 'lifts the lock under every name she has', async (scene) => {
    const { auth0, sam, jane } = scene;
    auth0.lockContact('sms', '+4915700000012', { ip: '198.51.100.7' });
    await asksHelpdesk(scene);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    expect(auth0.user(janesAccount).locked).toBe(false);
  });

  story(platform, 'finds a lock that only a name shows, and lifts it', async (scene) => {
    const { auth0, sam, jane, proves } = scene;
    const phone = '+4915700000012';
    auth0.lockContact('sms', phone, { ip: '198.51.100.7' });
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    const lifted = auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('user-blocks?'));
    expect(lifted.map(({ path }) => new URL(path, 'http://x').searchParams.get('identifier'))).toEqual([phone]);
  });

  story(platform, 'is had three times a day; then the helpdesk is told', async (scene) => {
    const { jane, sam, world, auth0, proves } = scene;
    for (let nth = 0; nth < 3; nth += 1) {
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard(/Open until/);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      await sam.isOffered();
      await jane.closesWindow();
      world.pass(1300);
    }
    auth0.lock(janesAccount);
    await proves('unlock');
    await jane.reads(/reached its daily limit of unlocks. You can ask again from.*old phone/s);
    await sam.seesCard(/help needed.*reached its daily limit of unlocks/s);
    expect(isLocked(scene)).toBe(true);
  });

  story(platform, 'tells her how long people usually take, once that is known', async (scene) => {
    const { jane, sam, world, auth0, proves } = scene;
    for (let nth = 0; nth < 3; nth += 1) {
      auth0.lock(janesAccount);
      await proves('unlock');
      await jane.sees('The helpdesk has been asked');
      if (nth === 2) break;
      await sam.seesCard(/Open until/);
      world.pass(240);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      await sam.isOffered();
      await jane.closesWindow();
      world.pass(1100);
    }
    expect(jane.screen()).toContain('They usually answer within 4 minutes');
  });

  story(platform, 'can be cancelled while it waits; the card says so', async (scene) => {
    const { jane, sam } = scene;
    await asksHelpdesk(scene);
    await jane.presses('Cancel this request');
    await jane.reads('Cancelled. Nothing was changed.');
    await sam.seesCard('cancelled by the requester');
    await sam.isOffered();
    expect(isLocked(scene)).toBe(true);
  });
});
