// The people of the stories, on the platform and at Auth0. All invented; every address and number here counts as a
// secret.
import type { AddUser } from '../../playground/auth0/people.ts';
import type { Auth0Server } from '../../playground/auth0/server.ts';
import type { NewPerson as NewInSlack } from '../../playground/slack/people.ts';
import type { Slack } from '../../playground/slack/server.ts';
import { FOREIGN_TENANT } from '../../playground/teams/channel-token.ts';
import type { NewPerson as NewInTeams } from '../../playground/teams/people.ts';
import type { Teams } from '../../playground/teams/server.ts';

interface Inhabitant {
  readonly realName: string;
  readonly email: string;
  /** Merged over an ordinary employee's record on that platform. */
  readonly slack?: Partial<NewInSlack>;
  readonly teams?: Partial<NewInTeams>;
  readonly accounts?: readonly Omit<AddUser, 'email' | 'name'>[];
}

const account = (nth: number): string => `auth0|65000000000000000000${String(nth).padStart(4, '0')}`;
const usual = { connection: 'CorpUsers', emailVerified: true, password: 'Old-Passw0rd-of-theirs' };
const mail = (address: string) => ({ provider: 'email' as const, address });
const phone = (address: string) => ({ provider: 'sms' as const, address });

export const janesEmail = 'jane.doe@home.example.net';
export const janesPhone = '+4915700000012';
export const janesAccount = account(1);
export const adamsAccount = 'ad|CorpAD|4f1c2d3e-0000-4000-8000-000000000009';

/**
 * Jane is the ordinary person; Sam, Ada and Bert are in the helpdesk's channel. The others are special cases, which
 * their first letters indicate.
 */
export const people = {
  jane: {
    realName: 'Jane Doe',
    email: 'jane@acme.example.com',
    accounts: [
      {
        ...usual,
        userId: janesAccount,
        givenName: 'Jane',
        password: 'Old-Passw0rd-of-Jane',
        contacts: [mail(janesEmail), phone(janesPhone)],
      },
    ],
  },
  /** In the channel, with an account of their own. */
  sam: {
    realName: 'Sam Agent',
    email: 'sam@acme.example.com',
    accounts: [{ ...usual, userId: account(2), contacts: [mail('sam.agent@home.example.net')] }],
  },
  ada: { realName: 'Ada Agent', email: 'ada@acme.example.com', accounts: [{ ...usual, userId: account(20) }] },
  /** In the channel, but on no list of approvers. */
  bert: { realName: 'Bert Bystander', email: 'bert@acme.example.com' },
  nina: { realName: 'Nina Nocontact', email: 'nina@acme.example.com', accounts: [{ ...usual, userId: account(3) }] },
  olga: { realName: 'Olga Outside', email: 'olga@acme.example.com' },
  twyla: {
    realName: 'Twyla Twice',
    email: 'twyla@acme.example.com',
    accounts: [
      { ...usual, userId: account(4), contacts: [mail('twyla@home.example.net')] },
      { ...usual, userId: account(5), connection: 'OldUsers', contacts: [mail('twyla@old.example.net')] },
    ],
  },
  una: {
    realName: 'Una Unverified',
    email: 'una@acme.example.com',
    accounts: [{ ...usual, emailVerified: false, userId: account(6), contacts: [mail('una@home.example.net')] }],
  },
  petra: {
    realName: 'Petra Privileged',
    email: 'petra@acme.example.com',
    accounts: [
      {
        ...usual,
        userId: account(7),
        appMetadata: { privileged: true },
        contacts: [mail('petra@home.example.net')],
      },
    ],
  },
  adam: {
    realName: 'Adam Directory',
    email: 'adam@acme.example.com',
    accounts: [
      {
        // As Auth0's connector makes them: without a word on whether the address is verified.
        password: usual.password,
        userId: adamsAccount,
        connection: 'CorpAD',
        username: 'adirectory',
        contacts: [mail('adam@home.example.net')],
      },
    ],
  },
  gus: {
    realName: 'Gus Guest',
    email: 'gus@elsewhere.example.org',
    slack: { is_restricted: true },
    teams: { userRole: 'guest', upn: 'gus_elsewhere.example.org#EXT#@acme.test' },
  },
  emil: {
    realName: 'Emil Unconfirmed',
    email: 'emil@acme.example.com',
    slack: { isEmailConfirmed: false },
    teams: { email: '', upn: 'emil.without.address' },
  },
  /** From another company. */
  xaver: {
    realName: 'Xaver External',
    email: 'xaver@other.example.org',
    slack: { teamId: 'T0OTHER01' },
    teams: { tenantId: FOREIGN_TENANT },
  },
  /** These people exist in Slack only. */
  dora: { realName: 'Dora Deactivated', email: 'dora@acme.example.com', slack: { deleted: true } },
  ines: { realName: 'Ines Invited', email: 'ines@acme.example.com', slack: { is_invited_user: true } },
  /** And these in Teams only. */
  anton: { realName: 'Anton Anonymous', email: 'anton@acme.example.com', teams: { userRole: 'anonymous' } },
} as const satisfies Record<string, Inhabitant>;

export type Who = keyof typeof people;
const inhabitants: readonly (readonly [Who, Inhabitant])[] = Object.entries(people).map(([who, one]) => [
  who as Who,
  one,
]);

export const everybody: readonly Who[] = inhabitants.map(([who]) => who);
export const slackIdOf = (who: Who): string => `U0${who.toUpperCase()}`;
/** The person's Entra object id. */
export const objectIdOf = (who: Who): string => {
  const nth = everybody.indexOf(who) + 1;
  return `3f0c9a52-6d1e-4b7a-9c35-${String(nth).padStart(12, '0')}`;
};
export const accountOf = (who: 'jane' | 'sam' | 'petra'): string => people[who].accounts[0].userId;

/** Everything about the people that must not be found outside its place. */
export const addresses: readonly string[] = [
  ...inhabitants.flatMap(([, { email, accounts = [] }]) => [
    email,
    ...accounts.flatMap(({ contacts = [] }) => contacts.map(({ address }) => address)),
  ]),
];

/** The members of the helpdesk's channel, on whichever platform it is. */
const agents = ['sam', 'ada', 'bert', 'jane', 'petra'] as const satisfies readonly Who[];

export function openAccounts({ control }: Auth0Server): void {
  for (const [, { realName, email, accounts = [] }] of inhabitants) {
    for (const one of accounts) control.addUser({ ...one, email, name: realName });
  }
}

export function moveIntoSlack({ control }: Slack, helpdesk: string): void {
  for (const [who, { realName, email, slack }] of inhabitants) {
    control.addUser({ id: slackIdOf(who), name: who, realName, email, ...slack });
  }
  control.addChannel({ id: helpdesk, name: 'helpdesk', isPrivate: true, members: agents.map(slackIdOf) });
}

/** The administrator has installed the app for everybody; the product has not heard from anybody yet. */
export function moveIntoTeams({ control }: Teams, helpdesk: string): void {
  for (const [who, { realName, email, teams }] of inhabitants) {
    control.addUser({ aadObjectId: objectIdOf(who), name: realName, email, ...teams });
  }
  control.addTeamChannel({ id: helpdesk, name: 'Helpdesk', members: agents.map(objectIdOf) });
}
