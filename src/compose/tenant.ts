// The tenant as the policy describes it: the same for the server and for the operator's commands.
import type { Logger } from 'pino';
import { createAuth0 } from '../auth0/auth0.ts';
import type { Config } from '../config/config.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import type { Clock } from '../flows/ports.ts';

export interface TenantParts {
  readonly config: Pick<Config, 'auth0'>;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Logger;
}

type Observers = Pick<Parameters<typeof createAuth0>[0], 'observe' | 'observeClock' | 'observeBudget'>;

export const createTenant = ({ config, policy, clock, log }: TenantParts, observers: Observers = {}) =>
  createAuth0({
    ...config.auth0,
    ...(policy.connections === undefined ? {} : { connections: policy.connections }),
    setPasswordHere: policy.setPasswordHere ?? [],
    connectorWriteBack: policy.connectorWriteBack ?? [],
    demandsVerified: policy.directoryAddresses === 'verified',
    ownDomains: policy.contacts.blockedDomains,
    coolOffHours: policy.contacts.coolOffHours,
    clock,
    log: log.child({ part: 'auth0' }),
    ...observers,
  });
