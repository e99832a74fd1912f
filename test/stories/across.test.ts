// One company on two platforms: people who ask on one and decide on the other, and the same people on both.
import { describe, expect } from 'vitest';
import { opens, pressesContinue, savesPassword, ticketDies } from './browser.ts';
import { accountOf, janesAccount, objectIdOf, people, slackIdOf } from './people.ts';
import { type Platform, slack, teams } from './platform.ts';
import { type Scene, type StoryOptions, story } from './story.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { workspace } from './world.ts';

const ways = [
  { asked: slack, decided: teams },
  { asked: teams, decided: slack },
] as const;
const channels = `channels: [slack:${workspace.helpdesk}, "teams:${teamsHelpdesk}"]`;
const inBoth = {
  slack: true,
  teams: true,
  helpdesk: `${channels}, approvers: { teams: members }`,
};
const petras = 'petra@home.example.net';
const twoForPrivileged = `
rules:
  - when: { app_metadata: { privileged: true } }
    reset: { approvals: 2 }
    unlock: { approvals: 2 }
  - reset: { approvals: 0 }
    unlock: { approvals: 1 }
`;

const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

describe.concurrent.each(ways)('What is asked in $asked.name and decided in $decided.name', ({ asked, decided }) => {
  const tells = (title: string, tell: (scene: Scene, decider: Decider) => Promise<void>, more: StoryOptions = {}) =>
    story(asked, title, (scene) => tell(scene, (who) => decided.helpdeskChannel(scene.world, who)), {
      ...inBoth,
      ...more,
    });

  tells('is done, and the first decision settles both cards', async (scene, decider) => {
    const { jane, sam, auth0 } = scene;
    const there = decider('sam');
    await asksHelpdesk(scene, there);
    await there.seesCard('Jane Doe');
    await there.presses('Approve');
    await jane.reads(/You're unlocked.*Approved by/s);
    for (const helpdeskChannel of [sam, there]) {
      await helpdeskChannel.seesCard(/approved by.*done/s);
      await helpdeskChannel.isOffered();
    }
    expect(auth0.user(janesAccount).locked).toBe(false);
    expect(lifts(scene)).toBe(1);
  });

  tells('names people by what can be seen of their names, and not at length', async (scene, decider) => {
    const there = decider('sam');
    const realName = `Jane\u202e \u2066Doe\u200b \n${'x'.repeat(400)}`;
    asked.respells(scene.world, 'jane', { realName, email: people.jane.email });
    await asksHelpdesk(scene, there);
    await there.seesCard('Jane Doe xxx');
    for (const card of [...scene.sam.cards(), ...there.cards()]) {
      expect(card).not.toMatch(/[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
      expect(card).not.toContain('x'.repeat(61));
    }
  });

  tells('is denied with a reason, and both cards say so', async (scene, decider) => {
    const { jane, sam, auth0 } = scene;
    const there = decider('ada');
    await asksHelpdesk(scene, there);
    await there.presses('Deny…');
    await there.seesForm(/Deny the request from .*Jane Doe.*They will see the quoted text/s);
    await there.picks('Looks like an attack');
    await there.submits();
    await jane.reads('The helpdesk declined: the request looked unusual.');
    for (const helpdeskChannel of [sam, there]) {
      await helpdeskChannel.seesCard(/denied by.*looks like an attack/s);
      await helpdeskChannel.isOffered();
    }
    expect(auth0.user(janesAccount).locked).toBe(true);
  });

  tells('is decided once where agents of both press at the same moment', async (scene, decider) => {
    const { jane, sam, calls } = scene;
    const there = decider('ada');
    await asksHelpdesk(scene, there);
    await Promise.all([sam.presses('Approve'), there.presses('Approve')]);
    await jane.reads("You're unlocked");
    const isBySam = (await sam.seesCard(/approved by.*done/s)).includes(`approved by ${calls('sam')}`);
    await (isBySam ? there : sam).hears('This request has already been decided');
    for (const helpdeskChannel of [sam, there]) await helpdeskChannel.isOffered();
    expect(lifts(scene)).toBe(1);
  });

  tells('is told of as decided to whoever presses the other card late', async (scene, decider) => {
    const there = decider('ada');
    await asksHelpdesk(scene, there);
    const late = scene.sam.remembers('Approve');
    await there.presses('Approve');
    await scene.jane.reads("You're unlocked");
    await late();
    await scene.sam.hears('This request has already been decided');
    expect(lifts(scene)).toBe(1);
  });

  tells('is never approved by the same person there', async (scene, decider) => {
    const own = decider('jane');
    await asksHelpdesk(scene, own);
    await own.presses('Approve');
    await own.hears('This is your own request. Somebody else has to decide it.');
    expect(lifts(scene)).toBe(0);
    await decider('sam').presses('Approve');
    await scene.jane.reads("You're unlocked");
  });

  tells(
    'counts one person once where two are needed',
    async (scene, decider) => {
      const { sam, auth0, chat, proves } = scene;
      const petra = chat('petra');
      const there = decider('sam');
      auth0.lock(accountOf('petra'));
      await proves('unlock', petra, petras);
      await sam.seesCard('0 of 2 approvals');
      await there.seesCard('0 of 2 approvals');
      await sam.presses('Approve');
      await there.seesCard('1 of 2 approvals');
      await there.presses('Approve');
      await there.hears("You've already approved this. One more approver is needed.");
      await decider('petra').presses('Approve');
      await decider('petra').hears('This is your own request');
      expect(lifts(scene)).toBe(0);
      await decider('ada').presses('Approve');
      await petra.reads(/You're unlocked.*Approved by .* and /s);
      expect(auth0.user(accountOf('petra')).locked).toBe(false);
    },
    { policy: twoForPrivileged },
  );

  tells(
    'counts one person once, though they press in both places at the same moment',
    async (scene, decider) => {
      const { sam, auth0, chat, proves } = scene;
      const there = decider('sam');
      auth0.lock(accountOf('petra'));
      await proves('unlock', chat('petra'), petras);
      for (const helpdeskChannel of [sam, there]) await helpdeskChannel.seesCard('0 of 2 approvals');
      auth0.faults.set({ latencyMs: 100 });
      await Promise.all([sam.presses('Approve'), there.presses('Approve')]);
      for (const helpdeskChannel of [sam, there]) await helpdeskChannel.seesCard('1 of 2 approvals');
      await firstToHear([sam, there], "You've already approved this. One more approver is needed.");
      expect(lifts(scene)).toBe(0);
    },
    { policy: twoForPrivileged },
  );

  tells('is replaced by what its person asks there: the link is dead', async (scene) => {
    const { jane, proves, world } = scene;
    await proves('reset-password');
    await jane.reads('Choose a new password');
    const link = jane.linkOf('Choose a new password') ?? 'no link';
    const there = decided.chat(world, 'jane');
    await there.asks('reset-password');
    await there.sees('Send the code to');
    expect((await opens(link)).status).toBe(404);
    expect(await pressesContinue(link)).toMatchObject({ status: 404, location: undefined });
    await jane.reads('Replaced by your newer request');
  });

  tells('is replaced by what its person asks there: the ticket is void', async (scene) => {
    const { jane, proves, world, auth0, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads('Choose a new password');
    const ticket = await opensTicket(jane.linkOf('Choose a new password'));
    const there = decided.chat(world, 'jane');
    await there.asks('reset-password');
    await there.sees('Send the code to');
    await ticketDies(ticket);
    expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(404);
    expect(auth0.user(janesAccount).passwordChangedAt).toBeUndefined();
  });

  const disguises: readonly (readonly [string, string, string?])[] = [
    ['under another address', 'Doe, J. (IT)'],
    ['under another address and a name of their own choice', 'Bob Miller'],
    ['though both ids are on the list of approvers', 'Jane Doe', listed({ slack: ['jane', 'sam'], teams: ['jane'] })],
    ['though only the other id is on the list', 'Bob Miller', listed({ [decided.name.toLowerCase()]: ['jane'] })],
  ];
  for (const [how, name, approvers] of disguises) {
    tells(
      `is not approved by the same person there ${how}`,
      async (scene, decider) => {
        const own = decider('jane');
        decided.respells(scene.world, 'jane', { realName: name, email: 'j.doe@acme.example.com' });
        await asksHelpdesk(scene, own);
        await own.presses('Approve');
        await own.hears("I can't be sure that you aren't the requester");
        expect(lifts(scene)).toBe(0);
        expect(scene.auth0.user(janesAccount).locked).toBe(true);
      },
      approvers === undefined ? {} : { helpdesk: `${channels}, ${approvers}` },
    );
  }

  tells(
    'counts nobody for a second person under another address',
    async (scene, decider) => {
      const { sam, auth0, chat, proves } = scene;
      const there = decider('sam');
      decided.respells(scene.world, 'sam', { email: 's.agent@acme.example.com' });
      auth0.lock(accountOf('petra'));
      await proves('unlock', chat('petra'), petras);
      await sam.seesCard('0 of 2 approvals');
      await sam.presses('Approve');
      await there.seesCard('1 of 2 approvals');
      await there.presses('Approve');
      await there.hears("I can't be sure that you aren't the requester");
      expect(lifts(scene)).toBe(0);
    },
    { policy: twoForPrivileged, helpdesk: `${channels}, ${listed({ slack: ['sam'], teams: ['sam'] })}` },
  );
});

/** The policy's list of approvers, by platform. */
function listed(ids: Readonly<Record<string, readonly ('jane' | 'sam')[]>>): string {
  const inTeams = ids['teams'] === undefined ? ['teams: members'] : [];
  const written = Object.entries(ids).map(([platform, who]) => {
    const idOf = platform === 'slack' ? slackIdOf : objectIdOf;
    return `${platform}: [${who.map(idOf).join(', ')}]`;
  });
  return `approvers: { ${[...written, ...inTeams].join(', ')} }`;
}

const firstToHear = (desks: readonly ReturnType<Decider>[], words: string): Promise<unknown> =>
  Promise.any(desks.map((helpdeskChannel) => helpdeskChannel.hears(words)));

type Decider = (who: 'jane' | 'sam' | 'ada' | 'petra') => ReturnType<Platform['helpdeskChannel']>;

async function asksHelpdesk({ jane, sam, auth0, proves }: Scene, there: ReturnType<Decider>): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.sees('The helpdesk has been asked');
  for (const helpdeskChannel of [sam, there]) await helpdeskChannel.seesCard(/Unlock.*for/s);
}
