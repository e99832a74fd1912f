// The connections of the policy: whether they exist, can do what they are for, and let people sign in to enrol.
import type { Finding } from '../doctor/check.ts';
import { shownName } from '../text/shown-name.ts';
import { looks } from './endpoints.ts';
import { doubtful, fatal, fine, unseen, whyUnseen, wrong } from './finding.ts';
import {
  type ConnectionLook,
  connectionClientsLook,
  connectionLook,
  connectionStatusLook,
  connectionsLook,
} from './look-schemas.ts';
import type { Seen, TenantReader } from './tenant-reader.ts';

export interface ConnectionsOptions {
  readonly reader: TenantReader;
  readonly clientId: string;
  /** Of the policy; undefined: every database and AD connection. */
  readonly connections: readonly string[] | undefined;
  /** Whose passwords are chosen on a page of ours. */
  readonly setPasswordHere: readonly string[];
  /** Whose passwords go through Auth0's connector. */
  readonly connectorWriteBack: readonly string[];
  /** A rule has Auth0 mail its own link. */
  readonly mailsLinks: boolean;
  /** Named in the conditions of rules. */
  readonly inRules: readonly string[];
  /** For which the policy names a directory. */
  readonly withDirectory: readonly string[];
  /** The known name that is nearest to a misspelt one. */
  readonly nearest: (name: string, known: readonly string[]) => string | undefined;
}

/** A tenant with more is not read to its end, and then nothing is said to be missing. */
const pagesAtMost = 10;
const quoted = (name: string): string => `“${shownName(name)}”`;

/** Name, id and strategy of each. */
export async function readConnections(reader: TenantReader): Promise<Seen<readonly ConnectionLook[]>> {
  const all: ConnectionLook[] = [];
  let from: string | undefined;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const next = from === undefined ? '' : `&from=${encodeURIComponent(from)}`;
    const path = `/connections?take=100&fields=${encodeURIComponent('id,name,strategy')}${next}`;
    const seen = await reader.read(looks.connections, connectionsLook, path);
    if (seen.is !== 'seen') return { is: 'unseen', why: whyUnseen(seen) };
    all.push(...seen.value.connections);
    from = seen.value.next;
    if (from === undefined) return { is: 'seen', value: all };
  }
  return { is: 'unseen', why: 'The tenant has more than a thousand connections.' };
}

/** The applications for which a connection is on. */
export async function readClients(reader: TenantReader, connection: string): Promise<Seen<readonly string[]>> {
  const all: string[] = [];
  let from: string | undefined;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const next = from === undefined ? '' : `&from=${encodeURIComponent(from)}`;
    const path = `/connections/${encodeURIComponent(connection)}/clients?take=100${next}`;
    const seen = await reader.read(looks.connectionClients, connectionClientsLook, path);
    if (seen.is !== 'seen') return { is: 'unseen', why: whyUnseen(seen) };
    all.push(...seen.value.clients.map((client) => client.client_id));
    from = seen.value.next;
    if (from === undefined) return { is: 'seen', value: all };
  }
  return { is: 'unseen', why: 'The connection is on for more than a thousand applications.' };
}

const isForEmployees = ({ strategy }: ConnectionLook): boolean => strategy === 'auth0' || strategy === 'ad';

/** Whether the names of the policy exist. */
export async function lookAtNames(options: ConnectionsOptions): Promise<readonly Finding[]> {
  const check = 'auth0.connections';
  const seen = await readConnections(options.reader);
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  // A tenant without any connection would be a strange one; then nothing is said for certain.
  const certain = seen.value.length > 0 ? fatal : wrong;
  const known = seen.value.map(({ name }) => name);
  const missing = (names: readonly string[]): readonly string[] => names.filter((name) => !known.includes(name));
  const findings = [
    ...missing(options.connections ?? []).map((name) =>
      certain(
        check,
        `The policy names the connection ${quoted(name)}, which does not exist.`,
        remedyFor(name, known, options),
      ),
    ),
    ...missing(options.inRules).map((name) =>
      wrong(
        check,
        `A rule of the policy is for the connection ${quoted(name)}, which does not exist: it never decides.`,
        remedyFor(name, known, options),
      ),
    ),
    ...directoryFindings(check, seen.value, options),
    ...lookAtOwnPage(seen.value, missing, options),
    ...(options.connections === undefined && !seen.value.some(isForEmployees)
      ? [
          certain(
            check,
            'The tenant has no database or Active Directory connection, and the policy names no other.',
            'Make the connection of your employees in Auth0, or name it under `connections` in the policy.',
          ),
        ]
      : []),
  ];
  return findings.length === 0 ? [fine(check, 'The connections of the policy exist.')] : findings;
}

/** What the policy says of a connection that does not exist, or is of another kind, has no effect. `says`: where it says so; `so`: what follows. */
const misnamed = (
  check: string,
  names: readonly string[],
  all: readonly ConnectionLook[],
  options: ConnectionsOptions,
  { says, so }: { readonly says: string; readonly so: string },
): readonly Finding[] =>
  names.flatMap((name) => {
    const found = all.find((one) => one.name === name);
    if (found?.strategy === 'ad') return [];
    const known = all.filter(({ strategy }) => strategy === 'ad').map((one) => one.name);
    const what = found === undefined ? 'does not exist' : 'is no Active Directory connection';
    return [
      wrong(check, `${says} the connection ${quoted(name)}, which ${what}: ${so}.`, remedyFor(name, known, options)),
    ];
  });

/** Its locks are not seen; or its people are left with the helpdesk. */
const directoryFindings = (
  check: string,
  all: readonly ConnectionLook[],
  options: ConnectionsOptions,
): readonly Finding[] => [
  ...misnamed(check, options.withDirectory, all, options, {
    says: 'The policy names a directory for',
    so: 'the directory is never asked',
  }),
  ...misnamed(check, options.connectorWriteBack, all, options, {
    says: '`connectorWriteBack` of the policy names',
    so: 'no password goes through it',
  }),
];

/** A name that does not fit leaves its people on Auth0's page: nobody is locked out by it. */
function lookAtOwnPage(
  found: readonly ConnectionLook[],
  missing: (names: readonly string[]) => readonly string[],
  options: ConnectionsOptions,
): readonly Finding[] {
  const { setPasswordHere: names } = options;
  const known = found.map(({ name }) => name);
  const others = found.filter(({ name, strategy }) => names.includes(name) && strategy !== 'auth0');
  return [
    ...missing(names).map((name) =>
      wrong(
        'auth0.connections',
        `\`setPasswordHere\` of the policy names the connection ${quoted(name)}, which does not exist.`,
        remedyFor(name, known, options),
      ),
    ),
    ...others.map(({ name }) =>
      wrong(
        'auth0.connections',
        `\`setPasswordHere\` of the policy names ${quoted(name)}, which is no database connection: Auth0 sets no password of it.`,
        'Take it out of `setPasswordHere`.',
      ),
    ),
  ];
}

function remedyFor(name: string, known: readonly string[], { nearest }: ConnectionsOptions): string {
  const near = nearest(name, known);
  const write = 'Write the name as in Auth0, under Authentication → Database or Enterprise.';
  return near === undefined ? write : `Did you mean ${quoted(near)}? ${write}`;
}

/** What can be done for the people of each connection. */
export async function lookAtEach(options: ConnectionsOptions): Promise<readonly Finding[]> {
  const { reader, connections } = options;
  const seen = await readConnections(reader);
  if (seen.is !== 'seen')
    return [
      ...['auth0.tickets', 'auth0.sign-in'].map((check) => unseen(check, whyUnseen(seen))),
      ...(options.connectorWriteBack.length === 0 ? [] : [blindToConnector(whyUnseen(seen))]),
    ];
  const chosen = seen.value.filter((one) =>
    connections === undefined ? isForEmployees(one) : connections.includes(one.name),
  );
  const findings: Finding[] = [];
  for (const connection of chosen.slice(0, connectionsAtMost)) {
    findings.push(...(await lookAtTickets(options, connection)), await lookAtSignIn(options, connection));
    if (connection.strategy === 'auth0' && options.setPasswordHere.includes(connection.name))
      findings.push(await lookAtRules(reader, connection));
  }
  return findings;
}

/** Each costs a call or two. */
const connectionsAtMost = 20;

/** Whether the connector is connected is asked before each password. */
const blindToConnector = (why: string): Finding =>
  wrong(
    'auth0.connector',
    `Whether the AD/LDAP connector is connected cannot be seen, so no password is sent through it. ${why}`,
    'Grant the application read:connections, or take out `connectorWriteBack`. Auth0: Applications → APIs → Auth0 Management API → Machine to Machine Applications.',
  );

/** What no look from here can find out. */
const writtenBack = (name: string): Finding =>
  unseen(
    'auth0.write-back',
    `New passwords of ${quoted(name)} go through Auth0’s connector. Whether this tenant takes them, whether write-back is on in the connector, and whose passwords its service account may set, shows only in its own set-up: try one reset, and let it reset no administrator.`,
  );

async function lookAtTickets(
  { reader, connectorWriteBack, mailsLinks }: ConnectionsOptions,
  { id, name, strategy }: ConnectionLook,
): Promise<readonly Finding[]> {
  const check = 'auth0.tickets';
  if (strategy === 'auth0') return [await lookAtPasswords(reader, { id, name }, mailsLinks)];
  if (strategy !== 'ad')
    return [
      doubtful(
        check,
        `${quoted(name)} is no database connection, so Auth0 cannot reset its passwords.`,
        'Take it out of `connections` in the policy, unless its people shall only unlock their accounts.',
      ),
    ];
  const status = await reader.read(
    looks.connectionStatus,
    connectionStatusLook,
    `/connections/${encodeURIComponent(id)}/status`,
  );
  const passwords = connectorWriteBack.includes(name)
    ? writtenBack(name)
    : doubtful(
        check,
        `${quoted(name)} is Active Directory: accounts can be unlocked at Auth0, but Auth0 cannot reset their passwords.`,
        'Nothing, if you know it: people are told so. Otherwise take it out of `connections` in the policy.',
      );
  const offline = wrong(
    'auth0.connector',
    `No connector of ${quoted(name)} is connected to Auth0, so nobody of it can sign in.`,
    'Start the AD/LDAP connector, and look at its log.',
  );
  if (status.is === 'absent') return [passwords, offline];
  return [
    passwords,
    status.is === 'seen'
      ? fine('auth0.connector', `The connector of ${quoted(name)} is connected.`)
      : connectorWriteBack.includes(name)
        ? blindToConnector(status.why)
        : unseen('auth0.connector', status.why),
  ];
}

async function lookAtPasswords(
  reader: TenantReader,
  { id, name }: Pick<ConnectionLook, 'id' | 'name'>,
  mailsLinks: boolean,
): Promise<Finding> {
  const check = 'auth0.tickets';
  const seen = await reader.read(looks.connection, connectionLook, `/connections/${encodeURIComponent(id)}`);
  const options = seen.is === 'seen' ? seen.value.options : undefined;
  if (options?.authentication_methods?.password?.enabled === false)
    return wrong(
      check,
      `The accounts of ${quoted(name)} have no passwords, so there is nothing to reset.`,
      'Turn passwords on for it in Auth0, or take it out of `connections` in the policy.',
    );
  if (options?.disable_self_service_change_password === true && mailsLinks)
    return doubtful(
      check,
      `A rule of the policy has Auth0 mail its own link, but “Forgot password?” is switched off for ${quoted(name)}: nothing says that Auth0 then mails one.`,
      'Try one reset. If no mail comes, switch it on, or take `via: email` out of the policy.',
    );
  // Auth0 describes it as hiding the link on login pages; nothing says that tickets depend on it, and nothing that they do not.
  if (options?.disable_self_service_change_password === true)
    return unseen(
      check,
      `“Forgot password?” is switched off for ${quoted(name)}. By Auth0's description that hides the link on its login page, and no more: try one reset.`,
    );
  return fine(check, `Passwords of ${quoted(name)} can be reset.`);
}

/** Without them people learn a rule only when it refuses their password. */
async function lookAtRules(reader: TenantReader, { id, name }: Pick<ConnectionLook, 'id' | 'name'>): Promise<Finding> {
  const check = 'auth0.tickets';
  const seen = await reader.read(looks.connection, connectionLook, `/connections/${encodeURIComponent(id)}`);
  if (seen.is === 'seen' && seen.value.options !== undefined)
    return fine(check, `The rules for passwords of ${quoted(name)} can be told before one is typed.`);
  const why = seen.is === 'seen' ? 'The application lacks the scope read:connections_options.' : whyUnseen(seen);
  return unseen(check, `${why} People of ${quoted(name)} learn the rules only when one refuses their password.`);
}

async function lookAtSignIn({ reader, clientId }: ConnectionsOptions, { id, name }: ConnectionLook): Promise<Finding> {
  const check = 'auth0.sign-in';
  const clients = await readClients(reader, id);
  if (clients.is !== 'seen') return unseen(check, whyUnseen(clients));
  if (clients.value.includes(clientId)) return fine(check, `People of ${quoted(name)} can sign in to enrol.`);
  return wrong(
    check,
    `${quoted(name)} is off for the application, so nobody of it can sign in to enrol.`,
    'Turn it on. Auth0: the connection → Applications.',
  );
}
