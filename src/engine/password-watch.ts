// Looks in the provider's log for changed passwords, while and only while a person is at its page. One look serves all.
import type { Logger } from 'pino';
import { earliest, type Instant } from '../flows/ids.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import type { Changing, FlowState } from '../flows/state.ts';
import type { FlowStore } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

/** More people than ever are at the page at once; whoever stood beyond it would not be told. */
const mostAtOnce = 5_000;
/** So long before nobody waits any more, their own records are read: a log may be late or away. */
const lastLooksMs = 15_000;

export interface PasswordWatch {
  /** One look. Answers how many people are being waited for. */
  look(): Promise<number>;
  /** The provider told us by itself. */
  told(change: PasswordChange): Promise<void>;
}

export function createPasswordWatch(parts: {
  readonly store: FlowStore;
  readonly clock: Clock;
  readonly changes: PasswordChanges;
  readonly deliver: Deliver;
  readonly log: Logger;
}): PasswordWatch {
  const { store, clock, changes, deliver, log } = parts;

  const report = async (found: readonly PasswordChange[]): Promise<void> => {
    for (const flow of await store.flowsAt('changing', mostAtOnce)) {
      if (flow.state.at !== 'changing') continue;
      const { account, openedAt } = flow.state;
      const change = found.find((one) => one.account === account && isAfter(one.at, openedAt));
      if (change !== undefined)
        await deliver(flow.id, { type: 'password.changed', changedAt: earliest(change.at, clock.now()) });
    }
  };

  const lookAt = async (waiting: readonly Changing[], ask: PasswordChanges['since']): Promise<void> => {
    const [first, ...more] = waiting;
    if (first === undefined) return;
    const since = more.reduce((least, { openedAt }) => earliest(least, openedAt), first.openedAt);
    const found = await ask(since, [...new Set(waiting.map(({ account }) => account))]);
    if (!found.ok) log.warn({ failure: found.failure }, 'could not look for changed passwords');
    else if (found.value.length > 0) await report(found.value);
  };

  return {
    async look() {
      const waiting = (await store.flowsAt('changing', mostAtOnce)).map(({ state }) => state).filter(isChanging);
      await lookAt(waiting, changes.since);
      const ending = waiting.filter(({ until }) => until - clock.now() <= lastLooksMs);
      await lookAt(ending, changes.recorded);
      return waiting.length;
    },
    told: (change) => report([change]),
  };
}

/** The provider's clock and ours differ a little; nobody chooses a password within two seconds of opening the page. */
const isAfter = (changedAt: Instant, openedAt: Instant): boolean => changedAt >= openedAt - 2_000;

const isChanging = (state: FlowState): state is Changing => state.at === 'changing';
