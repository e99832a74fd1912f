// Whether the tenant's sign-in page offers *Forgot password?* to everybody who has a password there: a fact about the tenant, never about
// an account. Read now and then, by calls that let all others go first.
import type { Logger } from 'pino';
import { type Instant, later } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { readClients, readConnections } from './diagnosis-connections.ts';
import { looks } from './endpoints.ts';
import { connectionLook } from './look-schemas.ts';
import type { Management } from './management.ts';
import { createTenantReader, type TenantReader } from './tenant-reader.ts';

export interface ForgotLink {
  /** Reads it again. */
  look(): Promise<void>;
  /** Every database connection of the policy has the link. False as long as that is not known. */
  isOffered(): boolean;
}

export interface ForgotLinkParts {
  readonly management: Management;
  /** Of the policy; undefined: every database connection. */
  readonly connections: readonly string[] | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two requests, in milliseconds. */
  readonly pauseMs: number;
}

/** What was read stands for so long where it cannot be read again. */
const keptSeconds = 3_600;
/** Each costs two calls. A tenant with more is not read. */
const databasesAtMost = 20;

export function createForgotLink({ management, connections, clock, log, pauseMs }: ForgotLinkParts): ForgotLink {
  let known: { readonly isOffered: boolean; readonly at: Instant } | undefined;
  return {
    async look() {
      const isOffered = await lookAtDatabases(createTenantReader({ management, pauseMs }), connections);
      if (isOffered !== undefined) known = { isOffered, at: clock.now() };
      log.debug({ event: 'auth0.forgot-link', isOffered: isOffered ?? 'not-seen' }, 'looked for “Forgot password?”');
    },
    isOffered: () => known?.isOffered === true && clock.now() < later(known.at, keptSeconds),
  };
}

/** Undefined: it cannot be seen. */
async function lookAtDatabases(
  reader: TenantReader,
  connections: readonly string[] | undefined,
): Promise<boolean | undefined> {
  const all = await readConnections(reader);
  if (all.is !== 'seen') return undefined;
  const databases = all.value.filter(
    ({ name, strategy }) => strategy === 'auth0' && (connections === undefined || connections.includes(name)),
  );
  if (databases.length === 0 || databases.length > databasesAtMost) return false;
  let isOffered: boolean | undefined = true;
  for (const { id } of databases) {
    const here = await lookAtOne(reader, id);
    if (here === false) return false;
    isOffered = here === undefined ? undefined : isOffered;
  }
  return isOffered;
}

async function lookAtOne(reader: TenantReader, id: string): Promise<boolean | undefined> {
  const seen = await reader.read(looks.connection, connectionLook, `/connections/${encodeURIComponent(id)}`);
  // Without a scope of its own Auth0 leaves the options out.
  const options = seen.is === 'seen' ? seen.value.options : undefined;
  if (options === undefined) return undefined;
  if (options.disable_self_service_change_password === true) return false;
  if (options.authentication_methods?.password?.enabled === false) return false;
  const clients = await readClients(reader, id);
  return clients.is === 'seen' ? clients.value.length > 0 : undefined;
}
