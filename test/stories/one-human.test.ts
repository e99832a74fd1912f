// One human counts once on the same platform, too: a decider is compared by address and account, not only by the id.
import { describe, expect } from 'vitest';
import { accountOf, janesAccount, janesEmail, people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const twoForPrivileged = `
rules:
  - when: { app_metadata: { privileged: true } }
    unlock: { approvals: 2 }
  - unlock: { approvals: 1 }
`;
const petras = 'petra@home.example.net';
const unsure = "I can't be sure that you aren't the requester";
const ownRequest = 'This is your own request. Somebody else has to decide it.';
const alreadyApproved = "You've already approved this. One more approver is needed.";

const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

/** How many times Auth0 was asked who has an address. */
const lookUps = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ path }) => path.includes('users-by-email')).length;

/** From now on Auth0 has that account under another address. */
const readdresses = ({ auth0 }: Scene, userId: string, email: string): void =>
  void auth0.addUser({ userId, connection: 'CorpUsers', email, emailVerified: true });

async function asksHelpdesk({ jane, sam, auth0, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.sees('The helpdesk has been asked');
  await sam.seesCard('Unlock');
}

async function petraAsks({ auth0, chat, proves, sam }: Scene): Promise<void> {
  auth0.lock(accountOf('petra'));
  await proves('unlock', chat('petra'), petras);
  await sam.seesCard('0 of 2 approvals');
}

describe.concurrent.each(platforms)('On $name, an unlock', (platform) => {
  const again = people.jane.email.toUpperCase();

  story(platform, 'is not approved by a second user with her address', async (scene) => {
    platform.respells(scene.world, 'bert', { email: again });
    await asksHelpdesk(scene);
    const bert = scene.helpdeskChannel('bert');
    await bert.presses('Approve');
    await bert.hears(ownRequest);
    expect(lifts(scene)).toBe(0);
    expect(scene.auth0.user(janesAccount).locked).toBe(true);
    await scene.sam.presses('Approve');
    await scene.jane.reads("You're unlocked");
  });

  story(
    platform,
    'costs no question about somebody who may not decide, however often they press',
    async (scene) => {
      await asksHelpdesk(scene);
      const before = lookUps(scene);
      const bert = scene.helpdeskChannel('bert');
      for (let times = 0; times < 3; times += 1) await bert.presses('Approve');
      await bert.hears("You aren't an approver, so you can't decide this request.");
      expect(lookUps(scene)).toBe(before);
    },
    { helpdesk: platform.helpdesk({ approvers: ['sam'] }) },
  );

  story(platform, 'is not approved by a second user with her account', async (scene) => {
    await asksHelpdesk(scene);
    readdresses(scene, janesAccount, people.bert.email);
    const bert = scene.helpdeskChannel('bert');
    await bert.presses('Approve');
    await bert.hears(ownRequest);
    expect(lifts(scene)).toBe(0);
  });

  story(platform, 'is not approved by a second user with the address of her contact', async (scene) => {
    platform.respells(scene.world, 'bert', { email: janesEmail });
    await asksHelpdesk(scene);
    const bert = scene.helpdeskChannel('bert');
    await bert.presses('Approve');
    await bert.hears(unsure);
    expect(lifts(scene)).toBe(0);
    await scene.sam.presses('Approve');
    await scene.jane.reads("You're unlocked");
  });

  story(platform, 'is approved by a colleague without an account, under an address of their own', async (scene) => {
    await asksHelpdesk(scene);
    const before = lookUps(scene);
    await scene.helpdeskChannel('bert').presses('Approve');
    await scene.jane.reads("You're unlocked");
    expect(lookUps(scene)).toBe(before + 1);
  });

  story(
    platform,
    'is not approved by who has no account where her address is gone; who has one may, and the act comes to nothing',
    async (scene) => {
      const { world, sam, auth0 } = scene;
      await asksHelpdesk(scene);
      platform.leaves(world, 'jane');
      const bert = scene.helpdeskChannel('bert');
      await bert.presses('Approve');
      await bert.hears(unsure);
      await sam.presses('Approve');
      await sam.seesCard('no longer an active employee here');
      expect(lifts(scene)).toBe(0);
      expect(auth0.user(janesAccount).locked).toBe(true);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'that needs two people is not approved by two users with one address',
    async (scene) => {
      platform.respells(scene.world, 'bert', { email: people.sam.email });
      await petraAsks(scene);
      const { sam, ada } = scene;
      const bert = scene.helpdeskChannel('bert');
      await sam.presses('Approve');
      await sam.seesCard('1 of 2 approvals');
      await bert.presses('Approve');
      await bert.hears(alreadyApproved);
      expect(lifts(scene)).toBe(0);
      await ada.presses('Approve');
      await scene.chat('petra').reads("You're unlocked");
    },
    { policy: twoForPrivileged },
  );

  story(
    platform,
    'that needs two people is not approved by two users with one address who press at the same moment',
    async (scene) => {
      platform.respells(scene.world, 'bert', { email: people.sam.email });
      await petraAsks(scene);
      const { sam } = scene;
      const bert = scene.helpdeskChannel('bert');
      await Promise.all([sam.presses('Approve'), bert.presses('Approve')]);
      await sam.seesCard('1 of 2 approvals');
      await Promise.any([sam, bert].map((helpdeskChannel) => helpdeskChannel.hears(alreadyApproved)));
      expect(lifts(scene)).toBe(0);
    },
    { policy: twoForPrivileged },
  );

  story(
    platform,
    'that needs two people is not approved by two users with one account',
    async (scene) => {
      await petraAsks(scene);
      const bert = scene.helpdeskChannel('bert');
      await scene.sam.presses('Approve');
      await scene.sam.seesCard('1 of 2 approvals');
      readdresses(scene, accountOf('sam'), people.bert.email);
      await bert.presses('Approve');
      await bert.hears(alreadyApproved);
      expect(lifts(scene)).toBe(0);
    },
    { policy: twoForPrivileged },
  );

  story(
    platform,
    'that needs two people is approved by two with addresses of their own, though one has no account',
    async (scene) => {
      await petraAsks(scene);
      await scene.helpdeskChannel('bert').presses('Approve');
      await scene.sam.seesCard('1 of 2 approvals');
      await scene.sam.presses('Approve');
      await scene.chat('petra').reads("You're unlocked");
    },
    { policy: twoForPrivileged },
  );

  story(
    platform,
    'is not approved while Auth0 does not say who is who, and can be denied all the same',
    async (scene) => {
      const { auth0, sam, jane } = scene;
      await asksHelpdesk(scene);
      auth0.faults.set({ mode: 'down' });
      await sam.presses('Approve');
      await sam.hears("We can't check right now whether you may decide this");
      await sam.presses('Deny…');
      await sam.seesForm('They will see the quoted text');
      await sam.submits();
      await jane.reads('The helpdesk declined');
      auth0.faults.clear();
      expect(lifts(scene)).toBe(0);
    },
  );
});
