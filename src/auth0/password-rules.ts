// The rules of a connection's passwords, as Auth0 shows them to an application with the scopes for it. Without the scopes nothing is known
// before a password is refused. Two ways to write them: the older options, and one called flexible.
import { z } from 'zod';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { CharacterKind, Clock, PasswordDemands } from '../flows/ports.ts';
import { looks } from './endpoints.ts';
import type { Management } from './management.ts';

export type ReadPasswordRules = (connection: string) => Promise<PasswordDemands>;

/** A rule that was changed a moment ago is told when it refuses. */
const keptMs = 300_000;
const connectionsAtMost = 100;

/** bcrypt looks at no more (D:authenticate/database-connections/password-options). */
const maxLength = { of: 72, counts: 'bytes' } as const;
const nothingKnown: PasswordDemands = { isComplete: false, maxLength };

export function createReadPasswordRules(management: Management, clock: Clock): ReadPasswordRules {
  const known = createExpiringMap<string, PasswordDemands>({
    forMs: keptMs,
    atMost: connectionsAtMost,
    now: clock.now,
  });
  return async (connection) => {
    const cached = known.get(connection);
    if (cached !== undefined) return cached;
    const path = `/connections?name=${encodeURIComponent(connection)}&strategy=auth0`;
    const reply = await management.ask(looks.connections, rulesAnswer, (client, options) => client.read(path, options));
    const found = reply.ok ? reply.value.find(({ name }) => name === connection) : undefined;
    const rules = found?.options === undefined ? nothingKnown : rulesOf(found.options);
    // Also what could not be read: without the scope every page would ask in vain.
    known.set(connection, rules);
    return rules;
  };
}

const flag = z.boolean().optional().catch(undefined);
const number = z.number().int().min(0).optional().catch(undefined);

const options = z.object({
  passwordPolicy: z.enum(['none', 'low', 'fair', 'good', 'excellent']).nullish().catch(undefined),
  password_complexity_options: z.object({ min_length: number }).nullish().catch(undefined),
  password_history: z.object({ enable: flag, size: number }).nullish().catch(undefined),
  password_dictionary: z.object({ enable: flag }).nullish().catch(undefined),
  password_no_personal_info: z.object({ enable: flag }).nullish().catch(undefined),
  password_options: z
    .object({
      complexity: z
        .object({
          min_length: number,
          character_types: z.array(z.string()).optional().catch(undefined),
          character_type_rule: z.enum(['all', 'three_of_four']).optional().catch(undefined),
          identical_characters: z.enum(['allow', 'block']).optional().catch(undefined),
          sequential_characters: z.enum(['allow', 'block']).optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
      history: z.object({ active: flag, size: number }).optional().catch(undefined),
      dictionary: z.object({ active: flag }).optional().catch(undefined),
      profile_data: z.object({ active: flag }).optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
type Options = z.infer<typeof options>;

const named = z.object({ name: z.string(), options: options.optional().catch(undefined) });
const rulesAnswer = z.union([
  z.array(named),
  z.object({ connections: z.array(named) }).transform(({ connections }) => connections),
]);

const four: readonly CharacterKind[] = ['lower', 'upper', 'digit', 'sign'];

/** D:authenticate/database-connections/password-strength. Each has the rules of the one before, and more. */
const strengths: Readonly<Record<NonNullable<Options['passwordPolicy']>, Partial<PasswordDemands>>> = {
  none: { minLength: 1 },
  low: { minLength: 6 },
  fair: { minLength: 8, kinds: { atLeast: 3, of: ['lower', 'upper', 'digit'] } },
  good: { minLength: 8, kinds: { atLeast: 3, of: four } },
  excellent: { minLength: 10, kinds: { atLeast: 3, of: four }, repeatsAtMost: 2 },
};

const historyOf = (isOn: boolean | undefined, size: number | undefined): Partial<PasswordDemands> =>
  isOn === true ? { history: size === undefined || size === 0 ? 'some' : size } : {};

function rulesOf(found: Options): PasswordDemands {
  if (found.password_options != null) return flexibleRules(found.password_options);
  const { passwordPolicy, password_complexity_options: complexity, password_history: history } = found;
  const minLength = complexity?.min_length;
  return {
    isComplete: passwordPolicy != null,
    maxLength,
    ...strengths[passwordPolicy ?? 'none'],
    ...(minLength === undefined || minLength === 0 ? {} : { minLength }),
    ...historyOf(history?.enable, history?.size),
    ...(found.password_dictionary?.enable === true ? { refusesCommon: true } : {}),
    ...(found.password_no_personal_info?.enable === true ? { refusesNames: true } : {}),
  };
}

const kindNames: Readonly<Record<string, CharacterKind>> = {
  lowercase: 'lower',
  uppercase: 'upper',
  number: 'digit',
  special: 'sign',
};

function flexibleRules(found: NonNullable<Options['password_options']>): PasswordDemands {
  const { complexity = {}, history, dictionary, profile_data: profile } = found;
  const types = complexity.character_types ?? [];
  const kinds = types.map((type) => kindNames[type]).filter((kind) => kind !== undefined);
  const isThreeOfFour = complexity.character_type_rule === 'three_of_four';
  return {
    // A rule against rows like `123` is told when it refuses.
    isComplete: kinds.length === types.length && complexity.sequential_characters !== 'block',
    maxLength,
    ...(complexity.min_length === undefined ? {} : { minLength: complexity.min_length }),
    ...(kinds.length === 0 ? {} : { kinds: { atLeast: isThreeOfFour ? 3 : kinds.length, of: kinds } }),
    ...(complexity.identical_characters === 'block' ? { repeatsAtMost: 2 } : {}),
    ...historyOf(history?.active, history?.size),
    ...(dictionary?.active === true ? { refusesCommon: true } : {}),
    ...(profile?.active === true ? { refusesNames: true } : {}),
  };
}
