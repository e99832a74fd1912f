// What a person does in the browser after the sign-in: an address, its code, a removal. An address and a code exist only in the call
// that carries them; what outlives the call is a mask and a keyed hash.
import type { Logger } from 'pino';
import type { Background } from '../concurrency/background-tasks.ts';
import type { EnrolmentAccess, EnrolmentSession, EnrolmentTrouble } from '../flows/enrolment-access.ts';
import type { Enrolments, NewAddress, NewContacts, NewContactVerdict } from '../flows/enrolment-ports.ts';
import type { SignedInState } from '../flows/enrolment-state.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type ContactRef, contactRef, type Instant } from '../flows/ids.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { Clock, People } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import type { Applied, Flows } from '../flows/store.ts';
import { unreachable } from '../flows/unreachable.ts';
import { maskEmail, maskPhone } from '../text/masked-address.ts';
import { type AddressRules, readNewAddress } from '../text/new-address.ts';
import { readCode } from '../text/typed-code.ts';
import type { Deliver } from './deliver.ts';
import type { FlowNotifier } from './flow-notifier.ts';
import { isPermanent, permittedAgain } from './giving-up.ts';
import type { LinkKeys } from './links.ts';
import { logCodeFailure, withoutVerdict } from './unchecked-code.ts';

export interface EnrolmentSessionParts {
  readonly store: Pick<Flows, 'read'>;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly settled: FlowNotifier['settled'];
  readonly people: People;
  readonly newContacts: NewContacts;
  readonly enrolments: Pick<Enrolments, 'workDomain'>;
  readonly keys: LinkKeys;
  readonly rules: Omit<AddressRules, 'workEmail' | 'accountDomain'>;
  readonly background: Background;
  readonly log: Logger;
}

export interface EnrolmentSessions
  extends Pick<EnrolmentAccess, 'add' | 'resend' | 'submitCode' | 'forget' | 'remove' | 'finish'> {
  find(session: EnrolmentSession, patienceMs: number): Promise<(Flow & { readonly state: SignedInState }) | undefined>;
}

export function createEnrolmentSession(parts: EnrolmentSessionParts): EnrolmentSessions {
  const { store, deliver, settled, people, enrolments, rules } = parts;

  const find: EnrolmentSessions['find'] = async ({ flow: id, account }, patienceMs) => {
    const flow = patienceMs > 0 ? await settled(id, patienceMs) : await store.read(id);
    if (flow === undefined || !isSignedIn(flow) || flow.state.account !== account) return undefined;
    return flow;
  };
  const tell = async (session: EnrolmentSession, event: FlowEvent): Promise<Applied | undefined> => {
    const flow = await find(session, 0);
    return flow === undefined ? undefined : deliver(flow.id, event);
  };
  const send = async (session: EnrolmentSession, to: NewAddress, browser: string | undefined) => {
    const draft = { channel: to.channel, masked: maskOf(to), key: keyOf(to, parts) };
    const applied = await tell(session, { type: 'address.given', draft });
    if (applied?.kind === 'moved' && applied.flow.state.at === 'sending-new') {
      parts.background.run('send', () => sendCode(applied.flow, to, browser, parts));
    }
    return troubleIn(applied) ?? { is: 'sending' as const };
  };

  return {
    find,
    async add(session, channel, typed, browser) {
      const flow = await find(session, 0);
      if (flow === undefined) return { is: 'over' };
      const person = await people.lookUp(flow.actor);
      if (!person.ok) return { is: isPermanent(person.failure) ? 'refused' : 'unreachable' };
      if (person.value.is === 'refused') return { is: 'refused' };
      const accountDomain = await enrolments.workDomain(session.account);
      if (!accountDomain.ok) return { is: isPermanent(accountDomain.failure) ? 'refused' : 'unreachable' };
      const own = { workEmail: person.value.workEmail, accountDomain: accountDomain.value };
      const read = await readNewAddress(channel, typed, { ...rules, ...own });
      if (read.is === 'not-taken') return read;
      const sent = await send(session, read.address, browser);
      return sent.is === 'sending' ? { is: 'sending', address: read.address } : sent;
    },
    resend: send,
    async submitCode(session, address, typed, browser) {
      const code = readCode(typed);
      if (code === undefined || code.length < codeDigitsAtLeast) return { is: 'not-a-code' };
      const flow = await find(session, 0);
      if (flow === undefined || !isAbout(flow.state, address, parts.keys)) return { is: 'over' };
      // As of this version: in another tab a code may have been sent to another address since.
      const applied = await deliver(flow.id, { type: 'new-code.submitted' }, { asOf: flow.version });
      if (applied.kind === 'moved' && applied.flow.state.at === 'checking-new') {
        parts.background.run('check', () => checkCode(applied.flow, session, { to: address, code, browser }, parts));
      }
      return troubleIn(applied) ?? { is: 'checking' };
    },
    forget: async (session) => troubleIn(await tell(session, { type: 'address.dropped' })) ?? { is: 'done' },
    remove: async (session, contact) =>
      troubleIn(await tell(session, { type: 'removal.asked', contact })) ?? { is: 'removing' },
    finish: async (session) => troubleIn(await tell(session, { type: 'enrolment.finished' })) ?? { is: 'done' },
  };
}

/** Three guesses at a code of four digits succeed too often. */
const codeDigitsAtLeast = 6;

const isSignedIn = (flow: Flow): flow is Flow & { readonly state: SignedInState } => 'changes' in flow.state;

const maskOf = ({ channel, address }: NewAddress): string =>
  (channel === 'email' ? maskEmail(address) : maskPhone(address)) ?? '•••';

const keyText = ({ channel, address }: NewAddress): string => `${channel} ${address}`;
const keyOf = (to: NewAddress, { keys }: Pick<EnrolmentSessionParts, 'keys'>): ContactRef =>
  contactRef(`new|${keys.sign('contact', keyText(to))}`);

/** The code that is awaited was sent to this very address: a cookie of an earlier step names another one. */
const isAbout = (state: SignedInState, to: NewAddress, keys: LinkKeys): boolean =>
  'draft' in state && keys.verify('contact', keyText(to), state.draft.key.slice('new|'.length));

/** What was ignored as out of date, or twice, is answered with the present state. */
function troubleIn(applied: Applied | undefined): EnrolmentTrouble | undefined {
  if (applied === undefined || applied.kind === 'unknown' || !('changes' in applied.flow.state)) {
    const isEnd = applied !== undefined && applied.kind === 'moved' && applied.flow.state.at === 'closed';
    return isEnd && applied.flow.state.at === 'closed' && applied.flow.state.ending.outcome === 'done'
      ? undefined
      : { is: 'over' };
  }
  if (applied.kind === 'ignored' && applied.because === 'too-soon' && applied.again !== undefined) {
    return { is: 'limited', again: applied.again };
  }
  return undefined;
}

async function sendCode(
  flow: Flow,
  to: NewAddress,
  browser: string | undefined,
  { newContacts, clock, deliver, log }: EnrolmentSessionParts,
): Promise<void> {
  const started = await newContacts.start(to, browser);
  if (!started.ok) logCodeFailure(log, flow, started.failure, 'a code to a new address could not be sent');
  const event: FlowEvent = started.ok ? sentTo(started.value) : notSent(started.failure, clock.now());
  await deliver(flow.id, event, { asOf: flow.version });
}

const sentTo = (contact: ContactRef | undefined): FlowEvent => ({
  type: 'new-code.sent',
  ...(contact === undefined ? {} : { contact }),
});

function notSent(failure: Failure, now: Instant): FlowEvent {
  const again = permittedAgain(failure, now);
  if (again !== undefined) return { type: 'new-code.not-sent', because: 'limited', again };
  return { type: 'new-code.not-sent', because: isPermanent(failure) ? 'refused' : 'unreachable' };
}

async function checkCode(
  flow: Flow,
  { account }: EnrolmentSession,
  { to, code, browser }: { readonly to: NewAddress; readonly code: string; readonly browser: string | undefined },
  { newContacts, clock, deliver, log }: EnrolmentSessionParts,
): Promise<void> {
  const verdict = await newContacts.check(account, to, code, flow.startedAt, browser);
  if (!verdict.ok)
    log.warn({ flow: flow.id, failure: verdict.failure }, 'the code of a new address could not be checked');
  await deliver(flow.id, reportOf(verdict, clock.now()), { asOf: flow.version });
}

function reportOf(verdict: Outcome<NewContactVerdict>, now: Instant): FlowEvent {
  if (!verdict.ok) return withoutOne(verdict.failure, now);
  const { value } = verdict;
  switch (value.is) {
    case 'proven':
      return { type: 'contact.proven', contact: value.contact };
    case 'elsewhere':
      return { type: 'contact.not-new', because: 'elsewhere' };
    case 'yours':
      return {
        type: 'contact.not-new',
        because: 'already-yours',
        ...(value.contact === undefined ? {} : { contact: value.contact }),
      };
    case 'mismatched':
      return { type: 'new-code.denied' };
    case 'wrong':
    case 'used-up':
    case 'expired':
    case 'too-old':
      return { type: 'new-code.rejected', because: value.is };
    default:
      return unreachable(value);
  }
}

function withoutOne(failure: Failure, now: Instant): FlowEvent {
  const unchecked = withoutVerdict(failure, now);
  if (unchecked.is === 'denied') return { type: 'new-code.denied' };
  const { is: _is, ...why } = unchecked;
  return { type: 'new-code.unchecked', ...why };
}
