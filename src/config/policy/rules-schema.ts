// What `rules` in the policy file may say. A rule that could not do what its writer meant is refused.
import { z } from 'zod';
import { gatedKinds, type Json, liesWithin } from '../../flows/policy.ts';

export const message = (what: string) => ({ error: what });

const approvals = message('must be a whole number from 0 to 5');
const proofs = message('must be 1 or 2: how often the person proves who they are');
const via = message('must be `ticket` for a link in the chat, or `email` if Auth0 mails its own link');

const shared = {
  approvals: z
    .int(approvals)
    .min(0, approvals)
    .max(5, approvals)
    .meta({ means: 'How many different people must approve.', default: 'none, it must be given', example: '1' }),
  proofs: z.literal([1, 2], proofs).exactOptional().meta({
    means:
      'How often the person proves who they are. Two proofs are codes from two contacts, or one code and a recovery code.',
    form: '1 or 2',
    default: '1',
  }),
};
const gates = z.strictObject(shared, message('must be like { approvals: 1 }')).exactOptional();
const resetGates = z
  .strictObject(
    {
      ...shared,
      via: z.enum(['ticket', 'email'], via).exactOptional().meta({
        means:
          'How the person gets to Auth0’s page for a new password after the proof: by a link in the chat, or by one that Auth0 mails to their work address. Whoever needs the password to read that mail cannot use `email`.',
        default: 'ticket',
        example: 'ticket',
      }),
    },
    message('must be like { approvals: 1 }'),
  )
  .exactOptional();

const change = z
  .strictObject(
    {
      via: z.enum(['sign-in', 'form'], message('must be sign-in or form')).meta({
        means:
          'By `sign-in` the person signs in anew at Auth0, and then chooses a new password. With `form` they type the old and the new one on a page of Latchkey. Accounts in a directory of `directories` always use the form. All other accounts with a second factor sign in, whatever stands here.',
        form: '`sign-in` or `form`',
        default: 'sign-in',
      }),
    },
    message('must be like { via: sign-in }'),
  )
  .exactOptional();

const json: z.ZodType<Json> = z.lazy(() =>
  z.union(
    [z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)],
    message('is no plain value'),
  ),
);

/** Words that older YAML read as true or false. Here they are text, and a rule for privileged accounts would match nobody. */
const looksTrueOrFalse = /^(?:true|false|yes|no|on|off)$/i;

/** Why a value in a condition is surely a mistake; undefined if it may be meant. */
function mistakeIn(value: Json, isInList: boolean): string | undefined {
  if (value === null) return 'has no value, and no account is like that. Write one';
  if (typeof value === 'object')
    return Object.keys(value).length === 0
      ? 'is empty, so it says nothing about the account. Write a value'
      : undefined;
  if (typeof value !== 'string' || isInList || !looksTrueOrFalse.test(value)) return undefined;
  const meant = /^(?:true|yes|on)$/i.test(value);
  return `is the text "${value}", which is never equal to ${meant}. Write ${meant}; or ["${value}"], if accounts really hold that text`;
}

type Mistake = { readonly path: PropertyKey[]; readonly message: string };

function mistakesIn(value: Json, path: PropertyKey[], isInList = false): Mistake[] {
  const message = mistakeIn(value, isInList);
  if (message !== undefined) return [{ path, message }];
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => mistakesIn(item, [...path, index], true));
  return Object.entries(value).flatMap(([key, item]) => mistakesIn(item, [...path, key]));
}

/** A condition that names nothing would match everybody, which nobody intends. */
const when = z
  .strictObject(
    {
      connection: z
        .string(message('must be the name of a connection'))
        .min(1, message('must be the name of a connection'))
        .exactOptional()
        .meta({
          means: 'The connection of the account.',
          form: 'name of a connection',
          default: 'any',
          example: 'CorpUsers',
        }),
      app_metadata: z.record(z.string(), json, message('must be like { privileged: true }')).exactOptional().meta({
        means:
          'Values that the record of the account has at Auth0: objects key by key, lists item by item in any order. A single value counts as a list of one.',
        form: 'keys and values',
        default: 'any',
        example: '{ privileged: true }',
      }),
      multifactor: z
        .boolean(message('must be true or false'))
        .exactOptional()
        .meta({ means: 'Whether Auth0 names a second factor of the account.', default: 'either', example: 'true' }),
    },
    message('must be like { app_metadata: { privileged: true } }'),
  )
  .superRefine(({ connection, app_metadata, multifactor }, context) => {
    if (connection === undefined && multifactor === undefined && Object.keys(app_metadata ?? {}).length === 0)
      context.addIssue({
        code: 'custom',
        message: 'names no condition, so it would match everybody. Leave `when` out for that',
      });
    for (const { path, message } of Object.entries(app_metadata ?? {}).flatMap(([key, value]) =>
      mistakesIn(value, ['app_metadata', key]),
    ))
      context.addIssue({ code: 'custom', path, message });
  });

/** What the first matching rule that names it decides. */
const decidedByRules = [...gatedKinds, 'change'] as const;

const rule = z
  .strictObject(
    {
      when: when.exactOptional().meta({
        means:
          'Which accounts the rule is about; everything in it must match. A rule without it is about all, and stands last.',
      }),
      reset: resetGates.meta({ means: 'What a new password needs.' }),
      unlock: gates.meta({ means: 'What unlocking needs.' }),
      change: change.meta({ means: 'How people change a password that they know.' }),
    },
    message('must have `when`, `reset`, `unlock` or `change`'),
  )
  .refine((said) => decidedByRules.some((about) => said[about] !== undefined), {
    error: 'says nothing about `reset`, `unlock` or `change`',
  });

export const rules = z.array(rule, message('must be a list of rules')).superRefine((list, context) => {
  const everybody = list.findIndex((one) => one.when === undefined);
  if (everybody !== -1 && everybody < list.length - 1) {
    context.addIssue({
      code: 'custom',
      path: [everybody + 1],
      message:
        'comes after the rule without `when`, which decides for everybody and stands last. Move it up, or make one of both',
    });
    return;
  }
  for (const [index, later] of list.entries()) {
    for (const kind of decidedByRules.filter((one) => later[one] !== undefined)) {
      const first = list
        .slice(0, index)
        .findIndex((earlier) => earlier[kind] !== undefined && liesWithin(later.when, earlier.when));
      if (first === -1) continue;
      context.addIssue({
        code: 'custom',
        path: [index, kind],
        message: `is never reached: \`rules[${first}].${kind}\` decides for all these accounts. Put the narrower rule first, or remove one`,
      });
    }
  }
});
