// Who lives in the stories, at the platform and at Auth0. All of it invented; every address and number here is a secret.
import type { AddUser } from '../../playground/auth0/people.ts';
import type { Auth0Server } from '../../playground/auth0/server.ts';
import type { NewPerson } from '../../playground/slack/people.ts';
import type { Slack } from '../../playground/slack/server.ts';

interface Inhabitant {
  readonly realName: string;
  readonly email: string;
  /** At the platform; what is said there is laid over an ordinary employee's record. */
  readonly platform?: Partial<NewPerson>;
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

/** Jane is everybody; Sam, Ada and Bert sit in the helpdesk's channel. The rest are the odd ones, by their first letters. */
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
  /** In the channel, with an account of his own. */
  sam: {
    realName: 'Sam Agent',
    email: 'sam@acme.example.com',
    accounts: [{ ...usual, userId: account(2), contacts: [mail('sam.agent@home.example.net')] }],
  },
  ada: { realName: 'Ada Agent', email: 'ada@acme.example.com' },
  /** In the channel, and on no list of approvers. */
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
        ...usual,
        userId: adamsAccount,
        connection: 'CorpAD',
        username: 'adirectory',
        contacts: [mail('adam@home.example.net')],
      },
    ],
  },
  gus: { realName: 'Gus Guest', email: 'gus@elsewhere.example.org', platform: { is_restricted: true } },
  dora: { realName: 'Dora Deactivated', email: 'dora@acme.example.com', platform: { deleted: true } },
  emil: { realName: 'Emil Unconfirmed', email: 'emil@acme.example.com', platform: { isEmailConfirmed: false } },
  ines: { realName: 'Ines Invited', email: 'ines@acme.example.com', platform: { is_invited_user: true } },
  xaver: { realName: 'Xaver External', email: 'xaver@other.example.org', platform: { teamId: 'T0OTHER01' } },
} as const satisfies Record<string, Inhabitant>;

export type Who = keyof typeof people;
const inhabitants: readonly (readonly [Who, Inhabitant])[] = Object.entries(people).map(([who, one]) => [
  who as Who,
  one,
]);

export const slackIdOf = (who: Who): string => `U0${who.toUpperCase()}`;
export const accountOf = (who: 'jane' | 'sam' | 'petra'): string => people[who].accounts[0].userId;

/** Everything about the people that must never be found where it does not belong. */
export const addresses: readonly string[] = [
  ...inhabitants.flatMap(([, { email, accounts = [] }]) => [
    email,
    ...accounts.flatMap(({ contacts = [] }) => contacts.map(({ address }) => address)),
  ]),
];

export function moveIn(auth0: Auth0Server, slack: Slack, helpdesk: string): void {
  for (const [who, { realName, email, platform, accounts = [] }] of inhabitants) {
    slack.control.addUser({ id: slackIdOf(who), name: who, realName, email, ...platform });
    for (const one of accounts) auth0.control.addUser({ ...one, email, name: realName });
  }
  const members = (['sam', 'ada', 'bert', 'jane', 'petra'] as const).map(slackIdOf);
  slack.control.addChannel({ id: helpdesk, name: 'helpdesk', isPrivate: true, members });
}
