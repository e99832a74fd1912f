// `latchkey contacts …`: reads the settings and the file, shows how far it is, and says at the end what came of it. The rows of an
// import go to standard output, everything else to standard error.
import { setTimeout as wait } from 'node:timers/promises';
import { coverageGroups } from '../auth0/coverage.ts';
import { copy } from '../bot/copy/language.ts';
import { createTenant } from '../compose/tenant.ts';
import { type Config, type ForImport, readForAuth0, readForImport } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import type { Environment } from '../config/variables.ts';
import { actorId, instant } from '../flows/ids.ts';
import { createImportNotices } from '../notices/import-notices.ts';
import { createLogger } from '../observability/logger.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';
import { type ContactsFile, openContactsFile } from './contacts-file.ts';
import type { ContactsOrder } from './contacts-order.ts';
import { type ChatTelling, counted, openChats, toldInChat } from './import-chats.ts';
import { goodResults, type ImportOptions, type ImportSummary, importContacts } from './import-contacts.ts';
import { createProgress } from './import-progress.ts';

const stoppedBySignal = 130;

/** The exit code: 0 if all is well, 1 if something is not, 130 if it was stopped. */
export async function contacts(order: ContactsOrder, env: NodeJS.ProcessEnv): Promise<number> {
  if (order.do === 'coverage') return showCoverage(env);
  const connected = connect(env, readForImport);
  const file = await openContactsFile(order.path);
  const telling = await createTelling(connected);
  const chats = await openChats(connected.settings);
  if (!chats.is) say(`Chats will not be told of new contacts: ${chats.because}.\n`);
  try {
    return await runImport(file, { ...order, tell: telling.tell, chats }, connected);
  } finally {
    telling.close();
    await chats.close();
  }
}

interface Connected<Settings = unknown> {
  readonly settings: Settings;
  readonly auth0: ReturnType<typeof createTenant>;
  readonly policy: Policy;
  readonly log: ReturnType<typeof createLogger>;
}

/** Nobody in chat asks: of two accounts with one address none is preferred. */
const nobody = actorId({ platform: 'file', tenant: 'none', user: 'none' });

const clock = { now: () => instant(Date.now()) };

function connect<Settings extends Pick<Config, 'auth0' | 'policyFile'>>(
  env: NodeJS.ProcessEnv,
  read: (env: Environment) => Settings,
): Connected<Settings> {
  const { settings, found } = readWithPolicy(env, read);
  const { policy } = found;
  const log = createLogger({ level: 'info' });
  useProxyAndKeepConnections();
  const auth0 = createTenant({ config: settings, policy, clock, log });
  return { settings, auth0, policy, log };
}

type Tell = ImportOptions['tell'];

/** By mail: into a chat it has no way, and leaves that to a server. The library is loaded only where mail is set up. */
async function createTelling({
  settings,
  auth0,
  policy,
  log,
}: Connected<ForImport>): Promise<{ readonly tell: Tell; close(): void }> {
  if (settings.mail === undefined) return { tell: async () => 'untold', close: () => undefined };
  const { createMail } = await import('../notices/mail.ts');
  const notices = log.child({ part: 'notices' });
  const mail = createMail({ ...settings.mail, clock, log: notices });
  const tellImported = createImportNotices(
    {
      mail,
      addresses: auth0.noticeAddresses,
      words: copy.notices,
      company: policy.companyName ?? new URL(settings.publicUrl ?? settings.auth0.issuer).host,
      helpdesk: {
        hasChannel: policy.helpdesk.channels.length > 0,
        ...(policy.helpdesk.contact === undefined ? {} : { contact: policy.helpdesk.contact }),
      },
      log: notices,
    },
    policy.contacts,
  );
  const tell: Tell = async (account, address, { rests }) => {
    const done = await tellImported({ account, address, at: clock.now(), rests });
    return done.ok && done.value === 'sent' ? 'told' : 'untold';
  };
  return { tell, close: () => mail.close() };
}

interface How {
  readonly apply: boolean;
  readonly fromLine: number;
  readonly tell: Tell;
  readonly chats: ChatTelling;
}

async function runImport(file: ContactsFile, how: How, { auth0, policy, log }: Connected): Promise<number> {
  for (const name of file.ignoredColumns) log.warn({ event: 'contacts.import.column', name }, 'a column is not read');
  const stopping = new AbortController();
  const progress = createProgress(process.stderr, file.sizeBytes, clock);
  // `on`, not `once`: through npm a signal arrives twice, and the second would kill the process in the middle of a row.
  const stop = (): void => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    const summary = await importContacts(file, {
      ...{ apply: how.apply, fromLine: how.fromLine, tell: how.tell },
      ...(how.chats.is ? { leaveToChats: how.chats.leave } : {}),
      rules: policy.contacts,
      target: {
        accountOf: (workEmail) => auth0.matchInAnySpelling(workEmail, nobody),
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
    say(`${told(summary, how.apply)}${how.apply ? toldInChat(summary, how.chats) : ''}`);
    return exitCodeOf(summary);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

function exitCodeOf({ ended, counts }: ImportSummary): number {
  if (ended === 'stopped') return stoppedBySignal;
  return ended === 'whole' && Object.keys(counts).every((result) => goodResults.has(result)) ? 0 : 1;
}

function told(summary: ImportSummary, apply: boolean): string {
  const { rows, counts, ended, lastLine, remedy = '' } = summary;
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
  return `${counted(rows, 'row')}\n${results.join('')}${endings[ended]}\n${notices(summary)}`;
}

function notices({ told = 0, untold = 0 }: ImportSummary): string {
  const toldLine = `Told by mail of a new contact: the owners of ${counted(told, 'contact')}.\n`;
  const untoldLine = `Not told: ${counted(untold, 'contact')} of accounts that had a contact or a chat before. Tell these people; the rows with notice "untold" have their accounts. With SMTP_URL they are told by mail.\n`;
  return `${told === 0 ? '' : toldLine}${untold === 0 ? '' : untoldLine}`;
}

async function showCoverage(env: NodeJS.ProcessEnv): Promise<number> {
  const { auth0, policy } = connect(env, (all) => readForAuth0(all, 'contacts coverage'));
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
