// The fresh sign-in at the provider that begins an enrolment in the browser. The signed-in account decides; the link only says
// which chat person asked, so a forwarded link is worth nothing without the password of that person's own account.
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { EnrolmentAccess } from '../flows/enrolment-access.ts';
import type { Enrolments, ReturnedSignIn, SignIns } from '../flows/enrolment-ports.ts';
import type { AccountId, FlowId } from '../flows/ids.ts';
import { actorParts } from '../flows/ids.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { Clock, People } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import type { Flows } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';
import type { FlowNotifier } from './flow-notifier.ts';
import { isPermanent } from './giving-up.ts';
import type { Links } from './links.ts';

export interface EnrolmentSignInParts {
  readonly links: Links;
  readonly store: Pick<Flows, 'read'>;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly settled: FlowNotifier['settled'];
  readonly people: People;
  readonly signIns: SignIns;
  readonly enrolments: Pick<Enrolments, 'isOwn'>;
  readonly publicUrl: string;
  readonly log: Logger;
}

export type EnrolmentSignIn = Pick<EnrolmentAccess, 'look' | 'beginSignIn' | 'finishSignIn' | 'confirmSignIn'>;

/** The page that follows shows the contacts, so it waits a little until the account's record is written. */
const bindWithinMs = 4_000;

/** Auth0's log is some seconds late. From then on it is told. */
const lateMs = 30_000;
const pauseMs = 1_500;
const latePauseMs = 4_000;

export function createEnrolmentSignIn(parts: EnrolmentSignInParts): EnrolmentSignIn {
  const { links, store, clock, people, signIns, publicUrl, log } = parts;
  const find = async (token: string): Promise<Flow | undefined> => {
    const id = links.claimedFlow(token);
    const flow = id === undefined ? undefined : await store.read(id);
    const link = links.opens(token, flow, clock.now());
    return flow !== undefined && link !== undefined && flow.state.at === 'signing-in' ? flow : undefined;
  };
  /** Requests of which it was told. */
  const toldLate = createExpiringMap<FlowId, true>({ atMost: 1_000, forMs: 3_600_000 });
  const tellLate = ({ id }: Flow, account: AccountId): void => {
    if (toldLate.get(id) === true) return;
    toldLate.set(id, true);
    const line = { flow: id, account, event: 'enrolment.sign-in.unconfirmed' };
    log.warn(line, 'the tenant’s log does not say how somebody signed in, so they wait');
  };
  return {
    async look(token) {
      const flow = await find(token);
      if (flow === undefined) return { is: 'dead' };
      return { is: 'live', platform: actorParts(flow.actor).platform };
    },
    async beginSignIn(token) {
      const flow = await find(token);
      if (flow === undefined) return { is: 'dead' };
      const person = await people.lookUp(flow.actor);
      if (!person.ok) return { is: troubleOf(person.failure) };
      if (person.value.is === 'refused') return { is: 'refused' };
      const begun = await signIns.begin({
        redirectUri: `${publicUrl}/enrol/callback`,
        loginHint: person.value.workEmail,
      });
      if (!begun.ok) {
        log.error({ flow: flow.id, failure: begun.failure }, 'a sign-in for an enrolment could not begin');
        return { is: troubleOf(begun.failure) };
      }
      return { is: 'redirect', flow: flow.id, ...begun.value };
    },
    async finishSignIn(id, pending, returned) {
      const flow = await store.read(id);
      if (flow === undefined || !isEnrolling(flow)) return { is: 'over' };
      const finished = await signIns.finish(pending, returned);
      if (!finished.ok) {
        log.error({ flow: id, failure: finished.failure }, 'a sign-in for an enrolment could not be checked');
        return { is: troubleOf(finished.failure) };
      }
      if (finished.value.is !== 'returned') {
        log.warn(
          { flow: id, event: 'enrolment.sign-in.refused', because: finished.value.is },
          'a sign-in is not taken',
        );
        return { is: finished.value.is };
      }
      return finished.value;
    },
    async confirmSignIn(id, signIn) {
      const isLate = clock.now() > signIn.returnedAt + lateMs;
      // A page that waits asks again at once, so that each of them has to take its time.
      for (let looks = isLate ? 1 : 2; looks > 0; looks -= 1) {
        const flow = await store.read(id);
        if (flow === undefined || !isEnrolling(flow)) return { is: 'over' };
        const confirmed = await confirmOnce(flow, signIn, parts);
        if (confirmed.is !== 'unknown') return confirmed;
        if (isLate) tellLate(flow, signIn.account);
        await wait(isLate ? latePauseMs : pauseMs, undefined, { ref: false });
      }
      return { is: 'waiting', isLate };
    },
  };
}

type Confirmed = Exclude<Awaited<ReturnType<EnrolmentAccess['confirmSignIn']>>, { is: 'waiting' }>;

/** A failure that may pass leaves it unknown: the sign-in is not lost for it. */
async function confirmOnce(
  flow: Flow,
  signIn: ReturnedSignIn,
  parts: EnrolmentSignInParts,
): Promise<Confirmed | { readonly is: 'unknown' }> {
  const { signIns, log } = parts;
  const way = await signIns.wayOf(signIn);
  if (!way.ok) {
    if (isPermanent(way.failure)) {
      log.error({ flow: flow.id, failure: way.failure }, 'how somebody signed in could not be found out');
    }
    return { is: isPermanent(way.failure) ? 'refused' : 'unknown' };
  }
  if (way.value === 'unknown') return { is: 'unknown' };
  if (way.value === 'other') {
    const line = { flow: flow.id, account: signIn.account, event: 'enrolment.sign-in.refused', because: 'other-way' };
    log.warn(line, 'a sign-in is not taken');
    return { is: 'other-way' };
  }
  return admit(flow, signIn.account, parts);
}

/** The account must be that of the chat person: checked with the platform and with the account's own record, at this moment. */
async function admit(
  flow: Flow,
  account: AccountId,
  parts: EnrolmentSignInParts,
): Promise<Confirmed | { readonly is: 'unknown' }> {
  const { deliver, settled, log } = parts;
  const own = await isOwnAccount(flow, account, parts);
  if (!own.ok) return { is: isPermanent(own.failure) ? 'refused' : 'unknown' };
  const applied = own.value ? await deliver(flow.id, { type: 'signed-in', account }) : undefined;
  const now = applied === undefined || applied.kind === 'unknown' ? undefined : applied.flow;
  if (now === undefined || (applied?.kind === 'ignored' && applied.because === 'not-yours')) {
    log.warn({ flow: flow.id, account, event: 'enrolment.foreign-account' }, 'somebody signed in with another account');
    return { is: 'foreign' };
  }
  const ready = (await settled(flow.id, bindWithinMs)) ?? now;
  if (!('changes' in ready.state)) return { is: ready.state.at === 'closed' ? 'over' : 'foreign' };
  if (ready.state.account !== account) return { is: 'foreign' };
  return { is: 'signed-in', session: { flow: flow.id, account } };
}

async function isOwnAccount(
  { id, actor }: Flow,
  account: AccountId,
  { people, enrolments, log }: EnrolmentSignInParts,
): Promise<Outcome<boolean>> {
  const person = await people.lookUp(actor);
  if (!person.ok) return person.failure.kind === 'absent' ? { ok: true, value: false } : person;
  if (person.value.is === 'refused') return { ok: true, value: false };
  const own = await enrolments.isOwn(account, actor, person.value.workEmail);
  if (!own.ok) log.error({ flow: id, failure: own.failure }, 'an account that was signed in to could not be read');
  return own;
}

const isEnrolling = ({ state }: Flow): boolean => state.at === 'signing-in' || 'changes' in state;

const troubleOf = (failure: Failure): 'unreachable' | 'refused' => (isPermanent(failure) ? 'refused' : 'unreachable');
