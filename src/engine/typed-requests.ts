// The request behind a session of somebody who typed a name. Where there is none, nothing of this is called, and nobody sees the
// difference.
import type { Background } from '../concurrency/background-tasks.ts';
import type { Channel } from '../flows/contact.ts';
import { type ContactRef, deliveryId, type FlowId, later } from '../flows/ids.ts';
import { checkSeconds } from '../flows/limits.ts';
import type { Clock } from '../flows/ports.ts';
import type { HeldSession } from '../flows/self-service-access.ts';
import { type Flow, type FlowState, isOpen, proofOf } from '../flows/state.ts';
import type { Flows } from '../flows/store.ts';
import type { TypedSessions } from '../flows/typed-session.ts';
import type { Engine } from './engine.ts';
import type { TypedIdentification } from './identify.ts';
import { actorOfSession } from './typed-people.ts';

export interface TypedRequestsParts {
  readonly engine: Pick<Engine, 'accept' | 'begin' | 'deliver' | 'submitCode' | 'settled'>;
  readonly store: Pick<Flows, 'latestFlowOf'>;
  readonly sessions: TypedSessions;
  readonly typed: TypedIdentification;
  readonly background: Background;
  readonly clock: Clock;
}

export interface TypedRequests {
  /** Stored when it resolves. It begins afterwards. */
  start(session: HeldSession): Promise<void>;
  /** `isProven`: a code was accepted, so none is awaited any more. Undefined: nothing is to be done with a code. */
  awaitsCode(
    session: HeldSession,
  ): Promise<{ readonly isProven: false; readonly flow: FlowId } | { readonly isProven: true } | undefined>;
  /** The request when the code was looked at, or as it is after some seconds. Undefined: the code could not be looked at. */
  submit(flow: FlowId, session: HeldSession, code: string, claim: string): Promise<Flow | undefined>;
  /** Returns at once. */
  sendAgain(session: HeldSession): void;
  /** Only for the browser whose code was accepted. */
  proven(session: HeldSession): Promise<Flow | undefined>;
  /** A code was accepted, and the answer to it is overdue: no browser can go on. Its person begins anew. */
  isLost(session: HeldSession): Promise<boolean>;
  /** Ends the session and its request; once it is proven, only for the browser whose code was accepted. */
  cancel(session: HeldSession): Promise<void>;
}

/** What takes longer is answered like a wrong code. It may be accepted all the same, and then the next press shows it. */
const checkWithinMs = 9_000;

/** Some states after the proof do not carry it as such. */
export const isProven = (state: FlowState): boolean => proofOf(state) !== undefined;

export function createTypedRequests(parts: TypedRequestsParts): TypedRequests {
  const { engine, store, sessions, typed, background, clock } = parts;
  const actorOf = ({ id }: HeldSession) => actorOfSession(id);
  const flowOf = (session: HeldSession): Promise<Flow | undefined> => store.latestFlowOf(actorOf(session));
  const start = async (session: HeldSession): Promise<void> => {
    const actor = actorOf(session);
    const intake = { delivery: deliveryId(`typed ${session.id}`), actor, kind: session.kind, at: clock.now() };
    if ((await engine.accept(intake)) === 'accepted')
      background.run('begin', async () => void (await engine.begin(intake)));
  };
  const orderAgain = async (session: HeldSession): Promise<void> => {
    const flow = await flowOf(session);
    // The process may have died after the session was stored and before its request was. One that was stored begins once.
    if (flow === undefined) return start(session);
    const by = actorOf(session);
    const contact = codeContactOf(flow.state, typed.proof);
    if (contact === undefined || !(await typed.takeCode(by))) return;
    await engine.deliver(flow.id, { type: 'code.requested', by, contact });
  };
  return {
    start,
    async awaitsCode(session) {
      const flow = await flowOf(session);
      if (flow === undefined) return undefined;
      if (isProven(flow.state)) return { isProven: true };
      return flow.state.at === 'challenged' ? { isProven: false, flow: flow.id } : undefined;
    },
    async submit(flow, session, code, claim) {
      const applied = await engine.submitCode(flow, actorOf(session), code, deliveryId(`typed ${session.id} ${claim}`));
      return applied.kind === 'moved' ? engine.settled(flow, checkWithinMs) : undefined;
    },
    sendAgain: (session) => background.run('send again', () => orderAgain(session)),
    async proven(session) {
      const known = session.claim === undefined ? undefined : await sessions.find(session.id);
      if (known === undefined || known.claim !== session.claim) return undefined;
      const flow = await flowOf(session);
      return flow !== undefined && isProven(flow.state) ? flow : undefined;
    },
    async isLost(session) {
      const known = await sessions.find(session.id);
      if (known?.claimedAt === undefined || known.isPassed || clock.now() < later(known.claimedAt, checkSeconds))
        return false;
      const flow = await flowOf(session);
      return flow !== undefined && isProven(flow.state) && session.claim !== known.claim;
    },
    async cancel(session) {
      const known = await sessions.find(session.id);
      const flow = await flowOf(session);
      const isHolder = session.claim !== undefined && session.claim === known?.claim;
      // Whoever holds an older cookie ends nothing that was proven since.
      if (flow !== undefined && isProven(flow.state) && !isHolder) return;
      await sessions.end(session.id, clock.now());
      if (flow !== undefined && isOpen(flow.state))
        await engine.deliver(flow.id, { type: 'cancelled', by: actorOf(session) });
    },
  };
}

/** To which a code goes: the contact of the last one, or the first of the kind that the policy names. */
function codeContactOf(state: FlowState, proof: Channel): ContactRef | undefined {
  if (state.at === 'challenged') return state.contact;
  return state.at === 'choosing-contact' ? state.contacts.find(({ channel }) => channel === proof)?.ref : undefined;
}
