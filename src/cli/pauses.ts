// `latchkey pauses list|lift`: accounts that rest after "It wasn't me", budgets that are used up, and the end of both.
import type { Policy } from '../config/policy/policy-file.ts';
import { attemptFrom, type Budget, sendFrom, unlockFrom } from '../flows/budget.ts';
import { type AccountId, accountId, type Instant } from '../flows/ids.ts';
import type { Limits } from '../flows/limits.ts';
import type { AccountNow } from '../store/operator/pauses.ts';
import { type Arguments, readChoice, usageError } from './arguments.ts';
import { accountByAddress, connectAuth0 } from './auth0-account.ts';
import {
  carryOut,
  clock,
  complain,
  confirm,
  type LeverResult,
  limitOf,
  type Operator,
  plain,
  print,
  printJson,
  table,
  time,
} from './operator.ts';
import { type OperatorSettings, type OperatorSetup, operatorCommand } from './operator-command.ts';
import { operatorDeliver } from './operator-events.ts';

export const pauses = operatorCommand(
  'pauses',
  '`pauses list` or `pauses lift EMAIL --because TEXT`; an account id does in place of the address',
  {
    list: {
      ...{ flags: ['json'], values: ['limit', 'after'] },
      words: [0, 'no more words; `explain EMAIL` is about one person'],
      run: (operator, args, { policy }) => list(operator, args, policy.limits),
    },
    lift: {
      ...{ flags: ['yes'], values: ['by', 'because', 'only'] },
      words: [1, 'one address at work, or the id of one account'],
      needsAuth0: ({ words }) => !isAccountId(words[0] ?? ''),
      run: lift,
    },
  },
);

const isAccountId = (word: string): boolean => word.includes('|');

/** What keeps an account from recovery at this moment. */
export interface Pause {
  readonly what: 'it-wasnt-me' | 'wrong-codes' | 'codes' | 'unlocks';
  readonly until: Instant;
}

export function pausesOf(budget: Budget, limits: Limits, now: Instant): readonly Pause[] {
  const until = [
    { what: 'it-wasnt-me', until: budget.frozenUntil ?? now },
    { what: 'wrong-codes', until: attemptFrom(budget, limits, now) },
    { what: 'codes', until: sendFrom(budget, limits, now) },
    { what: 'unlocks', until: unlockFrom(budget, limits, now) },
  ] as const;
  return until.filter((pause) => pause.until > now);
}

const meaning: Readonly<Record<Pause['what'], string>> = {
  'it-wasnt-me': 'paused after "It wasn\'t me"',
  'wrong-codes': 'wrong codes of the day used up',
  codes: 'codes of the hour used up',
  unlocks: 'unlocks of the day used up',
};

async function list({ store }: Operator, args: Arguments, limits: Limits): Promise<number> {
  const limit = limitOf(args);
  const now = clock.now();
  const found: { readonly account: AccountId; readonly pauses: readonly Pause[] }[] = [];
  const first = args.value('after');
  for (let after = first === undefined ? undefined : accountId(first); found.length <= limit; ) {
    const some: readonly AccountNow[] = await store.pauses.candidates(now, after, pageSize);
    for (const { account, budget } of some) {
      const pausesNow = pausesOf(budget, limits, now);
      if (pausesNow.length > 0) found.push({ account, pauses: pausesNow });
    }
    after = some.at(-1)?.account;
    if (after === undefined || some.length < pageSize) break;
  }
  const page = found.slice(0, limit);
  const next = found.length > limit ? page.at(-1)?.account : undefined;
  if (args.has('json')) {
    const accounts = page.map(({ account, pauses: of }) => ({
      account,
      pauses: of.map(({ what, until }) => ({ what, until: time(until) })),
    }));
    printJson({ accounts, ...(next === undefined ? {} : { next }) });
    return 0;
  }
  if (page.length === 0) print('No account is paused, and no budget is used up.');
  else
    print(
      table(
        ['account', 'until', 'what'],
        page.flatMap(({ account, pauses: of }) => of.map(({ what, until }) => [account, time(until), meaning[what]])),
      ),
    );
  if (next !== undefined) print(`There are more: --after '${next}'`);
  return 0;
}

const pageSize = 200;

async function lift(operator: Operator, args: Arguments, { policy, settings }: OperatorSetup): Promise<number> {
  const because = args.value('because');
  if (because === undefined)
    throw usageError(
      'this needs --because TEXT: somebody\'s "It wasn\'t me" is undone, and others must be able to read why',
    );
  const only = args.value('only');
  const part = only === undefined ? undefined : readChoice('only', only, ['pause', 'budgets']);
  const account = await accountOf(args.words[0] ?? '', settings, policy);
  if (account === undefined) return 1;
  const now = clock.now();
  const present = pausesOf(await operator.store.pauses.budget(account, now), policy.limits, now);
  const isPaused = part !== 'budgets' && present.some(({ what }) => what === 'it-wasnt-me');
  const isSpent = part !== 'pause' && present.some(({ what }) => what !== 'it-wasnt-me');
  if (!isPaused && !isSpent) {
    complain(`nothing of ${account} is paused that this would lift`);
    return 1;
  }
  if (!(await confirm(args, questionAbout(account, isPaused, isSpent)))) return 1;
  const act = { did: 'pauses lift', about: account, because: plain(because, 300), isGrave: true } as const;
  return carryOut(operator, act, async (): Promise<LeverResult> => {
    const refused = isPaused ? await liftPause(operator, account, policy) : undefined;
    if (refused !== undefined) return { done: false, says: refused };
    if (isSpent) await operator.store.pauses.liftBudgets(account, clock.now());
    return { done: true, says: `Lifted for ${account}. Every proof and approval is still needed.` };
  });
}

function questionAbout(account: AccountId, isPaused: boolean, isSpent: boolean): string {
  const pause = isPaused
    ? ' Somebody said "It wasn\'t me" about this account. Call the person on a number that you already know before you go on. They and the helpdesk\'s channel are told that an administrator lifted the pause.'
    : '';
  const budgets = isSpent ? ' What is used up of the limits counts no more from now on.' : '';
  return `This lets ${account} be recovered again.${pause}${budgets}`;
}

/** Through the request that was disowned, so that its person and the helpdesk are told. Undefined: done. */
async function liftPause(operator: Operator, account: AccountId, policy: Policy): Promise<string | undefined> {
  const { store } = operator;
  const flow = await store.pauses.disowned(account);
  if (flow === undefined) return 'the request that was disowned cannot be read here; the pause ends by itself';
  const applied = await operatorDeliver(store, policy)(flow.id, { type: 'pause.lifted' });
  return applied.kind === 'moved' ? undefined : 'the pause is over, or somebody else was faster';
}

async function accountOf(word: string, { auth0 }: OperatorSettings, policy: Policy): Promise<AccountId | undefined> {
  if (isAccountId(word) || auth0 === undefined) return accountId(word);
  return accountByAddress(word, connectAuth0(auth0, policy));
}
