// Passwords of Active Directory through Auth0's own connector, for connections that the policy names. The connector replaces the password
// as an administrator would (auth0/ad-ldap-connector, PR #105). Whether a tenant takes that at all, and how it repeats what the connector
// says, is not confirmed: so a refusal that is not known for certain counts as "nobody knows".
import type { Logger } from 'pino';
import { createAnswerCache } from '../concurrency/answer-cache.ts';
import type { PasswordDemands, SetPassword } from '../flows/ports.ts';
import { hasOnlyAscii } from '../text/new-password.ts';
import type { Account } from './account.ts';
import { connectorEndpoints, endpoints } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';
import { connectionsLook } from './look-schemas.ts';
import type { Management } from './management.ts';
import { nothing, passwordRequest, updatedAnswer } from './schemas.ts';

export interface ConnectorPasswords {
  /** Fails where no connector of this connection is connected to Auth0, or where that cannot be found out: then nothing may be sent. */
  ready(connection: string): Promise<CallResult<void>>;
  /** Asks first whether it is connected. `password` is a secret: it lives in this call. */
  set(account: Pick<Account, 'id' | 'connection'>, password: string): Promise<CallResult<SetPassword>>;
}

/**
 * The connector turns the bytes for the directory into text and back, which only ASCII survives. Nothing else of the directory's rules is
 * known here. It takes 256 units at most (MS-SAMR 3.1.1.7.2); a longer one would not only be refused, but end the connector's process.
 */
export const connectorDemands: PasswordDemands = {
  isComplete: false,
  isAsciiOnly: true,
  maxLength: { of: 256, counts: 'units' },
};

/** A connection that was made anew has another id. */
const idKeptMs = 600_000;
const connectionsAtMost = 100;

export function createConnector(management: Management, log: Logger): ConnectorPasswords {
  const ids = createAnswerCache<string, CallResult<string>>({
    ask: (name) => findId(management, name),
    keptMs: () => idKeptMs,
    atMost: connectionsAtMost,
  });

  async function ready(connection: string): Promise<CallResult<void>> {
    const id = await ids.get(connection);
    if (!id.ok) return asUndone(id);
    const path = `/connections/${encodeURIComponent(id.value)}/status`;
    const status = await management.ask(connectorEndpoints.status, nothing, (client, options) =>
      client.read(path, options),
    );
    if (status.ok || status.status !== 404) return asUndone(status);
    log.warn(
      { event: 'auth0.connector.offline', connection, remedy: 'Start the AD/LDAP connector, and look at its log.' },
      'no connector is connected to Auth0, so no password was sent to it',
    );
    return failing({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'connector-status: offline' });
  }

  return {
    ready,
    set: async ({ id, connection }, password) => {
      if (!hasOnlyAscii(password)) return { ok: true, value: { is: 'refused', rules: ['not-ascii'] } };
      const connected = await ready(connection);
      if (!connected.ok) return connected;
      const body = passwordRequest.parse({ password, connection });
      const reply = await management.ask(endpoints.setPassword, updatedAnswer, (client, options) =>
        client.users.update(id, body, options),
      );
      return reply.ok ? { ok: true, value: { is: 'set' } } : meaningOf(reply);
    },
  };
}

async function findId(management: Management, name: string): Promise<CallResult<string>> {
  const path = `/connections?name=${encodeURIComponent(name)}&strategy=ad&fields=${encodeURIComponent('id,name,strategy')}`;
  const reply = await management.ask(connectorEndpoints.find, connectionsLook, (client, options) =>
    client.read(path, options),
  );
  if (!reply.ok) return reply;
  const found = reply.value.connections.find((one) => one.name === name && one.strategy === 'ad');
  if (found !== undefined) return { ok: true, value: found.id };
  const remedy = 'Name only Active Directory connections that exist under `connectorWriteBack` in the policy.';
  return failing({ kind: 'misconfigured', retry: 'never', cause: 'connector-find: no such connection', remedy });
}

const remedies: Readonly<Record<string, string>> = {
  'Insufficient Access Rights':
    'Give the service account of the AD/LDAP connector the right to reset passwords: docs/active-directory.md.',
  InsufficientAccessRightsError:
    'Give the service account of the AD/LDAP connector the right to reset passwords: docs/active-directory.md.',
  'Connection is not supported for this operation':
    'Auth0 takes no passwords for this connection. Switch write-back on in the connector, ask Auth0, or take it out of `connectorWriteBack`.',
  'Cannot change email or password': 'The connection is disabled. Turn it on for an application in Auth0.',
};

/** Whatever else ends the connector's process, and nobody knows how far it came. */
function meaningOf(reply: Failed): CallResult<SetPassword> {
  const { failure, word = '', code } = reply;
  if (word === 'PasswordComplexityError') return { ok: true, value: { is: 'refused', rules: ['too-weak'] } };
  const remedy = remedies[word];
  if (remedy !== undefined) return failing({ kind: 'misconfigured', retry: 'never', cause: failure.cause, remedy });
  const isCertain =
    failure.kind === 'rate-limited' ||
    failure.kind === 'misconfigured' ||
    failure.kind === 'absent' ||
    (failure.kind === 'unreachable' && !failure.mayHaveHappened) ||
    code === 'invalid_body';
  return isCertain ? reply : { ok: true, value: { is: 'unknown' } };
}

const failing = (failure: Failed['failure']): Failed => ({ ok: false, failure });

/** Only a read was under way: whatever became of it, no password was set. */
export function asUndone<T>(reply: CallResult<T>): CallResult<T> {
  if (reply.ok || reply.failure.kind !== 'unreachable') return reply;
  return { ...reply, failure: { ...reply.failure, mayHaveHappened: false } };
}
