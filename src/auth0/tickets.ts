// Password-change tickets for one account, and Auth0's mail with a link of its own. A ticket is a secret: it is returned once and stored
// nowhere.
import type { AccountId } from '../flows/ids.ts';
import type { Minted, Tickets } from '../flows/ports.ts';
import { readAccount } from './account.ts';
import type { Authentication } from './authentication.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, malformed, refused } from './errors.ts';
import type { Management } from './management.ts';
import { longestTtlSeconds, ticketAnswer, ticketRequest } from './schemas.ts';

export interface TicketsOptions {
  /** An origin that a ticket may lead to besides https addresses: the emulator's. */
  readonly baseUrl: string | undefined;
  /** The domain at which people shall see the page, if it is not the tenant's own. */
  readonly customDomain: string | undefined;
}

export function createTickets(
  management: Management,
  authentication: Pick<Authentication, 'mailLink'>,
  options: TicketsOptions,
): Tickets {
  // A tenant with several custom domains refuses with 409 if the request does not choose (D:customize/custom-domains/multiple-custom-domains).
  const where = options.customDomain === undefined ? {} : { 'auth0-custom-domain': options.customDomain };

  async function mint(account: AccountId, ttlSeconds: number): Promise<CallResult<Minted>> {
    const body = ticketRequest.parse({ user_id: account, ttl_sec: ttlSeconds });
    const reply = await management.ask(endpoints.mintTicket, ticketAnswer, (client, ask) =>
      client.tickets.changePassword(body, { ...ask, headers: { ...ask.headers, ...where } }),
    );
    if (reply.ok) {
      const { ticket } = reply.value;
      if (!hasTrustedOrigin(ticket, options.baseUrl))
        return malformed(endpoints.mintTicket, 'a ticket that leads elsewhere');
      return { ok: true, value: { is: 'ticket', url: ticket } };
    }
    return reply.code === 'operation_not_supported' ? { ok: true, value: { is: 'unsupported' } } : reply;
  }

  return {
    mint: async (account, ttlSeconds) => {
      const ttl = Math.min(Math.floor(ttlSeconds), longestTtlSeconds);
      if (!(ttl >= 1)) return refused('no time left for a ticket');
      const pause = management.currentPause(endpoints.mintTicket);
      if (pause !== undefined) return pause;
      // Read just before the ticket is created: a new password would lift an administrator's block.
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      if (reply.value.isDisabled) return { ok: true, value: { is: 'disabled' } };
      if (!reply.value.isResettable) return { ok: true, value: { is: 'unsupported' } };
      return mint(account, ttl);
    },
    mail: async (account) => {
      // Read just before: a new password would lift an administrator's block, and the mail goes to the address that it has now.
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      const { connection, email, isDisabled, isResettable } = reply.value;
      if (isDisabled) return { ok: true, value: 'disabled' };
      if (!isResettable || email === undefined) return { ok: true, value: 'unsupported' };
      const mailed = await authentication.mailLink(connection, email, account);
      return mailed.ok ? { ok: true, value: 'asked' } : mailed;
    },
    voidAll: async (account) => {
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      if (!reply.value.isResettable) return { ok: true, value: undefined };
      // A newer ticket voids the older ones. Blocked accounts are included: an older ticket that is still around could undo the
      // block. The new ticket is given to nobody.
      const minted = await mint(account, 1);
      return minted.ok ? { ok: true, value: undefined } : minted;
    },
  };
}

/**
 * Any https host is accepted, because tenants may have custom domains. Plain http only to the origin that all our requests go to.
 */
function hasTrustedOrigin(ticket: string, baseUrl: string | undefined): boolean {
  const { protocol, origin } = new URL(ticket);
  return protocol === 'https:' || (baseUrl !== undefined && origin === new URL(baseUrl).origin);
}
