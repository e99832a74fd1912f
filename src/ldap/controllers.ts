// The domain controllers of one directory, tried in their order. An act that was sent to one stays with it: the others may hear
// of it only later.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { type Failure, failed, type Outcome, success } from '../flows/outcome.ts';
import { isControllerUrl } from '../text/controller-url.ts';
import { type ConnectionSettings, type DirectoryConnection, openConnection, tlsOptions, unfit } from './connection.ts';
import { isAboutController, isWrongPassword, signInFailure, type Trouble } from './errors.ts';

export interface ControllersOptions extends ConnectionSettings {
  /** `ldaps://dc1.corp.example`, port 636 where none is named. Best the one with the PDC emulator's role first. */
  readonly urls: readonly string[];
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** Nothing was done at this controller, and the next one is to try. */
export interface Elsewhere {
  readonly elsewhere: Failure;
}

export interface Controllers {
  /** Its connection is closed afterwards. */
  use<T>(work: (connection: DirectoryConnection) => Promise<Outcome<T> | Elsewhere>): Promise<Outcome<T>>;
  /** A new connection to this controller and no other: to the one that an act was sent to. */
  useOnly<T>(url: string, work: (connection: DirectoryConnection) => Promise<T>): Promise<Outcome<T>>;
}

/** Whoever waits does not wait for a dead controller each time. */
const avoidedMs = 30_000;
/**
 * A sign-in with a wrong password counts towards the lock of the service account, at one in a quarter of an hour. Windows' own
 * proposals count for ten or thirty minutes, and lock after five or ten.
 */
const quietMs = 900_000;

export function createControllers(options: ControllersOptions): Controllers {
  const { urls, now } = options;
  const avoided = createExpiringMap<string, true>({
    forMs: avoidedMs,
    atMost: 100,
    ...(now === undefined ? {} : { now }),
  });
  const quiet = createExpiringMap<'sign-in', Failure>({
    forMs: quietMs,
    atMost: 1,
    ...(now === undefined ? {} : { now }),
  });

  async function open(
    url: string,
  ): Promise<{ readonly connection: DirectoryConnection } | { readonly failure: Failure; readonly trouble?: Trouble }> {
    const failure = isControllerUrl(url) ? (unfit(options) ?? quiet.get('sign-in')) : noController;
    if (failure !== undefined) return { failure };
    const tls = await tlsOptions(options);
    if (!tls.ok) return { failure: tls.failure };
    const opened = await openConnection(url, options, tls.value);
    if (opened.ok) return { connection: opened.connection };
    const refused = signInFailure(opened.trouble);
    if (isWrongPassword(opened.trouble)) quiet.set('sign-in', refused);
    return { failure: refused, trouble: opened.trouble };
  }

  async function use<T>(
    work: (connection: DirectoryConnection) => Promise<Outcome<T> | Elsewhere>,
  ): Promise<Outcome<T>> {
    const failures: Failure[] = [];
    const order = [
      ...urls.filter((url) => avoided.get(url) !== true),
      ...urls.filter((url) => avoided.get(url) === true),
    ];
    for (const url of order) {
      const opened = await open(url);
      if ('failure' in opened) {
        if (opened.trouble === undefined || !isAboutController(opened.trouble)) return failed(opened.failure);
        avoided.set(url, true);
        failures.push(opened.failure);
        continue;
      }
      avoided.delete(url);
      const done = await closing(opened.connection, work);
      if (!('elsewhere' in done)) return done;
      avoided.set(url, true);
      failures.push(done.elsewhere);
    }
    return failed(summed(failures));
  }

  return {
    use,
    useOnly: async (url, work) => {
      const opened = await open(url);
      return 'failure' in opened ? failed(opened.failure) : success(await closing(opened.connection, work));
    },
  };
}

const noController: Failure = {
  ...{ kind: 'misconfigured', retry: 'never', cause: 'ldap: no controller' },
  remedy: 'Name each domain controller as ldaps://host or ldaps://host:port, and no port of the global catalogue.',
};

async function closing<T>(
  connection: DirectoryConnection,
  work: (connection: DirectoryConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Nobody could be asked. The operator reads why, each reason once. */
function summed(failures: readonly Failure[]): Failure {
  const [first] = failures;
  const limited = failures.find(({ kind }) => kind === 'rate-limited');
  if (limited !== undefined) return limited;
  const cause = [...new Set(failures.map((one) => one.cause))].join(', ');
  return first?.kind === 'unreachable'
    ? { ...first, cause }
    : {
        kind: 'unreachable',
        retry: 'later',
        mayHaveHappened: false,
        cause: cause === '' ? 'ldap: no controller' : cause,
      };
}
