// `latchkey contacts …`: reads the settings and the file, shows how far it is, and says at the end what came of it. The rows of an
// import go to standard output, everything else to standard error.
import { setTimeout as wait } from 'node:timers/promises';
import { coverageGroups } from '../auth0/coverage.ts';
import { createTenant } from '../compose/tenant.ts';
import { readForAuth0 } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import { actorId, instant } from '../flows/ids.ts';
import { createLogger } from '../observability/logger.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';
import { type ContactsFile, openContactsFile } from './contacts-file.ts';
import type { ContactsOrder } from './contacts-order.ts';
import { goodResults, type ImportSummary, importContacts } from './import-contacts.ts';
import { createProgress } from './import-progress.ts';

const stoppedBySignal = 130;

/** The exit code: 0 if all is well, 1 if something is not, 130 if it was stopped. */
export async function contacts(order: ContactsOrder, env: NodeJS.ProcessEnv): Promise<number> {
  if (order.do === 'coverage') return showCoverage(env);
  const connected = connect(env, 'contacts import');
  return runImport(await openContactsFile(order.path), order, connected);
}

interface Connected {
  readonly auth0: ReturnType<typeof createTenant>;
  readonly policy: Policy;
  readonly log: ReturnType<typeof createLogger>;
}

/** Nobody in chat asks: of two accounts with one address none is preferred. */
const nobody = actorId({ platform: 'file', tenant: 'none', user: 'none' });

const clock = { now: () => instant(Date.now()) };

function connect(env: NodeJS.ProcessEnv, command: 'contacts import' | 'contacts coverage'): Connected {
  const { settings, found } = readWithPolicy(env, (all) => readForAuth0(all, command));
  const { policy } = found;
  const log = createLogger({ level: 'info' });
  useProxyAndKeepConnections();
  const auth0 = createTenant({ config: settings, policy, clock, log });
  return { auth0, policy, log };
}

async function runImport(
  file: ContactsFile,
  how: { readonly apply: boolean; readonly fromLine: number },
  { auth0, policy, log }: Connected,
): Promise<number> {
  for (const name of file.ignoredColumns) log.warn({ event: 'contacts.import.column', name }, 'a column is not read');
  const stopping = new AbortController();
  const progress = createProgress(process.stderr, file.sizeBytes, clock);
  // `on`, not `once`: through npm a signal arrives twice, and the second would kill the process in the middle of a row.
  const stop = (): void => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    const summary = await importContacts(file, {
      ...how,
      rules: policy.contacts,
      target: {
        accountOf: (workEmail) => auth0.directory.match(workEmail, nobody),
        ownerOf: auth0.ownerOfContact,
        link: (account, address) => auth0.importContact(account, address, clock.now()),
      },
      clock,
      log,
      signal: stopping.signal,
      progress: progress.show,
      pause: async (ms) => {
        if (ms > 0) await wait(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
      },
    });
    progress.clear();
    log.info({ event: 'contacts.import.end', apply: how.apply, ...summary }, 'end of the import');
    say(told(summary, how.apply));
    return exitCodeOf(summary);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

function exitCodeOf({ ended, counts }: ImportSummary): number {
  if (ended === 'stopped') return stoppedBySignal;
  return ended === 'whole' && Object.keys(counts).every((result) => goodResults.has(result)) ? 0 : 1;
}

function told({ rows, counts, ended, lastLine, remedy = '' }: ImportSummary, apply: boolean): string {
  const results = Object.entries(counts).map(([result, count]) => `  ${String(count).padStart(9)}  ${result}\n`);
  const from = `--from ${lastLine + 1}`;
  const again = `Run it again, or go on with ${from}. What is linked already is left alone.`;
  const known = lastLine === 0 ? '' : ` All is known up to line ${lastLine}.`;
  const endings: Readonly<Record<ImportSummary['ended'], string>> = {
    whole: apply ? 'The whole file was read.' : 'The whole file was read. Nothing was changed: that needs --apply.',
    stopped: `Stopped after line ${lastLine}. ${again}`,
    dead: `Auth0 has not answered for three minutes, so the import has ended.${known} ${again}`,
    refused: `Auth0 does not allow this. ${remedy}${known} Then run it again, or go on with ${from}. What is linked already is left alone.`,
    unreadable: `${remedy}${known} See to the file, then run it again, or go on with ${from}. What is linked already is left alone.`,
    broken: `The import has broken off, by a fault of Latchkey; the line contacts.import.broken says more.${known} ${again}`,
  };
  return `${rows} ${rows === 1 ? 'row' : 'rows'}\n${results.join('')}${endings[ended]}\n`;
}

async function showCoverage(env: NodeJS.ProcessEnv): Promise<number> {
  const { auth0, policy } = connect(env, 'contacts coverage');
  let code = 0;
  for (const group of coverageGroups(policy.connections)) {
    const counted = await auth0.countCoverage(group);
    if (!counted.ok) {
      say(`latchkey: ${group.name} could not be counted (${counted.failure.cause}).\n`);
      code = 1;
      continue;
    }
    const { accounts, withContact } = counted.value;
    const share = accounts === 0 ? '' : ` (${Math.floor((withContact / accounts) * 100)} %)`;
    process.stdout.write(`${group.name}: ${withContact} of ${accounts} accounts have a contact${share}\n`);
  }
  return code;
}

const say = (text: string): void => void process.stderr.write(text);
