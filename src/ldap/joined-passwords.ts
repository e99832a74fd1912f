// Sets the passwords of accounts that live in a directory, and says by which rules. Every other account stays with the sign-in service.
import { type AccountId, type Instant, instant } from '../flows/ids.ts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { PasswordRule } from '../flows/password-rule.ts';
import type {
  ChangedPassword,
  Clock,
  KnownPasswords,
  PasswordDemands,
  Passwords,
  SetPassword,
} from '../flows/ports.ts';
import type { Inspection } from './active-directory.ts';
import type { ChangeResult, NotChanged } from './change.ts';
import type { ConnectedDirectory } from './connected-directory.ts';
import { aheadMs } from './joined-inspection.ts';
import type { BrokenRule, PasswordRules } from './password-rules.ts';
import type { Unfit } from './preparation.ts';
import type { NotTaken, PasswordSet, ResetResult } from './reset.ts';

type HomeOf = (account: AccountId) => ConnectedDirectory | undefined;

export function joinPasswords(others: Passwords, homeOf: HomeOf, clock: Clock): Passwords {
  /** The same page, and the same look at what became of it, for a forgotten password and for a known one. */
  const pageHomeOf: HomeOf = (account) => {
    const home = homeOf(account);
    return home?.reset === true || home?.change === true ? home : undefined;
  };
  return {
    page: async (account) => {
      const home = pageHomeOf(account);
      if (home === undefined) return others.page(account);
      const [known, seen] = await Promise.all([others.page(account), home.activeDirectory.inspect(account)]);
      if (!known.ok) return known;
      if (!seen.ok) return seen;
      return success({ ...known.value, rules: demandsOf(seen.value) });
    },
    set: async (account, password) => {
      const home = homeOf(account);
      if (home?.reset !== true) return others.set(account, password);
      const done = await home.activeDirectory.reset(account, { password, unlock: home.unlock });
      return done.ok ? answerOf(done.value) : done;
    },
    settled: async (account, since) => {
      const home = pageHomeOf(account);
      if (home === undefined) return others.settled(account, since);
      const seen = await home.activeDirectory.inspect(account);
      return seen.ok ? success(settledBy(seen.value, since, clock)) : seen;
    },
  };
}

export function joinKnownPasswords(others: KnownPasswords, homeOf: HomeOf, clock: Clock): KnownPasswords {
  return {
    change: async (account, typed) => {
      const home = homeOf(account);
      if (home?.change !== true) return others.change(account, typed);
      const { current: old, password } = typed;
      // A try is scarce there, and this one could change nothing.
      if (old === password) return success({ is: 'refused', rules: ['used-before'] });
      const done = await home.activeDirectory.change(account, { old, password });
      return done.ok ? changedBy(done.value, clock) : done;
    },
  };
}

/** What may be left of the difference between the two clocks after it was corrected. */
const skewMs = 5_000;

/**
 * Another controller may have been asked than the one that took the password, and may not have heard of it yet: so an old time proves
 * nothing.
 */
function settledBy(seen: Inspection, since: Instant, clock: Clock) {
  const at = seen.is === 'account' ? seen.state.passwordSetAt : undefined;
  if (seen.is === 'absent' || at === undefined) return { is: 'unknown' } as const;
  const byOurs = instant(at - aheadMs(seen.askedAt, clock.now()));
  return byOurs >= since - skewMs ? ({ is: 'set', at: byOurs } as const) : ({ is: 'unknown' } as const);
}

/** Filters of the company's own may ask for more, and tell nobody. */
const demandsOf = (seen: Inspection): PasswordDemands => ({
  isComplete: false,
  ...(seen.is === 'account' ? known(seen.rules) : {}),
});

function known({ minLength, maxLength, complexity, history }: PasswordRules): Omit<PasswordDemands, 'isComplete'> {
  return {
    maxLength: { of: maxLength, counts: 'units' },
    ...(minLength === 'not-known' || minLength === 0 ? {} : { minLength }),
    ...(complexity === true
      ? { kinds: { atLeast: 3, of: ['lower', 'upper', 'digit', 'sign', 'other-letter'] }, refusesNames: true }
      : {}),
    ...(history === 'not-known' || history === 0 ? {} : { history }),
  };
}

function answerOf(result: ResetResult): Outcome<SetPassword> {
  switch (result.is) {
    case 'done':
      return success(setBy(result));
    case 'unknown':
      return success({ is: 'unknown' });
    default:
      return notSet(result);
  }
}

/** Where it could not be read, nothing is said of it. */
const setBy = ({ mustChange }: Pick<PasswordSet, 'mustChange'>): SetPassword => ({
  is: 'set',
  ...(mustChange === true ? { mustChange } : {}),
});

function changedBy(result: ChangeResult, clock: Clock): Outcome<ChangedPassword> {
  switch (result.is) {
    case 'done':
      return success(setBy(result));
    case 'unknown':
      return success({ is: 'unknown' });
    default:
      return notChanged(result, clock);
  }
}

function notChanged(reason: NotChanged, clock: Clock): Outcome<ChangedPassword> {
  switch (reason.because) {
    case 'wrong-password':
      return success({ is: 'wrong' });
    case 'locked':
    case 'no-tries':
      return success({ is: reason.because });
    case 'too-soon':
      return success({ is: 'too-soon', from: instant(reason.from - aheadMs(reason.askedAt, clock.now())) });
    default:
      return notSet(reason);
  }
}

function notSet(reason: NotTaken): Outcome<SetPassword> {
  switch (reason.because) {
    case 'rules':
      return success({ is: 'refused', rules: reason.broken.map((rule) => ruleOf[rule]) });
    case 'unusable':
      return success({ is: 'refused', rules: [reason.problem === 'too-long' ? 'too-long' : 'not-writable'] });
    case 'lost':
      return failed({
        ...{ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'ldap: no answer to a password' },
      });
    default:
      return success({ is: endingOf[reason.because] });
  }
}

const ruleOf: Readonly<Record<BrokenRule, PasswordRule>> = {
  'too-short': 'too-short',
  'too-plain': 'too-plain',
  'contains-name': 'holds-name',
};

/** Since the proof an administrator has done something to it: the helpdesk is told, and nothing is said of what. */
const endingOf: Readonly<Record<Unfit, 'disabled' | 'unsupported'>> = {
  absent: 'unsupported',
  protected: 'disabled',
  disabled: 'disabled',
  'account-expired': 'disabled',
  'smart-card': 'unsupported',
  'not-readable': 'unsupported',
};
