// Finds accounts at Auth0 for the operator's commands. Reads only.
import type { Auth0 } from '../auth0/auth0.ts';
import { createTenant } from '../compose/tenant.ts';
import type { Config } from '../config/config.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import { remedies } from '../engine/unmatched.ts';
import { type AccountId, actorId } from '../flows/ids.ts';
import { createLogger } from '../observability/logger.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';
import { clock, complain } from './operator.ts';

/** Nobody in chat asks: of two accounts with one address none is preferred. */
export const nobody = actorId({ platform: 'command', tenant: 'none', user: 'none' });

/** What goes wrong is logged to standard error. */
export function connectAuth0(auth0: Config['auth0'], policy: Policy): Auth0 {
  useProxyAndKeepConnections();
  const log = createLogger({ level: 'warn', stream: process.stderr });
  return createTenant({ config: { auth0 }, policy, clock, log });
}

/** Undefined, with a sentence on standard error: none, or more than one. */
export async function accountByAddress(
  address: string,
  { directory }: Pick<Auth0, 'directory'>,
): Promise<AccountId | undefined> {
  const match = await directory.match(address, nobody);
  if (!match.ok) complain(`Auth0 did not answer (${match.failure.kind}: ${match.failure.cause})`);
  else if (match.value.is === 'none')
    complain(
      `no single account has this address (${match.value.because}). ${remedies[match.value.because]} \`latchkey pauses list\` shows account ids, which can be named in its place`,
    );
  return match.ok && match.value.is === 'account' ? match.value.account : undefined;
}
