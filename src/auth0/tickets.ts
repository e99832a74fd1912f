// Password-change tickets for one account. A ticket is a secret: it is returned once and kept nowhere.
import type { AccountId } from '../flows/ids.ts';
import type { Minted, Tickets } from '../flows/ports.ts';
import { readAccount } from './account.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, malformed, refused } from './errors.ts';
import type { Management } from './management.ts';
import { longestTtlSeconds, ticketAnswer, ticketRequest } from './schemas.ts';

export interface TicketsOptions {
  /** Where tickets may lead besides https addresses: the emulator's own origin. */
  readonly baseUrl: string | undefined;
}

export function createTickets(management: Management, options: TicketsOptions): Tickets {
  async function mint(account: AccountId, ttlSeconds: number): Promise<CallResult<Minted>> {
    const body = ticketRequest.parse({ user_id: account, ttl_sec: ttlSeconds });
    const reply = await management.ask(endpoints.mintTicket, ticketAnswer, (client, ask) =>
      client.tickets.changePassword(body, ask),
    );
    if (reply.ok) {
      const { ticket } = reply.value;
      if (!leadsHome(ticket, options.baseUrl)) return malformed(endpoints.mintTicket, 'a ticket that leads elsewhere');
      return { ok: true, value: { is: 'ticket', url: ticket } };
    }
    return reply.code === 'operation_not_supported' ? { ok: true, value: { is: 'unsupported' } } : reply;
  }

  return {
    mint: async (account, ttlSeconds) => {
      const ttl = Math.min(Math.floor(ttlSeconds), longestTtlSeconds);
      if (!(ttl >= 1)) return refused('no time left for a ticket');
      const rest = management.resting(endpoints.mintTicket);
      if (rest !== undefined) return rest;
      // Read right before: a new password would lift an administrator's block.
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      if (reply.value.isDisabled) return { ok: true, value: { is: 'disabled' } };
      if (!reply.value.isResettable) return { ok: true, value: { is: 'unsupported' } };
      return mint(account, ttl);
    },
    voidAll: async (account) => {
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      if (!reply.value.isResettable) return { ok: true, value: undefined };
      // A newer ticket voids the older ones. Also where an administrator blocked the account: an older ticket
      // that is still out could undo that, and this one reaches nobody.
      const minted = await mint(account, 1);
      return minted.ok ? { ok: true, value: undefined } : minted;
    },
  };
}

/** Tenants may have custom domains, so any https host is one; plain http only where every request goes there anyway. */
function leadsHome(ticket: string, baseUrl: string | undefined): boolean {
  const { protocol, origin } = new URL(ticket);
  return protocol === 'https:' || (baseUrl !== undefined && origin === new URL(baseUrl).origin);
}
