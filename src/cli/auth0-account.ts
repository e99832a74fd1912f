// Finds accounts at Auth0 for the operator's commands. Reads only.
import type { Auth0 } from '../auth0/auth0.ts';
import { createTenant } from '../compose/tenant.ts';
import { readForAuth0 } from '../config/config.ts';
import { findPolicy, type Policy } from '../config/policy/policy-file.ts';
import { remedies } from '../engine/unmatched.ts';
import { type AccountId, actorId } from '../flows/ids.ts';
import { createLogger } from '../observability/logger.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';
import { clock, complain } from './operator.ts';

/** Nobody in chat asks: of two accounts with one address none is preferred. */
export const nobody = actorId({ platform: 'command', tenant: 'none', user: 'none' });

/** What goes wrong is logged to standard error. */
export function connectAuth0(
  env: NodeJS.ProcessEnv,
  command: string,
): { readonly auth0: Auth0; readonly policy: Policy } {
  const config = readForAuth0(env, command);
  const { policy } = findPolicy(config.policyFile);
  useProxyAndKeepConnections();
  const log = createLogger({ level: 'warn', stream: process.stderr });
  const auth0 = createTenant({ config, policy, clock, log });
  return { auth0, policy };
}

/** Undefined, with a sentence on standard error: none, or more than one. */
export async function accountByAddress(
  address: string,
  env: NodeJS.ProcessEnv,
  command: string,
): Promise<AccountId | undefined> {
  const { auth0 } = connectAuth0(env, command);
  const match = await auth0.directory.match(address, nobody);
  if (!match.ok) complain(`Auth0 did not answer (${match.failure.kind}: ${match.failure.cause})`);
  else if (match.value.is === 'none')
    complain(
      `no single account has this address (${match.value.because}). ${remedies[match.value.because]} \`latchkey pauses list\` shows account ids, which can be named in its place`,
    );
  return match.ok && match.value.is === 'account' ? match.value.account : undefined;
}
