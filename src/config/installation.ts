// Settings and policy together: whatever is wrong with either is told in one refusal, so that nobody has to start three times to
// read it all.
import { type Config, policyFileIn } from './config.ts';
import { type DirectorySettings, directorySettings, unusedPassword } from './directories.ts';
import { envFileOf } from './env-file.ts';
import type { Platform } from './policy/approvers.ts';
import { findPolicy, isPolicyError, type PolicyFound, policyDoubts } from './policy/policy-file.ts';
import { type Environment, given, isConfigError, settingsNotUsed, unknownSettings } from './variables.ts';

/** `doubts`: what is allowed in the policy, but surely a mistake. */
type RefusedError = Error & {
  readonly name: 'RefusedError';
  readonly doubts: readonly string[];
  readonly refusals: readonly Error[];
};
const isBoth = (error: unknown): error is RefusedError => error instanceof Error && error.name === 'RefusedError';

/** An error whose message is for the operator, and holds no secret. */
export const isRefused = (error: unknown): error is Error =>
  isConfigError(error) || isPolicyError(error) || isBoth(error);

/** Each thing that is wrong by itself. `about`: a setting, `.env`, or `policy`. */
export function complaintsOf(error: Error): readonly { readonly about: string; readonly what: string }[] {
  if (isBoth(error)) return error.refusals.flatMap(complaintsOf);
  if (isConfigError(error)) return error.lines;
  return isPolicyError(error) ? error.problems.map((what) => ({ about: 'policy', what })) : [];
}

/** What the operator reads; `doubts` stand at the end, together with those about the policy. */
export function refusalText(error: Error, doubts: readonly string[] = []): string {
  const all = [...doubts, ...(isBoth(error) ? error.doubts : [])];
  if (all.length === 0) return error.message;
  return [error.message, '', 'This is allowed, but surely a mistake:', ...all.map((one) => `  ${one}`)].join('\n');
}

/**
 * `read`: reads the settings that are needed, e.g. `readConfig`. Throws one error with everything that is wrong: with the `.env`
 * file, the settings and the policy. `mayLackPolicy`: also in production, as for a command that comes before the installation.
 * `withDirectories`: reads what the directories of the policy need besides; otherwise there are none in the answer.
 */
export function readWithPolicy<Settings extends Pick<Config, 'policyFile'>>(
  env: Environment,
  read: (env: Environment) => Settings,
  { mayLackPolicy = false, withDirectories = false } = {},
): {
  readonly settings: Settings;
  readonly found: PolicyFound;
  readonly directories: readonly DirectorySettings[];
} {
  const settings = attempt(() => read(env));
  const where = 'value' in settings ? settings.value.policyFile : policyFileIn(env, mayLackPolicy);
  const found = where === undefined ? undefined : attempt(() => findPolicy(where));
  const hasFound = found !== undefined && 'value' in found;
  const directories = attempt(() => (withDirectories && hasFound ? directorySettings(found.value.policy, env) : []));
  if ('value' in settings && hasFound && 'value' in directories)
    return { settings: settings.value, found: found.value, directories: directories.value };
  const refusals = [settings, found, directories].flatMap((one) =>
    one !== undefined && 'refusal' in one ? [one.refusal] : [],
  );
  const doubts = hasFound
    ? [...policyDoubts(found.value.policy, platformsIn(env)), ...unusedPassword(found.value.policy, env)]
    : [];
  const named = { name: 'RefusedError' as const, doubts, refusals };
  throw Object.assign(new Error(refusals.map(({ message }) => message).join('\n\n')), named) satisfies RefusedError;
}

/**
 * What is allowed in the environment and in the `.env` file, but surely a mistake. A misspelt name is often why another is not set.
 */
export const namesInDoubt = (env: Environment): readonly string[] => [
  ...unknownSettings(env).map(
    ({ variable, nearest }) =>
      `${variable} is no setting, and has no effect.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
  ),
  ...settingsNotUsed(env).map(
    ({ variable, for: what }) =>
      `${variable} is not used by this version, and has no effect. It is for ${what}, which is not built yet.`,
  ),
  ...envFileOf(env).warnings,
];

type Attempt<Value> = { readonly value: Value } | { readonly refusal: Error };

function attempt<Value>(read: () => Value): Attempt<Value> {
  try {
    return { value: read() };
  } catch (error) {
    if (isRefused(error)) return { refusal: error };
    throw error;
  }
}

const platformsIn = (env: Environment): readonly Platform[] => {
  const set = given(env);
  return [
    ...(set['SLACK_SIGNING_SECRET'] === undefined ? [] : (['slack'] as const)),
    ...(set['TEAMS_APP_ID'] === undefined ? [] : (['teams'] as const)),
  ];
};
