// Ends an account's sessions and refresh tokens, if the Auth0 plan includes that. Auth0 only accepts the request: the sessions
// end later.
import { type AccountId, type Instant, instant, later } from '../flows/ids.ts';
import type { Clock, Sessions } from '../flows/ports.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';
import type { Management } from './management.ts';
import { nothing, revokeAccessRequest } from './schemas.ts';

type WithPriority = (call: Endpoint) => Endpoint;

/** How long we do not try again after the plan or a scope turned out to lack this. */
const unavailableSeconds = 3600;

export interface AccountSessions extends Sessions {
  /** What Auth0 last said to it; undefined before anybody's sessions were ended. Whether the plan has it is seen in no other way. */
  lastSeen(): 'asked' | 'unavailable' | undefined;
}

export function createSessions(management: Management, clock: Clock): AccountSessions {
  const body = revokeAccessRequest.parse({ preserve_refresh_tokens: false });
  let unavailableUntil: Instant = instant(0);
  let seen: 'asked' | 'unavailable' | undefined;

  const revoke = (account: AccountId, withPriority: WithPriority): Promise<CallResult<void>> =>
    management.ask(withPriority(endpoints.revokeAccess), nothing, (client, options) =>
      client.users.revokeAccess(account, body, options),
    );

  /** For tenants without `revoke-access`. Succeeds only if both calls do, because the person is told of both. */
  async function endSeparately(account: AccountId, withPriority: WithPriority): Promise<CallResult<void>> {
    const replies = await Promise.all([
      management.ask(withPriority(endpoints.endSessions), nothing, (client, options) =>
        client.users.sessions.delete(account, options),
      ),
      management.ask(withPriority(endpoints.endRefreshTokens), nothing, (client, options) =>
        client.users.refreshToken.delete(account, options),
      ),
    ]);
    const failures = replies.filter((reply): reply is Failed => !reply.ok);
    return failures.find(isUnavailable) ?? failures[0] ?? { ok: true, value: undefined };
  }

  return {
    lastSeen: () => seen,
    end: async (account, isPatient = false) => {
      const withPriority: WithPriority = (call) => (isPatient ? { ...call, isPatient: true } : call);
      if (clock.now() < unavailableUntil) return unavailable;
      const first = await revoke(account, withPriority);
      const reply = !first.ok && isUnavailable(first) ? await endSeparately(account, withPriority) : first;
      if (reply.ok) {
        seen = 'asked';
        return { ok: true, value: 'asked' };
      }
      if (reply.status === 402 || reply.status === 403) {
        seen = 'unavailable';
        unavailableUntil = later(clock.now(), unavailableSeconds);
      }
      // The password stays changed. If ending the sessions can never succeed, the flow has still not failed.
      return isUnavailable(reply) || reply.failure.retry === 'never' ? unavailable : reply;
    },
  };
}

const unavailable = { ok: true, value: 'unavailable' } as const;

/** 402 and 403 hold for every account of the tenant, 404 for this account or route alone. */
const isUnavailable = ({ status }: Failed): boolean => status === 402 || status === 403 || status === 404;
