// Password-change tickets: creating them, and checking whether one is still valid.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { mainIdentity } from './accounts.ts';
import { type Answer, created, problem, userNotFound } from './answer.ts';
import { type Call, type ManagementRoute, parsePayload } from './call.ts';
import type { Ticket, User } from './state.ts';
import type { Tenant } from './tenant.ts';

/** The lifetime when `ttl_sec` is absent or zero: five days. */
const defaultTtlSeconds = 432_000;

const ticketBody = z
  .strictObject({
    result_url: z.string().optional(),
    user_id: z.string().optional(),
    client_id: z.string().optional(),
    organization_id: z.string().optional(),
    connection_id: z
      .string()
      .regex(/^con_[A-Za-z0-9]{16}$/)
      .optional(),
    email: z.email().optional(),
    ttl_sec: z.int().min(0).optional(),
    mark_email_as_verified: z.boolean().optional(),
    includeEmailInRedirect: z.boolean().optional(),
    identity: z
      .strictObject({
        user_id: z.string(),
        provider: z.literal('auth0'),
        connection_id: z.string().optional(),
      })
      .optional(),
  })
  .refine((body) => body.user_id !== undefined || (body.connection_id !== undefined && body.email !== undefined), {
    error: 'Missing required property: user_id',
  });

type TicketBody = z.infer<typeof ticketBody>;
type Subject = { readonly kind: 'user'; readonly user: User } | { readonly kind: 'refused'; readonly answer: Answer };

function refuse(message: string, errorCode?: string): Subject {
  return { kind: 'refused', answer: problem(400, message, errorCode) };
}

function findSubject(tenant: Tenant, body: TicketBody): User | undefined {
  if (body.user_id !== undefined) return tenant.users.get(body.user_id);
  const connection = tenant.connections.find((each) => each.id === body.connection_id);
  return [...tenant.users.values()].find(
    (user) => mainIdentity(user).connection === connection?.name && user.email === body.email?.toLowerCase(),
  );
}

function subjectOf(tenant: Tenant, body: TicketBody): Subject {
  if (body.client_id !== undefined && body.client_id !== tenant.clientId) return refuse('The client does not exist');
  if (body.organization_id !== undefined) return refuse('The organization does not exist');
  const { connection_id: connectionId, identity } = body;
  if (connectionId !== undefined && !tenant.connections.some((connection) => connection.id === connectionId)) {
    return refuse(`The connection with id ${connectionId} does not exist.`);
  }
  const user = findSubject(tenant, body);
  if (user === undefined) return { kind: 'refused', answer: userNotFound };
  if (identity !== undefined) {
    const held = user.identities.some((each) => each.provider === identity.provider && each.id === identity.user_id);
    if (!held) return refuse('The user exists, but does not contain the given identity.');
  } else if (mainIdentity(user).provider !== 'auth0') {
    return refuse("The user's main connection does not support this operation.", 'operation_not_supported');
  }
  if (user.email === undefined) return refuse('The user does not have an email address.');
  return { kind: 'user', user };
}

function voidOlder(tenant: Tenant, user: User): void {
  for (const ticket of tenant.tickets.values()) {
    if (ticket.userId === user.userId && ticket.status === 'live') ticket.status = 'void';
  }
}

function mint(tenant: Tenant, { body }: Call): Answer {
  const parsed = parsePayload(ticketBody, body);
  if (!parsed.ok) return parsed.answer;
  const subject = subjectOf(tenant, parsed.value);
  if (subject.kind === 'refused') return subject.answer;
  const { ttl_sec: ttl, mark_email_as_verified: mark } = parsed.value;
  const ttlSeconds = ttl === undefined || ttl === 0 ? defaultTtlSeconds : ttl;
  return created({ ticket: mintTicket(tenant, subject.user, { ttlSeconds, markEmailAsVerified: mark ?? false }) });
}

/** A newer ticket voids the older ones. Returns the address of its page. */
export function mintTicket(
  tenant: Tenant,
  user: User,
  { ttlSeconds, markEmailAsVerified }: { readonly ttlSeconds: number; readonly markEmailAsVerified: boolean },
): string {
  voidOlder(tenant, user);
  const secret = randomBytes(24).toString('base64url');
  tenant.tickets.set(secret, {
    secret,
    userId: user.userId,
    expiresAt: tenant.now() + ttlSeconds * 1000,
    markEmailAsVerified,
    status: 'live',
  });
  const path = customPageOf(tenant) === undefined ? '/u/reset-verify' : '/lo/reset';
  return `${tenant.ticketOrigin}${path}?ticket=${secret}#`;
}

/** The tenant's own page for a new password, if one is switched on. Whether it wins over Universal Login at Auth0 is not confirmed. */
export function customPageOf({ configuration }: Tenant): string | undefined {
  const { enabled, html } = Object(configuration.settings['change_password']);
  return enabled === true && typeof html === 'string' && html !== '' ? html : undefined;
}

export type LiveTicket = { readonly ticket: Ticket; readonly user: User };

/** A look does not use the ticket up. */
export function liveTicket(tenant: Tenant, secret: string): LiveTicket | undefined {
  const ticket = tenant.tickets.get(secret);
  if (ticket === undefined || ticket.status !== 'live' || tenant.now() >= ticket.expiresAt) return undefined;
  const user = tenant.users.get(ticket.userId);
  return user === undefined ? undefined : { ticket, user };
}

export const ticketRoutes: readonly ManagementRoute[] = [
  {
    method: 'POST',
    path: '/tickets/password-change',
    scopes: ['create:user_tickets'],
    group: 'other',
    answer: mint,
  },
];
