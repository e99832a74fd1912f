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
  const progress = createProgress(file);
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
    log.info({ event: 'contacts.import.end', apply: how.apply, ...summary }, 'end of the import');
    progress.clear();
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

function told({ rows, counts, ended, lastLine, remedy }: ImportSummary, apply: boolean): string {
  const results = Object.entries(counts).map(([result, count]) => `  ${String(count).padStart(9)}  ${result}\n`);
  const again = `Run it again, or go on with --from ${lastLine + 1}. What is linked already is left alone.`;
  const endings: Readonly<Record<ImportSummary['ended'], string>> = {
    whole: apply ? 'The whole file was read.' : 'The whole file was read. Nothing was changed: that needs --apply.',
    stopped: `Stopped after line ${lastLine}. ${again}`,
    dead: `Auth0 has not answered for three minutes, so the import has ended. All is known up to line ${lastLine}. ${again}`,
    refused: `Auth0 does not allow this. ${remedy ?? ''} Then run it again.`,
  };
  return `${rows} rows\n${results.join('')}${endings[ended]}\n`;
}

const progressEveryMs = 250;
const barChars = 30;

/** `share`: of the file, from 0 to 1. A terminal of 80 columns has room for it and for the line. */
export function progressBar(share: number): string {
  const done = Math.floor(Math.min(1, Math.max(0, share)) * barChars);
  return `[${'#'.repeat(done)}${'.'.repeat(barChars - done)}] ${Math.floor(Math.min(1, share) * 100)} % of the file is read`;
}

/** One line that is written over and over, where somebody watches. */
function createProgress({ sizeBytes, readBytes }: ContactsFile) {
  const isWatched = process.stderr.isTTY;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(line: number): void {
      const now = performance.now();
      if (!isWatched || now - shownAt < progressEveryMs) return;
      shownAt = now;
      process.stderr.write(`\r\u001b[K${progressBar(readBytes() / Math.max(1, sizeBytes))}, line ${line}`);
    },
    clear(): void {
      if (isWatched) process.stderr.write('\r\u001b[K');
    },
  };
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
