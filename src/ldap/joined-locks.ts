// Lifts both locks of an account that lives in a directory: that of the directory first. Where it lets nobody touch the account,
// nothing is done at the sign-in service either.
import type { AccountId } from '../flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../flows/outcome.ts';
import type { Lifted, Locks } from '../flows/ports.ts';
import type { ConnectedDirectory } from './connected-directory.ts';
import { barrierFor } from './joined-inspection.ts';
import type { UnlockResult } from './unlock.ts';

export async function liftBoth(account: AccountId, home: ConnectedDirectory, locks: Locks): Promise<Outcome<Lifted>> {
  const there = await liftThere(account, home);
  if (!there.ok) return there;
  const done = there.value;
  if (done.is === 'settled') return success(done.as);
  const rest = await locks.lift(account);
  return rest.ok || !done.hasLifted ? rest : failed(afterPart(rest.failure));
}

type There =
  /** Nothing stands in the way there any more. `hasLifted`: it was locked until now. */
  | { readonly is: 'free'; readonly hasLifted: boolean }
  | { readonly is: 'settled'; readonly as: Exclude<Lifted, 'lifted'> };

async function liftThere(account: AccountId, { activeDirectory, unlock }: ConnectedDirectory): Promise<Outcome<There>> {
  if (unlock) {
    const done = await activeDirectory.unlock(account);
    return done.ok ? thereAfter(done.value) : done;
  }
  const seen = await activeDirectory.inspect(account);
  if (!seen.ok) return seen;
  const barrier = barrierFor(seen.value, { unlock });
  return success(barrier === undefined ? { is: 'free', hasLifted: false } : { is: 'settled', as: { barrier } });
}

function thereAfter(result: UnlockResult): Outcome<There> {
  switch (result.is) {
    case 'done':
      return success({ is: 'free', hasLifted: result.wasLocked });
    // Somebody has to look. Doing it again does no harm, so it is tried again before.
    case 'unknown':
      return failed(noAnswer(true));
    default:
      if (result.because === 'lost') return failed(noAnswer(false));
      return success({
        is: 'settled',
        as: result.because === 'locked-again' ? 'stood-again' : { barrier: result.because },
      });
  }
}

const noAnswer = (mayHaveHappened: boolean): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', mayHaveHappened, cause: 'ldap: no answer to an unlock' },
});

/** One of the two locks is gone. Whoever hears that nothing is known looks at the account, and finds out. */
const afterPart = (failure: Failure): Failure =>
  failure.kind === 'unreachable' ? { ...failure, mayHaveHappened: true } : failure;
