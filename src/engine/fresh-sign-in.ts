// A fresh sign-in at the provider for one request. The signed-in account decides; the link only says which chat person asked, so a
// forwarded link is worth nothing without the password of that person's own account.
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { Enrolments, ReturnedSignIn, SignIns } from '../flows/enrolment-ports.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { AccountId, FlowId } from '../flows/ids.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { Clock, People } from '../flows/ports.ts';
import type { BegunSignIn, ConfirmedSignIn, SignInAccess } from '../flows/sign-in-access.ts';
import type { Flow } from '../flows/state.ts';
import type { Flows } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';
import { isPermanent } from './giving-up.ts';

export interface FreshSignInParts {
  readonly store: Pick<Flows, 'read'>;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly people: People;
  readonly signIns: SignIns;
  readonly enrolments: Pick<Enrolments, 'isOwn'>;
  readonly log: Logger;
}

/** What a request wants a sign-in for. */
export interface SignInPurpose<SignedIn> {
  /** The names of its log events. */
  readonly events: { readonly unconfirmed: string; readonly refused: string; readonly foreign: string };
  /** To which the provider sends the browser back. */
  readonly redirectUri: string;
  /** Whether the request still waits for a sign-in, or has had it and goes on. */
  isOpen(flow: Flow): boolean;
  /** What the browser is given. `flow`: as it stands after its own account was signed in to. */
  admitted(flow: Flow, account: AccountId): Promise<Confirmed<SignedIn> | { readonly is: 'unknown' }>;
}

export type Confirmed<SignedIn> = Exclude<ConfirmedSignIn<SignedIn>, { is: 'waiting' }>;

export interface FreshSignIn<SignedIn> extends SignInAccess<SignedIn> {
  begin(flow: Flow): Promise<BegunSignIn | { readonly is: 'unreachable' | 'refused' }>;
}

/** Auth0's log is some seconds late. From then on it is told. */
const lateMs = 30_000;
const pauseMs = 1_500;
const latePauseMs = 4_000;

export function createFreshSignIn<SignedIn>(
  parts: FreshSignInParts,
  purpose: SignInPurpose<SignedIn>,
): FreshSignIn<SignedIn> {
  const { store, clock, people, signIns, log } = parts;
  const { events, redirectUri, isOpen } = purpose;
  /** Requests of which it was told. */
  const toldLate = createExpiringMap<FlowId, true>({ atMost: 1_000, forMs: 3_600_000 });
  const tellLate = ({ id }: Flow, account: AccountId): void => {
    if (toldLate.get(id) === true) return;
    toldLate.set(id, true);
    const line = { flow: id, account, event: events.unconfirmed };
    log.warn(line, 'the tenant’s log does not say how somebody signed in, so they wait');
  };
  return {
    async begin(flow) {
      const person = await people.lookUp(flow.actor);
      if (!person.ok) return { is: troubleOf(person.failure) };
      if (person.value.is === 'refused') return { is: 'refused' };
      const begun = await signIns.begin({ redirectUri, loginHint: person.value.workEmail });
      if (!begun.ok) {
        log.error({ flow: flow.id, failure: begun.failure }, 'a sign-in could not begin');
        return { is: troubleOf(begun.failure) };
      }
      return { is: 'redirect', flow: flow.id, ...begun.value };
    },
    async finishSignIn(id, pending, returned) {
      const flow = await store.read(id);
      if (flow === undefined || !isOpen(flow)) return { is: 'over' };
      const finished = await signIns.finish(pending, returned);
      if (!finished.ok) {
        log.error({ flow: id, failure: finished.failure }, 'a sign-in could not be checked');
        return { is: troubleOf(finished.failure) };
      }
      if (finished.value.is !== 'returned') {
        log.warn({ flow: id, event: events.refused, because: finished.value.is }, 'a sign-in is not taken');
        return { is: finished.value.is };
      }
      return finished.value;
    },
    async confirmSignIn(id, signIn) {
      const isLate = clock.now() > signIn.returnedAt + lateMs;
      // A page that waits asks again at once, so that each of them has to take its time.
      for (let looks = isLate ? 1 : 2; looks > 0; looks -= 1) {
        const flow = await store.read(id);
        if (flow === undefined || !isOpen(flow)) return { is: 'over' };
        const confirmed = await confirmOnce(flow, signIn, parts, purpose);
        if (confirmed.is !== 'unknown') return confirmed;
        if (isLate) tellLate(flow, signIn.account);
        await wait(isLate ? latePauseMs : pauseMs, undefined, { ref: false });
      }
      return { is: 'waiting', isLate };
    },
  };
}

/** A failure that may pass leaves it unknown: the sign-in is not lost for it. */
async function confirmOnce<SignedIn>(
  flow: Flow,
  signIn: ReturnedSignIn,
  parts: FreshSignInParts,
  purpose: SignInPurpose<SignedIn>,
): Promise<Confirmed<SignedIn> | { readonly is: 'unknown' }> {
  const { signIns, log } = parts;
  const { account } = signIn;
  const way = await signIns.wayOf(signIn);
  if (!way.ok) {
    if (isPermanent(way.failure)) {
      log.error({ flow: flow.id, failure: way.failure }, 'how somebody signed in could not be found out');
    }
    return { is: isPermanent(way.failure) ? 'refused' : 'unknown' };
  }
  if (way.value === 'unknown') return { is: 'unknown' };
  if (way.value === 'other') {
    const line = { flow: flow.id, account, event: purpose.events.refused, because: 'other-way' };
    log.warn(line, 'a sign-in is not taken');
    return { is: 'other-way' };
  }
  return admit(flow, account, parts, purpose);
}

/** The account must be that of the chat person: checked with the platform and with the account's own record, at this moment. */
async function admit<SignedIn>(
  flow: Flow,
  account: AccountId,
  parts: FreshSignInParts,
  purpose: SignInPurpose<SignedIn>,
): Promise<Confirmed<SignedIn> | { readonly is: 'unknown' }> {
  const { deliver, log } = parts;
  const own = await isOwnAccount(flow, account, parts);
  if (!own.ok) return { is: isPermanent(own.failure) ? 'refused' : 'unknown' };
  const event: FlowEvent = { type: 'signed-in', account };
  const applied = own.value ? await deliver(flow.id, event) : undefined;
  const now = applied === undefined || applied.kind === 'unknown' ? undefined : applied.flow;
  if (now === undefined || (applied?.kind === 'ignored' && applied.because === 'not-yours')) {
    const line = { flow: flow.id, account, event: purpose.events.foreign };
    log.warn(line, 'somebody signed in with another account');
    return { is: 'foreign' };
  }
  return purpose.admitted(now, account);
}

async function isOwnAccount(
  { id, actor }: Flow,
  account: AccountId,
  { people, enrolments, log }: FreshSignInParts,
): Promise<Outcome<boolean>> {
  const person = await people.lookUp(actor);
  if (!person.ok) return person.failure.kind === 'absent' ? { ok: true, value: false } : person;
  if (person.value.is === 'refused') return { ok: true, value: false };
  const own = await enrolments.isOwn(account, actor, person.value.workEmail);
  if (!own.ok) log.error({ flow: id, failure: own.failure }, 'an account that was signed in to could not be read');
  return own;
}

const troubleOf = (failure: Failure): 'unreachable' | 'refused' => (isPermanent(failure) ? 'refused' : 'unreachable');
