// What the policy file may say: its keys, their types and bounds. Unknown keys are refused everywhere.
import { z } from 'zod';
import { flowKinds } from '../../flows/policy.ts';
import { withoutEnd } from '../../text/bounded-text.ts';
import { foldCase } from '../../text/case-folding.ts';
import { lacksApprovers, possibleApprovers } from './approvers.ts';
import { rules, say } from './rules-schema.ts';

/** Bounds keep a slip of the pen from opening the door; small numbers stay allowed, so that a trial can be quick. */
const whole = (from: number, to: number) => {
  const what = say(`must be a whole number from ${from} to ${to}`);
  return z.int(what).min(from, what).max(to, what).exactOptional();
};

const hour = 3600;
const day = 24 * hour;

const limits = z.strictObject(
  {
    // The provider kills a code after three anyway; more only matters where a tenant has raised that.
    codeAttempts: whole(1, 10),
    // NIST SP 800-63B-4 3.2.2 lets at most 100 failures in a row pass.
    codeFailuresPerDay: whole(1, 100),
    resendSeconds: whole(0, hour),
    // The provider allows fifty an hour for everybody behind one address together.
    codesPerHour: whole(1, 50),
    // A link is a key to the account: never longer than an hour.
    linkSeconds: whole(1, hour),
    flowSeconds: whole(1, day),
    approvalSeconds: whole(1, day),
    // 0 turns unlocking off.
    unlocksPerDay: whole(0, 100),
  },
  say('must be a list of `name: number`'),
);

const list = <Item extends z.ZodType>(item: Item, what: string) =>
  z
    .array(item, say(`must be a list of ${what}`))
    .min(1, say('is empty. Leave it out for the default'))
    .refine(
      (items) => new Set(items.map((one) => JSON.stringify(one))).size === items.length,
      say('names something twice'),
    );

const channel = z
  .string(say('must be like slack:C0HELPDESK'))
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

/** `ids`, or the word for everybody in the channel. The complaints are those about the list. */
const named = (ids: z.ZodType<readonly string[]>) =>
  z.unknown().transform((value, context): readonly string[] | 'members' => {
    if (value === 'members') return value;
    const list = ids.safeParse(value);
    if (list.success) return list.data;
    for (const { message, path } of list.error.issues) context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  });

const slackUser = say('must be a Slack user id, like U0AGENT1');
const teamsUser = say('must be an Entra object id, like 00000000-0000-0000-0000-0000000000a1');

const contact = say('must be a sentence of at most 120 characters, like `call 4711 or mail help@acme.example`');

const helpdesk = z.strictObject(
  {
    channels: list(channel, 'channels').exactOptional(),
    approvers: z
      .strictObject(
        {
          slack: named(
            list(z.string(slackUser).regex(/^[UW][A-Z0-9]+$/, slackUser), 'Slack user ids, or the word `members`'),
          ).exactOptional(),
          teams: named(
            list(
              z
                .string(teamsUser)
                .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, teamsUser)
                .transform(foldCase),
              'Entra object ids, or the word `members`',
            ),
          ).exactOptional(),
        },
        say('must have `slack` or `teams`'),
      )
      .exactOptional(),
    contact: z
      .string(contact)
      .trim()
      .min(1, contact)
      .max(120, contact)
      .regex(/^\P{Cc}+$/u, contact)
      .exactOptional(),
  },
  say('must have `channels`, `approvers` or `contact`'),
);

const name = say('must be a name of at most 60 characters');
const prefix = say('must be like `acme`, for commands like /acme-unlock: small letters, digits and dashes, at most 20');

const policy = z.strictObject(
  {
    connections: list(
      z.string(say('must be the name of a connection')).min(1, say('is empty')),
      'connections',
    ).exactOptional(),
    helpdesk: helpdesk.exactOptional(),
    rules: rules.exactOptional(),
    limits: limits.exactOptional(),
    companyName: z
      .string(name)
      .trim()
      .min(1, name)
      .max(60, name)
      .regex(/^\P{Cc}+$/u, name)
      .exactOptional(),
    slack: z
      .strictObject(
        {
          commandPrefix: z
            .string(prefix)
            .regex(/^[a-z0-9][a-z0-9-]{0,19}$/, prefix)
            .transform((value) => `${withoutEnd(value, '-')}-`)
            .exactOptional(),
        },
        say('must have `commandPrefix`'),
      )
      .exactOptional(),
  },
  say('must be a list of `key: value`'),
);

/** Whoever asks for two people and lists one has locked somebody out for good, and learns it from them. */
export const policySchema = policy.superRefine(({ helpdesk, rules }, context) => {
  if (lacksApprovers(helpdesk ?? {}))
    context.addIssue({
      code: 'custom',
      path: ['helpdesk'],
      message:
        'names a channel in Teams, which belongs to everybody in its team, but not who may decide there. Set `approvers.teams` to a list, or to `members` for everybody in the team',
    });
  const possible = possibleApprovers(helpdesk ?? {});
  if ((helpdesk?.channels ?? []).length === 0) return;
  for (const [index, rule] of (rules ?? []).entries()) {
    for (const kind of flowKinds) {
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

/** The keys that may stand at a place in the file. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let place: unknown = policySchema;
  for (const step of path) {
    place = bare(place);
    if (place instanceof z.ZodArray) place = place.element;
    else if (place instanceof z.ZodObject) place = place.shape[String(step)];
  }
  const found = bare(place);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

const bare = (schema: unknown): unknown => (schema instanceof z.ZodExactOptional ? bare(schema.unwrap()) : schema);
