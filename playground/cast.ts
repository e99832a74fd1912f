// The people of the playground in Slack and Teams, their accounts at Auth0 and their private contacts. All invented.
import type { AddUser } from './auth0/people.ts';

export type Member = {
  /** Their Slack user id. The page uses it as their id everywhere. */
  readonly id: string;
  /** Their Entra object id, which Teams uses. */
  readonly objectId: string;
  readonly name: string;
  readonly realName: string;
  readonly role: string;
  readonly email: string;
  readonly isGuest?: boolean;
  readonly isHelpdesk?: boolean;
  readonly account?: Account;
};
export type Account = {
  readonly userId: string;
  readonly password: string;
  readonly contacts: NonNullable<AddUser['contacts']>;
  /** Default: the database of Auth0. */
  readonly connection?: string;
  /** In Active Directory: the name of the account, and the address as it is written there. */
  readonly username?: string;
  readonly email?: string;
  readonly appMetadata?: AddUser['appMetadata'] & {};
};

export const helpdeskChannel = { id: 'C0HELPDESK', name: 'helpdesk-access' } as const;
export const teamsHelpdeskChannel = { id: '19:helpdesk@thread.tacv2', name: 'Helpdesk access', team: 'IT' } as const;
export const teamsGeneralChannel = { id: '19:general@thread.tacv2', name: 'General', team: 'Acme' } as const;
export const connection = 'CorpUsers';
export const directoryConnection = 'CorpAD';
/** Of the people whose new password is chosen on Latchkey's own page. */
export const ownPageConnection = 'FieldUsers';

export const cast: readonly Member[] = [
  {
    id: 'U0JANE',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000001',
    name: 'Jane',
    realName: 'Jane Doe',
    role: 'an employee',
    email: 'jane.doe@acme.test',
    account: {
      userId: 'auth0|65f2a7c10d3be94a1c5e0a01',
      password: 'Winter-Garden-24',
      contacts: [
        { provider: 'email', address: 'jane.doe@gmail.test' },
        { provider: 'sms', address: '+12025550112' },
      ],
    },
  },
  {
    id: 'U0NINA',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000002',
    name: 'Nina',
    realName: 'Nina Park',
    role: 'an employee who has enrolled no contact',
    email: 'nina.park@acme.test',
    account: { userId: 'auth0|65f2a7c10d3be94a1c5e0a02', password: 'Paper-Lantern-7', contacts: [] },
  },
  {
    id: 'U0OMAR',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000006',
    name: 'Omar',
    realName: 'Omar Haddad',
    role: 'an employee of Active Directory who has enrolled no contact',
    email: 'omar.haddad@acme.test',
    account: {
      userId: `ad|${directoryConnection}|7d1f6b0c-52a9-4e3b-8c44-0e2d9b7a0006`,
      connection: directoryConnection,
      username: 'ohaddad',
      email: 'Omar.Haddad@acme.test',
      password: 'Amber-Harbor-63',
      contacts: [],
    },
  },
  {
    id: 'U0PETRA',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000007',
    name: 'Petra',
    realName: 'Petra Novak',
    role: 'an employee whose account needs two proofs',
    email: 'petra.novak@acme.test',
    account: {
      userId: 'auth0|65f2a7c10d3be94a1c5e0a07',
      password: 'Velvet-Compass-19',
      contacts: [{ provider: 'email', address: 'petra@novak.test' }],
      appMetadata: { privileged: true },
    },
  },
  {
    id: 'U0LENA',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000008',
    name: 'Lena',
    realName: 'Lena Brandt',
    role: 'an employee who chooses a new password on Latchkey’s own page',
    email: 'lena.brandt@acme.test',
    account: {
      userId: 'auth0|65f2a7c10d3be94a1c5e0a08',
      connection: ownPageConnection,
      password: 'Marble-Staircase-42',
      contacts: [{ provider: 'email', address: 'lena@brandt.test' }],
    },
  },
  {
    id: 'U0SAM',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000003',
    name: 'Sam',
    realName: 'Sam Rivera',
    role: 'a helpdesk agent',
    email: 'sam.rivera@acme.test',
    isHelpdesk: true,
    account: {
      userId: 'auth0|65f2a7c10d3be94a1c5e0a03',
      password: 'Copper-Kettle-31',
      contacts: [{ provider: 'email', address: 'sam@rivera.test' }],
    },
  },
  {
    id: 'U0ADA',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000004',
    name: 'Ada',
    realName: 'Ada Okafor',
    role: 'a helpdesk agent',
    email: 'ada.okafor@acme.test',
    isHelpdesk: true,
    account: {
      userId: 'auth0|65f2a7c10d3be94a1c5e0a04',
      password: 'Silver-Birch-58',
      contacts: [{ provider: 'sms', address: '+12025550147' }],
    },
  },
  {
    id: 'U0GUS',
    objectId: '3f0c9a52-6d1e-4b7a-9c35-0a1de0000005',
    name: 'Gus',
    realName: 'Gus Lindqvist',
    role: 'a guest who was let into the helpdesk channels',
    email: 'gus@lindqvist.test',
    isGuest: true,
    isHelpdesk: true,
  },
];
