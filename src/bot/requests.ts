// The operations of a person on their own requests. Results are the request's current state and what happened, without texts
// or cards, so that a chat, a web page or an API can use them. Whether an event is valid, the flow decides.
import type { Logger } from 'pino';
import type { PriorityQueue } from '../concurrency/priority-queue.ts';
import { type RetryOptions, retry } from '../concurrency/retry.ts';
import type { Engine } from '../engine/engine.ts';
import type { IgnoredBecause } from '../flows/decision.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type ActorId, actorParts, type ContactRef, contactRef, type FlowId, type Instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flow, FlowKind } from '../flows/state.ts';
import type { Applied, Flows, Intake } from '../flows/store.ts';
import { readRecoveryCode } from '../text/recovery-code.ts';
import { readCode } from '../text/typed-code.ts';
import type { Presentation } from './surfaces/presenter.ts';
import { createTakeRequest, type Requester, type TakeRequest } from './take-request.ts';
import type { Throttle } from './throttle.ts';

export type RequestResult =
  /** The request changed, now or at an earlier delivery of the same event. */
  | { readonly is: 'moved'; readonly flow: Flow }
  /** `again`: the time from which the same operation is allowed. */
  | {
      readonly is: 'unchanged';
      readonly flow: Flow;
      readonly because?: IgnoredBecause | 'not-a-code' | 'code-too-short' | 'not-a-recovery-code';
      readonly again?: Instant;
    }
  | { readonly is: 'unknown' | 'not-yours' | 'throttled' };

export type FoundRequest = { readonly is: 'found'; readonly flow: Flow } | { readonly is: 'unknown' | 'not-yours' };

export interface Requests {
  /** Stores a request durably. Await it before acknowledging the delivery. */
  readonly take: TakeRequest;
  /** Stores and starts a request at once, for a caller that waits for the result. */
  start(requester: Requester, kind: FlowKind): Promise<RequestResult>;
  /** Finds the person's request by an id that came from a client. */
  find(flow: FlowId | undefined, actor: ActorId): Promise<FoundRequest>;
  /** Resolves with the request when nothing is in progress in it, or with its state after `patienceMs`. */
  settled(flow: Flow, patienceMs: number): Promise<Flow>;
  /** `typed`: the content of the field. Text that is not a code does not count as an attempt. */
  submitCode(flow: Flow, by: Requester, typed: string): Promise<RequestResult>;
  /** Sends a code to this contact: a reference that the request offered. Absent: to the only one that it offered, if there is one. */
  choose(flow: Flow, by: Requester, contact: string | undefined): Promise<RequestResult>;
  /** Sends another code to the same contact. */
  resend(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Has the provider's link mailed once more. */
  resendMail(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Goes back to the contact choice. */
  reconsider(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Goes on with a recovery code in place of a contact, as the second proof. */
  useRecoveryCode(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Like `submitCode`. */
  submitRecoveryCode(flow: Flow, by: Requester, typed: string): Promise<RequestResult>;
  /** The person wants to take this contact out: a reference that the list offered. What can prove it is then shown. */
  chooseRemoval(flow: Flow, by: Requester, contact: string): Promise<RequestResult>;
  /** The same with a request that is started for it. Waits for the list at most that long; then the list is shown as it is. */
  startRemoval(by: Requester, contact: string, patienceMs: number): Promise<RequestResult>;
  cancel(flow: Flow, by: Requester): Promise<RequestResult>;
  /** The person says that they did not make this request. */
  disown(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Cancels this request and starts another of its kind. */
  restart(flow: Flow, by: Requester): Promise<RequestResult>;
  /** The person's open requests, oldest first: at most one of each kind. */
  open(actor: ActorId): Promise<readonly Flow[]>;
  /** The request that the person made last, open or not. */
  latest(actor: ActorId): Promise<Flow | undefined>;
  /** Ensures that the person has a private message about the request. */
  show(flow: FlowId): Promise<void>;
}

export interface RequestsParts {
  readonly engine: Engine;
  readonly store: Pick<Flows, 'read' | 'openFlowsOf' | 'latestFlowOf'>;
  readonly surfaces: Pick<Presentation, 'attach' | 'show' | 'repeat'>;
  readonly throttle: Pick<Throttle, 'permits'>;
  readonly queue: Pick<PriorityQueue, 'behind'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: (platform: string, asked: FlowKind, outcome: 'accepted' | 'duplicate' | 'throttled') => void;
}

export function createRequests(parts: RequestsParts): Requests {
  const { engine, store } = parts;
  const { take, start, show } = createIntake(parts);
  const deliver = async (flow: Flow, event: FlowEvent, { delivery }: Requester): Promise<RequestResult> =>
    resultOf(await engine.deliver(flow.id, event, delivery));
  return {
    ...{ take, start, show },
    async find(id, actor) {
      const flow = id === undefined ? undefined : await store.read(id);
      if (flow === undefined) return { is: 'unknown' };
      return flow.actor === actor ? { is: 'found', flow } : { is: 'not-yours' };
    },
    settled: async (flow, patienceMs) => (await engine.settled(flow.id, patienceMs)) ?? flow,
    submitCode: (flow, by, typed) => submitCode(flow, by, typed, parts),
    async choose(flow, by, contact) {
      const ref = contact === undefined ? onlyContact(flow) : contactRef(contact);
      if (ref === undefined) return { is: 'unchanged', flow };
      return deliver(flow, { type: 'code.requested', by: by.actor, contact: ref }, by);
    },
    async resend(flow, by) {
      if (flow.state.at !== 'challenged') return { is: 'unchanged', flow };
      return deliver(flow, { type: 'code.requested', by: by.actor, contact: flow.state.contact }, by);
    },
    resendMail: (flow, by) => deliver(flow, { type: 'mail.requested', by: by.actor }, by),
    reconsider: (flow, by) => deliver(flow, { type: 'contact.reconsidered', by: by.actor }, by),
    useRecoveryCode: (flow, by) => deliver(flow, { type: 'recovery-code.chosen', by: by.actor }, by),
    async submitRecoveryCode(flow, by, typed) {
      const code = readRecoveryCode(typed);
      if (code === undefined) return { is: 'unchanged', flow, because: 'not-a-recovery-code' };
      return resultOf(await engine.submitRecoveryCode(flow.id, by.actor, code, by.delivery));
    },
    chooseRemoval: (flow, by, contact) =>
      deliver(flow, { type: 'removal.chosen', by: by.actor, contact: contactRef(contact) }, by),
    async startRemoval(by, contact, patienceMs) {
      const started = await start(by, 'enroll');
      if (started.is !== 'moved') return started;
      const listed = await engine.settled(started.flow.id, patienceMs);
      if (listed === undefined) return started;
      // Without the id of the delivery: it was noted when the request was started.
      const event = { type: 'removal.chosen', by: by.actor, contact: contactRef(contact) } as const;
      const applied = await engine.deliver(listed.id, event);
      return applied.kind === 'moved' ? { is: 'moved', flow: applied.flow } : { is: 'moved', flow: listed };
    },
    cancel: (flow, by) => deliver(flow, { type: 'cancelled', by: by.actor }, by),
    disown: (flow, by) => deliver(flow, { type: 'disowned', by: by.actor }, by),
    async restart(flow, by) {
      await engine.deliver(flow.id, { type: 'cancelled', by: by.actor });
      return start(by, flow.kind);
    },
    open: async (actor) => (await store.openFlowsOf(actor)).toReversed(),
    latest: (actor) => store.latestFlowOf(actor),
  };
}

function onlyContact({ state }: Flow): ContactRef | undefined {
  const [first, ...others] = state.at === 'choosing-contact' ? state.contacts : [];
  return others.length === 0 ? first?.ref : undefined;
}

/** Retried here because the outbox does not: it posts the message only when the flow changes again. */
const showRetryOptions: RetryOptions = { triesAtMost: 10, withinMs: 10 * 60_000 };
const settleMs = 2_500;

function createIntake(parts: RequestsParts): Pick<Requests, 'take' | 'start'> & Pick<Requests, 'show'> {
  const { engine, surfaces, throttle, queue, clock, log, observe } = parts;
  const intakeOf = ({ actor, delivery }: Requester, kind: FlowKind): Intake => ({
    ...{ actor, delivery, kind },
    at: clock.now(),
  });
  const accept = async (requester: Requester, kind: FlowKind) => {
    const outcome = throttle.permits(requester.actor) ? await engine.accept(intakeOf(requester, kind)) : 'throttled';
    observe(actorParts(requester.actor).platform, kind, outcome);
    return outcome;
  };
  const show = async (flow: FlowId, isAgain: boolean): Promise<void> => {
    await engine.settled(flow, settleMs);
    const shown = await retry(
      () => (isAgain ? surfaces.repeat(flow) : surfaces.show(flow, 'person', true)),
      showRetryOptions,
    );
    if (shown.ok) return;
    const { kind, cause } = shown.failure;
    log.warn({ flow, kind, cause }, 'the message about a request could not be shown');
  };
  return {
    take: createTakeRequest({
      accept,
      async begin(requester, kind) {
        const intake = intakeOf(requester, kind);
        const { id: flow, startedAt } = await engine.begin(intake);
        return { flow, isAgain: startedAt < intake.at };
      },
      ...{ attach: surfaces.attach, show, queue },
    }),
    async start(requester, kind) {
      const outcome = await accept(requester, kind);
      if (outcome === 'throttled') return { is: 'throttled' };
      return { is: 'moved', flow: await engine.begin(intakeOf(requester, kind)) };
    },
    show: (flow) => show(flow, false),
  };
}

const longerCodes =
  'If Auth0 sends codes of fewer than six digits, nobody can prove themselves: set the code length to 6 or more under Authentication → Passwordless.';

async function submitCode(
  flow: Flow,
  { actor, delivery }: Requester,
  typed: string,
  { engine, log }: RequestsParts,
): Promise<RequestResult> {
  const code = readCode(typed);
  if (code === undefined) return { is: 'unchanged', flow, because: 'not-a-code' };
  // Three guesses at a code of four digits succeed too often. We cannot read the tenant's code length, so a shorter code is
  // refused without asking Auth0.
  if (code.length < 6) {
    log.warn({ flow: flow.id, event: 'code.too-short', remedy: longerCodes }, 'a code of fewer than six digits');
    return { is: 'unchanged', flow, because: 'code-too-short' };
  }
  return resultOf(await engine.submitCode(flow.id, actor, code, delivery));
}

function resultOf(applied: Applied): RequestResult {
  if (applied.kind === 'unknown') return { is: 'unknown' };
  if (applied.kind !== 'ignored') return { is: 'moved', flow: applied.flow };
  const { flow, because, again } = applied;
  if (because === 'not-yours') return { is: 'not-yours' };
  return { is: 'unchanged', flow, because, ...(again === undefined ? {} : { again }) };
}
