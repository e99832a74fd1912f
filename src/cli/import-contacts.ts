// Links the contacts of a file to their accounts, or only says what would be linked. One line of the log for each row, without an
// address. What is linked already is left alone, so it can be run again.
import type { Logger } from 'pino';
import { retry } from '../concurrency/retry.ts';
import { type Channel, type ContactRules, type EnrolledContact, masked, usableFrom } from '../flows/contact.ts';
import type { AddressRefusal } from '../flows/enrolment-access.ts';
import type { NewAddress } from '../flows/enrolment-ports.ts';
import type { ContactChangeMade } from '../flows/enrolment-state.ts';
import { type AccountId, type Instant, later } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import { type Failure, type Outcome, success } from '../flows/outcome.ts';
import type { Clock, Match, NoMatch } from '../flows/ports.ts';
import { isMailAddress } from '../text/mail-address.ts';
import { type ReadAddress, readNewAddress } from '../text/new-address.ts';
import { type ContactRow, type ContactsFile, isFileRefusal } from './contacts-file.ts';
import { createSeenAddresses, type SeenAddresses } from './seen-addresses.ts';

export interface ImportTarget {
  accountOf(workEmail: string): Promise<Outcome<Match>>;
  /** Changes nothing. May be some seconds late. */
  ownerOf(account: AccountId, address: NewAddress): Promise<Outcome<Owner>>;
  /** May be repeated. `elsewhere`: another account has it; which one is not told. */
  link(account: AccountId, address: NewAddress): Promise<Outcome<ImportReply>>;
}

type Owner = 'nobody' | 'this-account' | 'elsewhere';

/** `rests`: it was written down that the contact cannot be used before its cool-off is over. */
export type ImportReply =
  | { readonly is: 'linked'; readonly rests: boolean }
  | { readonly is: 'already' }
  | { readonly is: 'elsewhere' };

export type ContactResult =
  | 'linked'
  | 'would-link'
  | 'already'
  | 'elsewhere'
  | 'repeated'
  | 'failed'
  | Exclude<AddressRefusal, 'already-yours'>;

/** Why none of a row's contacts was looked at. */
export type RowProblem = 'no-account' | Exclude<NoMatch, 'absent'> | 'bad-account' | 'no-contact' | 'failed';

export interface ImportSummary {
  readonly rows: number;
  /** By result: contacts, and rows where a problem concerns all of the row. */
  readonly counts: Readonly<Partial<Record<ContactResult | RowProblem, number>>>;
  /**
   * `stopped`: by the operator. `dead`: Auth0 gave no answer for minutes. `refused`: it lets us do nothing. `unreadable`: the file
   * cannot be read on. `broken`: by a fault of ours.
   */
  readonly ended: 'whole' | 'stopped' | 'dead' | 'refused' | 'unreadable' | 'broken';
  /** Up to this line all is known. The rows that an end by Auth0 left open come after it. */
  readonly lastLine: number;
  /** One sentence: what is wrong, or what to do about it. */
  readonly remedy?: string;
  /** New contacts of accounts that had a contact or a bound chat before: whether anybody could be told of them. Absent: none. */
  readonly told?: number;
  readonly untold?: number;
  /** New contacts of accounts to which a chat is bound: whether a server will tell it there. Absent: none. */
  readonly inChat?: number;
  readonly notInChat?: number;
}

export interface ImportOptions {
  readonly apply: boolean;
  /** Rows that end before this line are left out. */
  readonly fromLine: number;
  readonly rules: ContactRules;
  readonly target: ImportTarget;
  /**
   * Tells whoever has the account already that a contact was added. Not called for the first contact of an account to which no chat
   * is bound: nobody has it yet who could hear of it. Does what it can.
   */
  readonly tell: (
    account: AccountId,
    address: NewAddress,
    linked: { readonly rests: boolean },
  ) => Promise<'told' | 'untold'>;
  /** Leaves it to a server to tell everybody who is bound to the account, once for each contact. Absent: there is no way. */
  readonly leaveToChats?: (account: AccountId, made: ContactChangeMade) => Promise<'kept' | 'known' | 'failed'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Called after each row. */
  readonly progress: (row: ContactRow) => void;
  /** Ends early, without an error, when `signal` is aborted. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Nothing went wrong with these. */
export const goodResults: ReadonlySet<string> = new Set(['linked', 'would-link', 'already'] satisfies ContactResult[]);

/**
 * The smallest paid plan of Auth0 allows 500 reads and 200 writes of users a minute to all callers together. A row takes up to five
 * reads, two more where the directory spells the address otherwise, and up to three writes if something is linked. These times leave more than half of the writes to the people who ask for
 * help meanwhile.
 */
const readRowMs = 500;
const writtenRowMs = 1_000;
/** A row is tried so often, over about ten seconds, before it counts as failed. */
const triesAtMost = 4;
const deadAfterMs = 180_000;
/** After a refusal by the rate limit others go first. */
const yieldMs = 2_000;

/** However it ends, it says how far it came. */
export async function importContacts(file: ContactsFile, options: ImportOptions): Promise<ImportSummary> {
  const tally = createTally(options);
  try {
    return await importRows(file.rows, tally, options);
  } catch (error) {
    if (isFileRefusal(error)) return tally.summary('unreadable', error.message);
    options.log.error({ event: 'contacts.import.broken', err: error }, 'the import has broken off');
    return tally.summary('broken');
  }
}

async function importRows(
  rows: AsyncIterable<ContactRow>,
  tally: ReturnType<typeof createTally>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { clock, signal, fromLine, progress, pause } = options;
  const placing = { ...options, seen: createSeenAddresses(), ask: createPatience(options), startedAt: clock.now() };
  for await (const row of rows) {
    if (row.line < fromLine) continue;
    if (signal.aborted) return tally.summary('stopped');
    const startedAt = clock.now();
    const report = await readRow(row, placing);
    const { failure, asked } = report;
    // A row that was given up because of the operator is not known to have failed.
    if (signal.aborted && failure !== undefined) return tally.summary('stopped');
    tally.add(row.line, report);
    if (failure?.kind === 'misconfigured') return tally.summary('refused', failure.remedy);
    if (placing.ask.silentMs() >= deadAfterMs) return tally.summary('dead');
    progress(row);
    if (asked !== 'nothing') await pause(startedAt + (asked === 'to-write' ? writtenRowMs : readRowMs) - clock.now());
  }
  return tally.summary('whole');
}

interface RowReport {
  readonly account?: AccountId;
  readonly problem?: RowProblem;
  readonly contacts: readonly ContactReport[];
  readonly failure?: Failure;
  /** How many new contacts a server will tell in chat, and how many it will not. */
  readonly chats?: { readonly told: number; readonly untold: number };
  /** What Auth0 was asked to do. */
  readonly asked: 'nothing' | 'to-read' | 'to-write';
}

interface ContactReport {
  readonly channel: Channel;
  readonly result: ContactResult;
  /** Whoever had the account before was told, or could not be. */
  readonly notice?: 'told' | 'untold';
  /** Where the file had the address before. */
  readonly firstLine?: number;
}

function createTally({ log, fromLine }: ImportOptions) {
  const counts = new Map<ContactResult | RowProblem, number>();
  let rows = 0;
  let lastLine = fromLine - 1;
  const notices = { told: 0, untold: 0 };
  const inChat = { told: 0, untold: 0 };
  /** The row before the first of those at the end that Auth0 has left open. */
  let lastKnown = lastLine;
  return {
    add(line: number, { account, problem, contacts, failure, chats }: RowReport): void {
      const results = problem === undefined ? contacts.map(({ result }) => result) : [problem];
      for (const result of results) counts.set(result, (counts.get(result) ?? 0) + 1);
      for (const { notice } of contacts) if (notice !== undefined) notices[notice] += 1;
      inChat.told += chats?.told ?? 0;
      inChat.untold += chats?.untold ?? 0;
      rows += 1;
      lastLine = line;
      if (failure === undefined) lastKnown = line;
      const entry = {
        event: 'contacts.import.row',
        line,
        ...(account === undefined ? {} : { account }),
        ...(problem === undefined ? { contacts } : { problem }),
        ...(chats === undefined ? {} : { chats }),
        ...(failure === undefined ? {} : { failure: failure.kind, cause: failure.cause }),
        ...(failure !== undefined && 'remedy' in failure ? { remedy: failure.remedy } : {}),
      };
      log[results.every((result) => goodResults.has(result)) ? 'info' : 'warn'](entry, 'a row of the file');
    },
    summary: (ended: ImportSummary['ended'], remedy?: string): ImportSummary => ({
      rows,
      counts: Object.fromEntries(counts),
      ended,
      lastLine: ended === 'dead' || ended === 'refused' ? lastKnown : lastLine,
      ...(remedy === undefined ? {} : { remedy }),
      ...(notices.told === 0 ? {} : { told: notices.told }),
      ...(notices.untold === 0 ? {} : { untold: notices.untold }),
      ...(inChat.told === 0 ? {} : { inChat: inChat.told }),
      ...(inChat.untold === 0 ? {} : { notInChat: inChat.untold }),
    }),
  };
}

interface Placing extends ImportOptions {
  readonly seen: SeenAddresses;
  readonly ask: Patience;
  readonly startedAt: Instant;
}

async function readRow(row: ContactRow, placing: Placing): Promise<RowReport> {
  const { rules, seen, ask, target } = placing;
  if (!isMailAddress(row.account)) return { problem: 'bad-account', contacts: [], asked: 'nothing' };
  if (row.contacts.length === 0) return { problem: 'no-contact', contacts: [], asked: 'nothing' };
  const addressRules = { ...rules, workEmail: row.account };
  const read = await Promise.all(
    row.contacts.map(({ channel, typed }) => readNewAddress(channel, typed, addressRules)),
  );
  const known = read.flatMap(
    (each, nth) => reportWithoutAsking(row.contacts[nth]?.channel ?? 'email', each, seen) ?? [],
  );
  if (known.length === read.length) return { contacts: known, asked: 'nothing' };
  const match = await ask.until(() => target.accountOf(row.account));
  if (!match.ok) return { problem: 'failed', contacts: [], failure: match.failure, asked: 'to-read' };
  if (match.value.is === 'none') {
    const { because } = match.value;
    return { problem: because === 'absent' ? 'no-account' : because, contacts: [], asked: 'to-read' };
  }
  const addresses = read.flatMap((each) => (each.is === 'taken' ? [each.address] : []));
  const refused = known.filter(({ result }) => result !== 'repeated');
  const placed = await place(match.value, addresses, refused, row.line, placing);
  if (!placing.apply || match.value.binding === 'free') return placed;
  const chats = await leaveToChats(match.value, row.account, placed, placing);
  return chats.told + chats.untold === 0 ? placed : { ...placed, chats };
}

/**
 * What the account's record says of its new contacts after the row, so that also those are told that an earlier run has linked which was
 * killed right after that, or had no database.
 */
async function leaveToChats(
  match: Extract<Match, { is: 'account' }>,
  workEmail: string,
  { contacts }: RowReport,
  { leaveToChats: leave, ask, target, rules, clock }: Placing,
): Promise<{ readonly told: number; readonly untold: number }> {
  const linked = contacts.filter(({ result }) => result === 'linked').length;
  if (leave === undefined) return { told: 0, untold: linked };
  const { account } = match;
  const now = linked === 0 ? success(match) : await ask.until(() => target.accountOf(workEmail));
  if (!now.ok || now.value.is === 'none' || now.value.account !== account) return { told: 0, untold: linked };
  const counts = { told: 0, untold: 0 };
  for (const made of newFromFile(now.value.contacts, rules, clock.now())) {
    const left = await leave(account, made);
    if (left === 'kept') counts.told += 1;
    if (left === 'failed') counts.untold += 1;
  }
  return counts;
}

/** Older ones are no news: their people have had the time to see them in their lists. */
const newFromFile = (
  contacts: readonly EnrolledContact[],
  rules: ContactRules,
  now: Instant,
): readonly ContactChangeMade[] =>
  contacts.flatMap((contact) => {
    const { since, unconfirmed } = contact;
    if (unconfirmed !== true || since === undefined || since <= later(now, -daySeconds)) return [];
    const from = usableFrom(contact, rules, now);
    return [
      { what: 'added', contact: masked(contact), at: since, ...(from === undefined ? {} : { usableFrom: from }) },
    ];
  });

/** Undefined: this contact is fine as far as the file can tell. */
function reportWithoutAsking(channel: Channel, read: ReadAddress, seen: SeenAddresses): ContactReport | undefined {
  if (read.is === 'not-taken') return { channel, result: read.because === 'already-yours' ? 'already' : read.because };
  const firstLine = seen.lineOf(read.address.address);
  return firstLine === undefined ? undefined : { channel, result: 'repeated', firstLine };
}

/** One after the other, so that an address that stands twice in one row is found out too. */
async function place(
  match: Extract<Match, { is: 'account' }>,
  addresses: readonly NewAddress[],
  refused: readonly ContactReport[],
  line: number,
  { apply, seen, ask, target, tell, startedAt }: Placing,
): Promise<RowReport> {
  const { account } = match;
  // What this import has linked a moment ago is nobody's older contact.
  const hasContact = match.contacts.some(({ since }) => since === undefined || since < startedAt);
  const isHeard = hasContact || match.binding !== 'free';
  const contacts: ContactReport[] = [...refused];
  let asked: RowReport['asked'] = 'to-read';
  for (const address of addresses) {
    const { channel } = address;
    const firstLine = seen.lineOf(address.address);
    if (firstLine !== undefined) {
      contacts.push({ channel, result: 'repeated', firstLine });
      continue;
    }
    const reply = await ask.until<ImportReply | Owner>(() =>
      apply ? target.link(account, address) : target.ownerOf(account, address),
    );
    if (!reply.ok)
      return { account, contacts: [...contacts, { channel, result: 'failed' }], failure: reply.failure, asked };
    seen.add(address.address, line);
    const found = typeof reply.value === 'string' ? { is: reply.value } : reply.value;
    if (found.is === 'linked') asked = 'to-write';
    const notice = found.is === 'linked' && isHeard ? { notice: await tell(account, address, found) } : {};
    contacts.push({ channel, result: meanings[found.is], ...notice });
  }
  return { account, contacts, asked };
}

const meanings = {
  linked: 'linked',
  already: 'already',
  elsewhere: 'elsewhere',
  nobody: 'would-link',
  'this-account': 'already',
} as const satisfies Readonly<Record<string, ContactResult>>;

interface Patience {
  /** Waits for the rate limit however long it takes, and for an answer a few times. */
  until<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** For how long Auth0 has given no answer at all. */
  silentMs(): number;
}

function createPatience({ clock, pause, signal }: ImportOptions): Patience {
  let answeredAt = clock.now();

  async function inTurn<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    for (;;) {
      const reply = await work();
      if (reply.ok || reply.failure.kind !== 'unreachable') answeredAt = clock.now();
      if (reply.ok || reply.failure.kind !== 'rate-limited' || signal.aborted) return reply;
      await pause(reply.failure.retryAfterMs + yieldMs);
      answeredAt = clock.now();
    }
  }

  return {
    until: (work) =>
      retry(() => inTurn(work), {
        triesAtMost,
        withinMs: Number.POSITIVE_INFINITY,
        isWorthIt: ({ kind }) => kind === 'unreachable' && !signal.aborted,
        pause,
      }),
    silentMs: () => clock.now() - answeredAt,
  };
}
