// What the policy file may say: its keys, their types and bounds. Unknown keys are refused everywhere.
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { gatedKinds } from '../../flows/policy.ts';
import { withoutEnd } from '../../text/bounded-text.ts';
import { foldCase } from '../../text/case-folding.ts';
import { lacksApprovers, possibleApprovers } from './approvers.ts';
import { directories } from './directories-schema.ts';
import { isPhoneCountry } from './phone-countries.ts';
import { message, rules } from './rules-schema.ts';
import { rest, selfService, web } from './self-service-schema.ts';

/** The bounds keep a typing error from weakening the protection. Small numbers are allowed, so that a trial can be quick. */
const whole = (from: number, to: number) => {
  const wrong = message(`must be a whole number from ${from} to ${to}`);
  return z.int(wrong).min(from, wrong).max(to, wrong).exactOptional();
};

const hour = 3600;
const day = 24 * hour;

const limits = z.strictObject(
  {
    // The provider voids a code after three attempts anyway; a higher number only matters if the tenant has raised that.
    codeAttempts: whole(1, 10).meta({
      means:
        'How often a code may be tried. Auth0 itself ends a code after three wrong tries, so more has an effect only if the tenant has raised that.',
    }),
    // NIST SP 800-63B-4 3.2.2 lets at most 100 failures in a row pass.
    codeFailuresPerDay: whole(1, 100).meta({
      means: 'How many wrong codes an account may have in a day, over all requests and platforms.',
    }),
    resendSeconds: whole(0, hour).meta({ means: 'After how many seconds a code can be sent again.' }),
    // The provider allows fifty an hour for everybody behind one IP address together.
    codesPerHour: whole(1, 50).meta({
      means: 'How many codes an account is sent in an hour. At least 2 if a rule asks for two proofs.',
    }),
    // A link gives access to the account: never for longer than an hour.
    linkSeconds: whole(1, hour).meta({ means: 'For how many seconds the link to the page for a new password works.' }),
    flowSeconds: whole(1, day).meta({ means: 'For how many seconds a request waits for the person.' }),
    approvalSeconds: whole(1, day).meta({ means: 'For how many seconds a request waits for the helpdesk.' }),
    // 0 turns unlocking off.
    unlocksPerDay: whole(0, 100).meta({
      means: 'How often an account may be unlocked in a day. 0 turns unlocking off.',
    }),
  },
  message('must be a list of `name: number`'),
);

const list = <Item extends z.ZodType>(item: Item, what: string) =>
  z
    .array(item, message(`must be a list of ${what}`))
    .min(1, message('is empty. Leave it out for the default'))
    .refine(
      (items) => new Set(items.map((one) => JSON.stringify(one))).size === items.length,
      message('names something twice'),
    );

const channel = z
  .string(message('must be like slack:C0HELPDESK'))
  .transform((value, context): { platform: 'slack' | 'teams'; channel: string } => {
    const slack = /^slack:([CG][A-Z0-9]+)$/.exec(value)?.[1];
    if (slack !== undefined) return { platform: 'slack', channel: slack };
    const teams = /^teams:(19:[^\s@]{1,250}@[^\s@]{1,250})$/.exec(value)?.[1];
    if (teams !== undefined) return { platform: 'teams', channel: teams };
    context.addIssue({
      code: 'custom',
      message:
        'must be slack: and a channel id like slack:C0HELPDESK, or teams: and one like teams:19:helpdesk@thread.tacv2',
    });
    return z.NEVER;
  });

/** `ids`, or the word `members` for everybody in the channel. The error messages are those about the list. */
const named = (ids: z.ZodType<readonly string[]>) =>
  z.unknown().transform((value, context): readonly string[] | 'members' => {
    if (value === 'members') return value;
    const list = ids.safeParse(value);
    if (list.success) return list.data;
    for (const { message, path } of list.error.issues) context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  });

const slackUser = message('must be a Slack user id, like U0AGENT1');
const teamsUser = message('must be an Entra object id, like 00000000-0000-0000-0000-0000000000a1');

const contact = message('must be a sentence of at most 120 characters, like `call 4711 or mail help@acme.example`');

const helpdesk = z.strictObject(
  {
    channels: list(channel, 'channels').exactOptional().meta({
      means: 'The channels in which the helpdesk reads and decides. Channels of both platforms may stand together.',
      form: 'list of `slack:` with the id of a channel, or `teams:` with one',
      default: 'none, and a request that needs an approval cannot succeed',
      example: '[slack:C0HELPDESK]',
    }),
    approvers: z
      .strictObject(
        {
          slack: named(
            list(z.string(slackUser).regex(/^[UW][A-Z0-9]+$/, slackUser), 'Slack user ids, or the word `members`'),
          )
            .exactOptional()
            .meta({
              means: 'Who may decide in Slack.',
              form: 'list of Slack user ids, or `members` for everybody in the channel',
              default: 'the members of a private channel, and nobody in a public one',
              example: '[U0AGENT1, U0AGENT2]',
            }),
          teams: named(
            list(
              z
                .string(teamsUser)
                .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, teamsUser)
                .transform(foldCase),
              'Entra object ids, or the word `members`',
            ),
          )
            .exactOptional()
            .meta({
              means: 'Who may decide in Teams. Needed with a channel in Teams, which belongs to everybody in its team.',
              form: 'list of Entra object ids, or `members` for everybody in the team',
              default: 'none',
              example: 'members',
            }),
        },
        message('must have `slack` or `teams`'),
      )
      .exactOptional()
      .meta({
        means:
          'Who may decide. Guests and people of other companies never do, and nobody decides about their own request.',
      }),
    contact: z
      .string(contact)
      .trim()
      .min(1, contact)
      .max(120, contact)
      .regex(/^\P{Cc}+$/u, contact)
      .exactOptional()
      .meta({
        means: 'How people reach the helpdesk without this bot. It is shown to people who ask for help.',
        form: 'sentence of at most 120 characters',
        default: 'none',
        example: 'call 4711 or mail help@acme.example',
      }),
  },
  message('must have `channels`, `approvers` or `contact`'),
);

const domain = message('must be a domain like acme.example, without `@`, `*` or an address before it');
/** A name of DNS is no longer (RFC 1035). */
const domainCharsAtMost = 253;

/** In the form that DNS uses: `münchen.example` and `xn--mnchen-3ya.example` are one. A whole top-level domain is surely a mistake. */
const ownDomain = z
  .string(domain)
  .max(domainCharsAtMost, domain)
  .regex(/^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u, domain)
  .transform((value, context) => {
    const ascii = domainToASCII(value);
    // A last label of digits makes it an IP address.
    if (/\.[a-z][a-z0-9-]*$/.test(ascii)) return ascii;
    context.addIssue({ code: 'custom', message: domain.error });
    return z.NEVER;
  });

const country = message(
  'must be a country code of two capital letters (ISO 3166), like DE, or GB for the United Kingdom',
);
const unconfirmed = message('must be `usable`, or `not-usable` before a code has come back from the contact');

const contacts = z.strictObject(
  {
    // 0 turns the cool-off off; thirty days are surely enough for everybody to hear of a new contact.
    coolOffHours: whole(0, 720).meta({
      means:
        'For how many hours a new contact cannot be used, unless it is the first. New recovery codes wait as long. 0 turns the wait off.',
    }),
    phoneCountries: list(z.string(country).refine(isPhoneCountry, country), 'country codes').exactOptional().meta({
      means:
        'The countries whose numbers may be added as contacts, by people and from a file. Numbers that are linked already stay. Numbers without a country code belong to the first.',
      form: 'list of country codes of two letters (ISO 3166)',
      default: 'all',
      example: '[DE, AT, CH]',
    }),
    unconfirmed: z
      .enum(['usable', 'not-usable'], unconfirmed)
      .exactOptional()
      .meta({ means: 'Whether a contact from a file can be used before a code has come back from it.' }),
    // Both spellings of one domain may be written, so a repetition is no mistake here.
    blockedDomains: z
      .array(ownDomain, message('must be a list of domains'))
      .min(1, message('is empty. Leave it out for the default'))
      .transform((domains) => [...new Set(domains)])
      .exactOptional()
      .meta({
        means:
          'Further domains of the company: no contact may be there. The domain of the work address is blocked anyway.',
        form: 'list of domains',
        default: 'none',
        example: '[acme.example]',
      }),
  },
  message('must have `coolOffHours`, `blockedDomains`, `phoneCountries` or `unconfirmed`'),
);

const binding = message('must be `optional`, or `required` if only a bound chat person may recover an account');

const directoryAddresses = message('must be `believed`, or `verified` for only those that Auth0 calls verified');

const name = message('must be a name of at most 60 characters');
const prefix = message(
  'must be like `acme`, for commands like /acme-unlock: small letters, digits and dashes, at most 20',
);

const policy = z.strictObject(
  {
    connections: list(z.string(message('must be the name of a connection')).min(1, message('is empty')), 'connections')
      .exactOptional()
      .meta({
        means: 'The Auth0 connections whose users are employees.',
        form: 'list of names of connections',
        default: 'every database and Active Directory connection',
        example: '[CorpUsers, CorpAD, BranchAD]',
      }),
    setPasswordHere: list(
      z.string(message('must be the name of a connection')).min(1, message('is empty')),
      'connections',
    )
      .exactOptional()
      .meta({
        means:
          'The database connections whose new passwords are chosen on a page of Latchkey, and set by the Management API. Everybody else chooses theirs on Auth0’s own page.',
        form: 'list of names of database connections',
        default: 'none',
        example: '[CorpUsers]',
      }),
    connectorWriteBack: list(
      z.string(message('must be the name of a connection')).min(1, message('is empty')),
      'connections',
    )
      .exactOptional()
      .meta({
        means:
          'The Active Directory connections whose new passwords go through Auth0’s own AD/LDAP connector, because Latchkey cannot reach the directory. Not confirmed to work in every tenant: docs/active-directory.md.',
        form: 'list of names of Active Directory connections',
        default: 'none',
        example: '[BranchAD]',
      }),
    directoryAddresses: z.enum(['believed', 'verified'], directoryAddresses).exactOptional().meta({
      means: 'Whether the address of an Active Directory account counts if Auth0 does not call it verified.',
      default: 'believed',
    }),
    binding: z.enum(['optional', 'required'], binding).exactOptional().meta({
      means:
        'With `required`, an account can be recovered only by a chat user who is bound to it. People are bound when they enrol.',
    }),
    contacts: contacts.exactOptional().meta({ means: 'The recovery contacts of people.' }),
    helpdesk: helpdesk.exactOptional().meta({ means: 'Who decides, and where.' }),
    rules: rules.exactOptional().meta({
      means:
        'What a request needs. The first rule that matches the account and has an entry for this kind of request decides. Where none does, a reset needs no approval and an unlock needs one.',
      form: 'list of rules',
      default: 'none',
    }),
    limits: limits.exactOptional().meta({ means: 'How often, and for how long.' }),
    directories: directories.exactOptional().meta({
      means:
        'Active Directory behind Auth0 connections: whether an account is locked there is read, and the lock is lifted. Reached by LDAPS only.',
    }),
    web,
    rest,
    selfService,
    companyName: z
      .string(name)
      .trim()
      .min(1, name)
      .max(60, name)
      .regex(/^\P{Cc}+$/u, name)
      .exactOptional()
      .meta({
        means: 'The name of the company on pages and in mail.',
        form: 'name of at most 60 characters',
        default: 'the host of `PUBLIC_URL`',
        example: 'Acme',
      }),
    slack: z
      .strictObject(
        {
          commandPrefix: z
            .string(prefix)
            .regex(/^[a-z0-9][a-z0-9-]{0,19}$/, prefix)
            .transform((value) => `${withoutEnd(value, '-')}-`)
            .exactOptional()
            .meta({
              means: 'Stands in front of every slash command: with `acme` it is `/acme-unlock`.',
              form: 'small letters, digits and dashes, at most 20',
              default: 'none',
              example: 'acme',
            }),
        },
        message('must have `commandPrefix`'),
      )
      .exactOptional()
      .meta({ means: 'What concerns Slack alone.' }),
  },
  message('must be a list of `key: value`'),
);

/** One connection has one way to a new password. */
function faultOfWriteBack(
  name: string,
  { connections, directories, setPasswordHere }: z.infer<typeof policy>,
): string | undefined {
  if (directories?.some(({ connection }) => connection === name) === true)
    return 'has a directory in `directories`, which sets its passwords. Remove it here';
  if (setPasswordHere?.includes(name) === true)
    return 'stands in `setPasswordHere` too, which is for databases. Remove it from one of them';
  if (connections === undefined || connections.includes(name)) return undefined;
  return 'is not among `connections`, so nobody of it can ask for a password. Add it there, or remove it here';
}

/**
 * If a rule needs two people and one is listed, some accounts are locked out for good, and the operator would learn it from their
 * owners.
 */
export const policySchema = policy.superRefine((read, context) => {
  const { helpdesk, rules, limits, connections, directories, setPasswordHere, connectorWriteBack } = read;
  for (const [index, { connection }] of (directories ?? []).entries()) {
    if (connections === undefined || connections.includes(connection)) continue;
    context.addIssue({
      code: 'custom',
      path: ['directories', index, 'connection'],
      message: 'is not among `connections`, so nobody of it is helped. Name it there too, or remove this directory',
    });
  }
  for (const [index, name] of (setPasswordHere ?? []).entries()) {
    if (connections === undefined || connections.includes(name)) continue;
    context.addIssue({
      code: 'custom',
      path: ['setPasswordHere', index],
      message: 'is not among `connections`, so nobody of it can ask for a password. Add it there, or remove it here',
    });
  }
  for (const [index, name] of (connectorWriteBack ?? []).entries()) {
    const message = faultOfWriteBack(name, read);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['connectorWriteBack', index], message });
  }
  for (const [index, rule] of (rules ?? []).entries()) {
    if (rule.reset?.via !== 'email' || !isNeverAtAuth0(rule.when?.connection, read)) continue;
    context.addIssue({
      code: 'custom',
      path: ['rules', index, 'reset', 'via'],
      message:
        'has no meaning for these accounts: `setPasswordHere` or `directories` names their connection, so Auth0 mails them no link. Remove `via`',
    });
  }
  for (const [index, rule] of (rules ?? []).entries()) {
    for (const kind of gatedKinds) {
      if (rule[kind]?.proofs !== 2 || limits?.codesPerHour !== 1) continue;
      context.addIssue({
        code: 'custom',
        path: ['rules', index, kind, 'proofs'],
        message:
          'asks for two proofs, but `limits.codesPerHour` allows one code, so nobody gets a second one. Raise it to 2 or more',
      });
    }
  }
  if (lacksApprovers(helpdesk ?? {}))
    context.addIssue({
      code: 'custom',
      path: ['helpdesk'],
      params: { about: ['helpdesk', 'approvers'] },
      message:
        'names a channel in Teams, which belongs to everybody in its team, but not who may decide there. Set `approvers.teams` to a list, or to `members` for everybody in the team',
    });
  const possible = possibleApprovers(helpdesk ?? {});
  if ((helpdesk?.channels ?? []).length === 0) return;
  for (const [index, rule] of (rules ?? []).entries()) {
    for (const kind of gatedKinds) {
      const needed = rule[kind]?.approvals ?? 0;
      if (needed > possible)
        context.addIssue({
          code: 'custom',
          path: ['rules', index, kind, 'approvals'],
          message: `asks for ${needed} people, but \`helpdesk.approvers\` lists ${possible} who can see a card. List more, or ask for fewer`,
        });
    }
  }
});

/** Whether Auth0's page is for none of the accounts that a rule is about, as far as the file alone says so. */
function isNeverAtAuth0(
  connection: string | undefined,
  { connections, directories, setPasswordHere }: z.infer<typeof policy>,
): boolean {
  const here = [...(setPasswordHere ?? []), ...(directories ?? []).map((each) => each.connection)];
  const about = connection === undefined ? connections : [connection];
  return about?.every((name) => here.includes(name)) === true;
}

/**
 * Keys that a later release will have, as they are written in the reference. Whoever writes one already must not believe that it is
 * in force.
 */
export const laterKeys: readonly string[] = ['languages'];

export const isOfLaterRelease = (path: readonly PropertyKey[], key: string): boolean =>
  laterKeys.includes(keyName([...path, key]));

/** As it is written in the reference, e.g. `rules[].reset.approvals`. */
export const keyName = (path: readonly PropertyKey[]): string =>
  path.map((step, index) => (typeof step === 'number' ? '[]' : `${index === 0 ? '' : '.'}${String(step)}`)).join('');

/** The keys that are allowed at a path in the file. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = policySchema;
  for (const step of path) {
    schema = unwrapped(schema);
    if (schema instanceof z.ZodArray) schema = schema.element;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(step)];
  }
  const found = unwrapped(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

const unwrapped = (schema: unknown): unknown =>
  schema instanceof z.ZodExactOptional ? unwrapped(schema.unwrap()) : schema;
