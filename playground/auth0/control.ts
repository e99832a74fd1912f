// Control of the emulator from inside the process: what tests and the playground page do and see without HTTP.
import { insertPasswordless, mainIdentity, type PasswordlessProvider } from './accounts.ts';
import { failuresUntilBlock, identifiersOf, isBlocked, recordFailure } from './blocks.ts';
import { type Client, type Configuration, clientOf, grant } from './configuration.ts';
import { ensureConnection } from './connections.ts';
import type { Faults } from './faults.ts';
import { rotate } from './keys.ts';
import { bucketsAfter } from './limits.ts';
import type { Whence } from './logs.ts';
import { startPasswordless } from './passwordless.ts';
import { type AddUser, addUser, snapshot, type UserSnapshot } from './people.ts';
import type { RequestEntry } from './request-log.ts';
import { logWrongPassword, type SignIn, signIn, usual, usualIp } from './sign-in.ts';
import {
  type Connection,
  type Delivery,
  type Identity,
  type LogEntry,
  type Misbehaviour,
  noMisbehaviour,
  type User,
  type Witnessed,
} from './state.ts';
import type { Tenant } from './tenant.ts';
import { delaySearch, noteUsers } from './user-search.ts';

export type Auth0Control = {
  readonly faults: Faults;
  /** The switches for misbehaviour; set them directly. */
  readonly misbehave: Misbehaviour;
  readonly requests: RequestEntry[];
  readonly logs: readonly LogEntry[];
  /** Sign-ins, codes that came back and links, oldest first. */
  readonly witnessed: Witnessed[];
  /** Everything that was delivered to mailboxes and phones, oldest first. */
  readonly outbox: readonly Delivery[];
  addUser(input: AddUser): UserSnapshot;
  /** Adds an `email|…` or `sms|…` user that is linked to nobody. */
  addPasswordlessUser(input: {
    readonly provider: PasswordlessProvider;
    readonly address: string;
    readonly verified?: boolean;
    readonly userId?: string;
  }): UserSnapshot;
  /** Links this identity as it is: of a social provider or of another database, with whatever profile it has. */
  link(userId: string, identity: Identity): void;
  removeUser(userId: string): void;
  users(): readonly UserSnapshot[];
  /** Throws if the user does not exist: a test that asks for such a user has a mistake. */
  user(userId: string): UserSnapshot;
  /**
   * Ten wrong passwords from one IP address, under this identifier of the user or else under the user's first; by default from an app on
   * a phone.
   */
  lock(
    userId: string,
    options?: { readonly ip?: string; readonly identifier?: string; readonly from?: Partial<Whence> },
  ): void;
  /** So many wrong passwords, or fewer if that locks the account. By default from a laptop. */
  fails(userId: string, times: number, from?: Partial<Whence>, ip?: string): void;
  /** The same for a linked identity's identifier in its own connection. */
  lockLinked(name: { readonly identifier: string; readonly connection: string }): void;
  /** The same for a contact's address in its passwordless connection. */
  lockContact(provider: PasswordlessProvider, address: string, options?: { readonly ip?: string }): void;
  /** Suspicious-IP throttling: nobody can sign in from this address until the block is deleted. */
  blockIp(ip: string): void;
  adminBlock(userId: string, blocked: boolean): void;
  signIn(userIdOrEmail: string, password: string, ip?: string): SignIn;
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  onLog(listener: (entry: LogEntry) => void): () => void;
  lastCodeTo(address: string): string | undefined;
  /** Sends a code, as when the application asks for it. */
  sendCode(provider: PasswordlessProvider, address: string): void;
  /** What an administrator has set up; change it directly. */
  readonly configuration: Configuration;
  /** Adds another application, e.g. the one that deploys, with these scopes for the Management API. */
  addClient(client: Client, scopes: readonly string[]): void;
  /** From now on this one sends codes and signs people in. Throws where the tenant has none with this id. */
  useClient(id: string): void;
  connections(): readonly Connection[];
  addConnection(name: string, strategy: string): Connection;
  removeConnection(name: string): void;
  setConnection(name: string, changes: { readonly online?: boolean; readonly writeBack?: boolean }): void;
  /** The application's registered callbacks from now on. */
  setCallbacks(callbacks: readonly string[]): void;
  setLogDelay(ms: number): void;
  /** The search finds a change of a user only so long afterwards. What stands now, it finds at once. */
  setSearchDelay(ms: number): void;
  /** From now on the tenant's clock is so far ahead of the one it was started with; negative: behind it. */
  setClockAhead(ms: number): void;
  rotateKeys(options?: { readonly revokeOld?: boolean }): Promise<void>;
  /** Every Management token issued so far gets 401 from now on. */
  revokeManagementTokens(): void;
  /** From now on the Management API's rate limits apply, with full token buckets; codes stay unlimited. */
  limitManagement(): void;
  /** From now on the rate limit on codes applies, of which so many were sent a moment ago for requests from this machine. */
  limitCodes(sent: number): void;
  /** Ends all faults and misbehaviour, and empties the queue of planned ones. */
  calm(): void;
};

/** Until the account is locked, or so often. */
function failRepeatedly(
  tenant: Tenant,
  attempt: {
    readonly identifier: string;
    readonly ip: string;
    readonly connection: string;
    readonly user: User | undefined;
    readonly from?: Whence;
  },
  times = failuresUntilBlock(tenant),
): void {
  for (let failure = 0; failure < times && !isBlocked(tenant, attempt); failure += 1) {
    logWrongPassword(tenant, { ...attempt, userName: attempt.identifier });
    recordFailure(tenant, attempt);
  }
}

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function lastCodeTo(tenant: Tenant, address: string): string | undefined {
  const wanted = address.toLowerCase();
  return tenant.outbox.findLast(({ to, code }) => to.toLowerCase() === wanted && code !== undefined)?.code;
}

export function createControl(tenant: Tenant, faults: Faults, requests: RequestEntry[]): Auth0Control {
  const find = (userId: string): User => {
    const user = tenant.users.get(userId);
    if (user === undefined) throw new Error(`no such user at the emulated Auth0: ${userId}`);
    return user;
  };
  const changed = (user: User): UserSnapshot => {
    noteUsers(tenant);
    return snapshot(tenant, user);
  };
  return {
    faults,
    misbehave: tenant.misbehave,
    requests,
    witnessed: tenant.witnessed,
    logs: tenant.logs,
    outbox: tenant.outbox,
    addUser: (input) => changed(addUser(tenant, input)),
    addPasswordlessUser: ({ userId, ...input }) =>
      changed(insertPasswordless(tenant, { ...input, ...(userId === undefined ? {} : { id: userId }) })),
    link: (userId, identity) => {
      find(userId).identities.push(identity);
      noteUsers(tenant);
    },
    removeUser: (userId) => {
      tenant.users.delete(userId);
      noteUsers(tenant);
    },
    users: () => [...tenant.users.values()].map((user) => snapshot(tenant, user)),
    user: (userId) => snapshot(tenant, find(userId)),
    lock: (userId, options = {}) => {
      const user = find(userId);
      const identifier = options.identifier ?? identifiersOf(user)[0] ?? user.userId;
      const { connection } = mainIdentity(user);
      const from = { ...usual.phone, ...options.from };
      failRepeatedly(tenant, { identifier, ip: options.ip ?? usualIp, connection, user, from });
    },
    fails: (userId, times, from = {}, ip = usualIp) => {
      const user = find(userId);
      const identifier = identifiersOf(user)[0] ?? userId;
      const { connection } = mainIdentity(user);
      failRepeatedly(tenant, { identifier, ip, connection, user, from: { ...usual.laptop, ...from } }, times);
    },
    lockLinked: (name) => failRepeatedly(tenant, { ...name, ip: usualIp, user: undefined }),
    lockContact: (provider, address, options = {}) =>
      failRepeatedly(tenant, {
        identifier: address,
        ip: options.ip ?? '127.0.0.1',
        connection: provider,
        user: undefined,
      }),
    blockIp: (ip) => {
      tenant.blockedIps.add(ip);
    },
    adminBlock: (userId, blocked) => {
      find(userId).blocked = blocked;
    },
    signIn: (who, password, ip) => signIn(tenant, who, password, ip),
    onDelivery: (listener) => subscribe(tenant.deliveryListeners, listener),
    onLog: (listener) => subscribe(tenant.logListeners, listener),
    lastCodeTo: (address) => lastCodeTo(tenant, address),
    sendCode: (provider, address) => {
      const to = provider === 'email' ? { email: address } : { phone_number: address };
      startPasswordless(tenant, { connection: provider, send: 'code', ...to }, usualIp);
    },
    configuration: tenant.configuration,
    addClient: (client, scopes) => {
      tenant.configuration.clients.push(client);
      if (scopes.length > 0) grant(tenant.configuration, client.id, tenant.audience, scopes);
    },
    connections: () => tenant.connections,
    addConnection: (name, strategy) => ensureConnection(tenant, name, strategy),
    removeConnection: (name) => {
      const at = tenant.connections.findIndex((each) => each.name === name);
      if (at >= 0) tenant.connections.splice(at, 1);
    },
    setConnection: (name, changes) => {
      const connection = tenant.connections.find((each) => each.name === name);
      if (connection === undefined) throw new Error(`no such connection at the emulated Auth0: ${name}`);
      connection.online = changes.online ?? connection.online;
      connection.writeBack = changes.writeBack ?? connection.writeBack;
    },
    useClient: (id) => {
      const client = clientOf(tenant.configuration, id);
      if (client === undefined) throw new Error(`no such application at the emulated Auth0: ${id}`);
      tenant.clientId = client.id;
      tenant.clientSecret = client.secret;
    },
    setCallbacks: (callbacks) => {
      const client = clientOf(tenant.configuration, tenant.clientId);
      if (client !== undefined) client.fields = { ...client.fields, callbacks };
    },
    setLogDelay: (ms) => {
      tenant.logDelayMs = ms;
    },
    setSearchDelay: (ms) => delaySearch(tenant, ms),
    setClockAhead: (ms) => {
      tenant.clockAheadMs = ms;
    },
    rotateKeys: (options) => rotate(tenant.keys, options),
    revokeManagementTokens: () => {
      tenant.tokensRevokedAt = tenant.now();
    },
    limitManagement: () => {
      tenant.managementBuckets = new Map();
    },
    limitCodes: (sent) => {
      tenant.buckets = bucketsAfter(sent, '127.0.0.1', tenant.now());
    },
    calm: () => {
      faults.clear();
      Object.assign(tenant.misbehave, noMisbehaviour());
    },
  };
}
