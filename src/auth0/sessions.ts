// Ends an account's sessions and refresh tokens, where the plan has that. Auth0 only takes the order: nothing is over yet.
import { type AccountId, type Instant, instant, later } from '../flows/ids.ts';
import type { Clock, Sessions } from '../flows/ports.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';
import type { Management } from './management.ts';
import { nothing, revokeAccessRequest } from './schemas.ts';

type InTurn = (call: Endpoint) => Endpoint;

/** How long a plan or scope that lacks it is believed before it is asked again. */
const lackingSeconds = 3600;

export function createSessions(management: Management, clock: Clock): Sessions {
  const body = revokeAccessRequest.parse({ preserve_refresh_tokens: false });
  let lackingUntil: Instant = instant(0);

  const revoke = (account: AccountId, inTurn: InTurn): Promise<CallResult<void>> =>
    management.ask(inTurn(endpoints.revokeAccess), nothing, (client, options) =>
      client.users.revokeAccess(account, body, options),
    );

  /** For tenants without the one call. Only both together are what the person is told. */
  async function endApart(account: AccountId, inTurn: InTurn): Promise<CallResult<void>> {
    const replies = await Promise.all([
      management.ask(inTurn(endpoints.endSessions), nothing, (client, options) =>
        client.users.sessions.delete(account, options),
      ),
      management.ask(inTurn(endpoints.endRefreshTokens), nothing, (client, options) =>
        client.users.refreshToken.delete(account, options),
      ),
    ]);
    const failures = replies.filter((reply): reply is Failed => !reply.ok);
    return failures.find(isLacking) ?? failures[0] ?? { ok: true, value: undefined };
  }

  return {
    end: async (account, isPatient = false) => {
      const inTurn: InTurn = (call) => (isPatient ? { ...call, isPatient: true } : call);
      if (clock.now() < lackingUntil) return unavailable;
      const first = await revoke(account, inTurn);
      const reply = !first.ok && isLacking(first) ? await endApart(account, inTurn) : first;
      if (reply.ok) return { ok: true, value: 'asked' };
      if (reply.status === 402 || reply.status === 403) lackingUntil = later(clock.now(), lackingSeconds);
      // A password that is changed stays changed: what cannot succeed later is no failure of the flow.
      return isLacking(reply) || reply.failure.retry === 'never' ? unavailable : reply;
    },
  };
}

const unavailable = { ok: true, value: 'unavailable' } as const;

/** 402 and 403 hold for every account of the tenant, 404 for this account or route alone. */
const isLacking = ({ status }: Failed): boolean => status === 402 || status === 403 || status === 404;
