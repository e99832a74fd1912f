// The operator's commands of several words, such as `requests list`: what each takes, and what it needs. Words are read before settings,
// so that a misspelt option is told without any; settings and policy are read together, so that everything wrong is told at once.
import { type Config, readForAccounts, readForOperator } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import { type Arguments, type Options, readArguments, usageError } from './arguments.ts';
import { expectWords, type Operator, withOperator } from './operator.ts';

/** `auth0`: only where the action needs it. */
export type OperatorSettings = Pick<Config, 'database'> & Partial<Pick<Config, 'auth0'>>;

export interface OperatorAction extends Options {
  /** How many more words it takes, and what they are, for whoever leaves one out. */
  readonly words: readonly [count: number, are: string];
  readonly needsAuth0?: (args: Arguments) => boolean;
  /** Returns the exit code. */
  readonly run: (operator: Operator, args: Arguments, installation: OperatorSetup) => Promise<number>;
}

export interface OperatorSetup {
  readonly settings: OperatorSettings;
  readonly policy: Policy;
}

export type OperatorCommand = (words: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>;

/** `say`: the forms of the command, for whoever writes none of its actions. */
export const operatorCommand =
  (name: string, say: string, actions: Readonly<Record<string, OperatorAction>>): OperatorCommand =>
  (words, env) => {
    const [action = '', ...rest] = words;
    const chosen = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (chosen === undefined) throw usageError(`say ${say}`);
    const args = readArguments(rest, chosen);
    expectWords(args, ...chosen.words);
    const read = chosen.needsAuth0?.(args) === true ? readForAccounts : readForOperator;
    const { settings, found } = readWithPolicy(env, (all) => read(all, `${name} ${action}`));
    const { policy } = found;
    return withOperator(settings, args, env, (operator) => chosen.run(operator, args, { settings, policy }));
  };
