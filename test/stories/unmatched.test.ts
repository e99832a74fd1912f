// Why somebody was not matched: one line and one count each time, for every reason, on every platform that can have it. The person
// reads as little as ever.
import { describe, expect, it } from 'vitest';
import { remedies } from '../../src/engine/unmatched.ts';
import type { Unmatched } from '../../src/flows/ports.ts';
import { janesAccount, objectIdOf, people, slackIdOf, type Who } from './people.ts';
import { type Platform, platforms, slack, teams } from './platform.ts';
import { type Scene, story } from './story.ts';
import { teamsOf } from './teams-chat.ts';

interface Case {
  readonly who: Who;
  readonly policy?: string;
  readonly on?: readonly Platform[];
  readonly setUp?: (scene: Scene) => void;
  /** Default: they ask for a reset. */
  readonly asks?: (scene: Scene) => Promise<void>;
  /** Nobody knows who it is. */
  readonly isNobody?: true;
}

const olgas = { userId: 'auth0|olga', connection: 'CorpUsers', email: people.olga.email };
const home = { provider: 'email', address: 'olga@home.example.net', userId: '65f0000000000000000000aa' } as const;
const olgaWith =
  (more: Omit<Parameters<Scene['auth0']['addUser']>[0], keyof typeof olgas>) =>
  ({ auth0 }: Scene): void =>
    void auth0.addUser({ ...olgas, contacts: [home], ...more });
const noted = (note: object) => ({ latchkey: { contacts: { [`email|${home.userId}`]: note } } });
const profile = (profileData: object) => ({
  identities: [
    { provider: 'auth0', user_id: 'olga', connection: 'CorpUsers', isSocial: false },
    { provider: 'email', user_id: home.userId, connection: 'email', isSocial: false, profileData },
  ],
});

/** Complete by type. */
const cases: Readonly<Record<Unmatched, Case>> = {
  absent: { who: 'olga' },
  ambiguous: { who: 'twyla' },
  unverified: { who: 'una' },
  'other-connection': { who: 'adam', policy: 'connections: [CorpUsers]' },
  unreadable: { who: 'olga', setUp: olgaWith({ record: { blocked: 'perhaps' } }) },
  'no-contact': { who: 'nina' },
  'own-domain-contact': {
    who: 'olga',
    setUp: olgaWith({ contacts: [{ ...home, address: 'olga@mail.acme.example.com' }] }),
  },
  'unverified-contact': {
    who: 'olga',
    setUp: olgaWith({ record: profile({ email: home.address, email_verified: false }) }),
  },
  'unusable-contact': { who: 'olga', setUp: olgaWith({ record: profile({}) }) },
  'resting-contact': {
    who: 'olga',
    setUp: (scene) => {
      const since = new Date(scene.world.now() - 3_600_000).toISOString();
      olgaWith({ appMetadata: noted({ since, rests: true }) })(scene);
    },
  },
  'unconfirmed-contact': {
    who: 'olga',
    policy: 'contacts: { unconfirmed: not-usable }',
    setUp: olgaWith({ appMetadata: noted({ since: '2026-01-05T12:00:00.000Z', unconfirmed: true }) }),
  },
  'not-bound': { who: 'jane', policy: 'binding: required' },
  blocked: {
    who: 'jane',
    asks: async ({ auth0, jane, sam, proves }) => {
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard(/Unlock.*for/s);
      auth0.adminBlock(janesAccount, true);
      await sam.presses('Approve');
      await jane.reads('Only the helpdesk can help with this one');
    },
  },
  denied: {
    who: 'jane',
    setUp: ({ auth0 }) => auth0.adminBlock(janesAccount, true),
    asks: ({ proves }) => proves('reset-password'),
  },
  'unknown-on-platform': {
    who: 'jane',
    asks: async ({ jane, world }) => {
      // They are known, and leave before they ask.
      await jane.writes('help');
      if (world.teams === undefined) world.slack.control.faults.always('users.info', 'user_not_found');
      else teams.leaves(world, 'jane');
      await jane.fires('reset-password');
    },
  },
  guest: { who: 'gus' },
  external: {
    who: 'olga',
    setUp: ({ world }) => {
      const [realName, email] = [people.olga.realName, people.olga.email];
      if (world.teams === undefined)
        world.slack.control.addUser({ id: slackIdOf('olga'), name: 'olga', realName, email, is_stranger: true });
      else {
        const record = { tenantId: '9d2b6c1e-4f57-4a08-8e3b-6b1f0000ffff' };
        teamsOf(world).control.addUser({ aadObjectId: objectIdOf('olga'), name: realName, email, record });
      }
    },
  },
  'unconfirmed-email': { who: 'emil' },
  bot: {
    who: 'olga',
    on: [slack],
    setUp: ({ world }) =>
      world.slack.control.addUser({ id: slackIdOf('olga'), name: 'olga', email: people.olga.email, is_bot: true }),
  },
  deactivated: { who: 'dora', on: [slack] },
  invited: { who: 'ines', on: [slack] },
  anonymous: { who: 'anton', on: [teams], isNobody: true },
};
const rows = Object.entries(cases) as [Unmatched, Case][];

describe.concurrent.each(platforms)('On $name, the operator learns why somebody was not matched:', (platform) => {
  for (const [reason, { who, policy, on = platforms, setUp, asks, isNobody }] of rows) {
    if (!on.includes(platform)) continue;
    story(
      platform,
      reason,
      async (scene) => {
        setUp?.(scene);
        await (asks?.(scene) ?? scene.chat(who).asks('reset-password'));
        await scene.logs('"person.unmatched"');
        const lines = scene.world
          .logged()
          .split('\n')
          .filter((line) => line.includes('"person.unmatched"'));
        expect(lines).toHaveLength(1);
        const { flow, actor, ...line } = JSON.parse(lines[0] ?? '{}');
        expect(line).toMatchObject({ level: 'info', event: 'person.unmatched', reason, remedy: remedies[reason] });
        if (isNobody !== true)
          expect({ flow, actor }).toEqual({
            flow: expect.stringMatching(/^[\w-]{22}$/),
            actor: expect.stringContaining(platform.name === 'Slack' ? slackIdOf(who) : objectIdOf(who)),
          });
        expect(lines[0]).not.toContain('@');
        const counted = (await (await fetch(`${scene.world.url}/metrics`)).text())
          .split('\n')
          .filter((one) => one.startsWith('latchkey_people_unmatched_total{'));
        expect(counted).toEqual([`latchkey_people_unmatched_total{reason="${reason}"} 1`]);
      },
      { ...(policy === undefined ? {} : { policy }), isTroubled: true },
    );
  }
});

story(
  teams,
  'On Teams, somebody who leaves before the bot has met them is counted too, without a request',
  async (scene) => {
    teams.leaves(scene.world, 'jane');
    await scene.jane.fires('unlock');
    await scene.logs(/"person.unmatched","actor":"teams:[^"]+","reason":"unknown-on-platform"/);
    await teamsOf(scene.world).client(objectIdOf('jane')).message('help');
    await scene.logs('"teams.unconfirmed"');
    expect(scene.world.logged().match(/"person.unmatched"/g)).toHaveLength(1);
  },
  { isTroubled: true },
);

it('every reason that the code knows has a case', () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(remedies).toSorted());
});
