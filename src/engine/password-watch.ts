// Looks in the provider's log for changed passwords, while and only while a person is at its page. One look serves all.
import type { Logger } from 'pino';
import { type AccountId, earliest, type Instant } from '../flows/ids.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import type { FlowStore } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

const mostAtOnce = 200;

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
  const { store, changes, deliver, log } = parts;

  const report = async (found: readonly PasswordChange[]): Promise<void> => {
    for (const flow of await store.flowsAt('changing', mostAtOnce)) {
      if (flow.state.at !== 'changing') continue;
      const { account, openedAt } = flow.state;
      const change = found.find((one) => one.account === account && isAfter(one.at, openedAt));
      if (change !== undefined) await deliver(flow.id, { type: 'password.changed', changedAt: change.at });
    }
  };

  return {
    async look() {
      const waiting = await store.flowsAt('changing', mostAtOnce);
      const accounts = new Set<AccountId>();
      let since: Instant | undefined;
      for (const { state } of waiting) {
        if (state.at !== 'changing') continue;
        accounts.add(state.account);
        since = since === undefined ? state.openedAt : earliest(since, state.openedAt);
      }
      if (since === undefined) return 0;
      const found = await changes.since(since, [...accounts]);
      if (!found.ok) log.warn({ failure: found.failure }, 'could not look for changed passwords');
      else if (found.value.length > 0) await report(found.value);
      return accounts.size;
    },
    told: (change) => report([change]),
  };
}

/** The provider's clock and ours differ a little; nobody chooses a password within two seconds of opening the page. */
const isAfter = (changedAt: Instant, openedAt: Instant): boolean => changedAt >= openedAt - 2_000;
