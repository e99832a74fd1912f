// What a person asks for, and what they do in their own request. Answers with the request as it stands now and with what
// happened, in no platform's words and without a card: a chat, a page or a route makes its own of it. Whether anything
// counts, the flow decides.
import type { Logger } from 'pino';
import type { PriorityQueue } from '../concurrency/priority-queue.ts';
import { type RetryOptions, retry } from '../concurrency/retry.ts';
import type { Engine } from '../engine/engine.ts';
import type { IgnoredBecause } from '../flows/decision.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type ActorId, contactRef, type FlowId, type Instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flow, FlowKind } from '../flows/state.ts';
import type { Applied, Flows, Intake } from '../flows/store.ts';
import type { Presentation } from './surfaces/presenter.ts';
import { createTakeRequest, type Requester, type TakeRequest } from './take-request.ts';
import type { Throttle } from './throttle.ts';
import { readCode } from './typed-code.ts';

export type RequestResult =
  /** It moved, or did so at an earlier delivery of the same. */
  | { readonly is: 'moved'; readonly flow: Flow }
  /** `again`: from then on the same may be asked for. */
  | {
      readonly is: 'unchanged';
      readonly flow: Flow;
      readonly because?: IgnoredBecause | 'not-a-code' | 'code-too-short';
      readonly again?: Instant;
    }
  | { readonly is: 'unknown' | 'not-yours' | 'throttled' };

export type FoundRequest = { readonly is: 'found'; readonly flow: Flow } | { readonly is: 'unknown' | 'not-yours' };

export interface Requests {
  /** Takes a request in durably. To be awaited before whoever brought it is told that it arrived. */
  readonly take: TakeRequest;
  /** Takes it in and begins it at once, for somebody who waits for what comes of it. */
  start(requester: Requester, kind: FlowKind): Promise<RequestResult>;
  /** The request of this person by an id that came from a client. */
  find(flow: FlowId | undefined, actor: ActorId): Promise<FoundRequest>;
  /** The request as soon as nothing is under way in it, or as it stands after `patienceMs`. */
  settled(flow: Flow, patienceMs: number): Promise<Flow>;
  /** `typed`: what stands in the field. What is no code costs no try. */
  submitCode(flow: Flow, by: Requester, typed: string): Promise<RequestResult>;
  /** Sends a code to this contact, as the request offered it. */
  choose(flow: Flow, by: Requester, contact: string): Promise<RequestResult>;
  /** Sends another code to the same contact. */
  resend(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Goes back to the choice of a contact. */
  reconsider(flow: Flow, by: Requester): Promise<RequestResult>;
  cancel(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Ends everything that is open. The last of it; undefined: nothing was open. */
  cancelAll(actor: ActorId): Promise<Flow | undefined>;
  /** The person says that they did not ask for this. */
  disown(flow: Flow, by: Requester): Promise<RequestResult>;
  /** Ends this one and starts another of its kind. */
  restart(flow: Flow, by: Requester): Promise<RequestResult>;
  /** The newest request of this person, an open one first. */
  latest(actor: ActorId): Promise<Flow | undefined>;
  /** Makes sure that a private message with the request stands. */
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
  readonly observe: (asked: FlowKind, outcome: 'accepted' | 'duplicate' | 'throttled') => void;
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
    choose: (flow, by, contact) =>
      deliver(flow, { type: 'code.requested', by: by.actor, contact: contactRef(contact) }, by),
    async resend(flow, by) {
      if (flow.state.at !== 'challenged') return { is: 'unchanged', flow };
      return deliver(flow, { type: 'code.requested', by: by.actor, contact: flow.state.contact }, by);
    },
    reconsider: (flow, by) => deliver(flow, { type: 'contact.reconsidered', by: by.actor }, by),
    cancel: (flow, by) => deliver(flow, { type: 'cancelled', by: by.actor }, by),
    async cancelAll(actor) {
      let last: Flow | undefined;
      for (const flow of await store.openFlowsOf(actor)) {
        const applied = await engine.deliver(flow.id, { type: 'cancelled', by: actor });
        if (applied.kind !== 'unknown') last = applied.flow;
      }
      return last;
    },
    disown: (flow, by) => deliver(flow, { type: 'disowned', by: by.actor }, by),
    async restart(flow, by) {
      await engine.deliver(flow.id, { type: 'cancelled', by: by.actor });
      return start(by, flow.kind);
    },
    async latest(actor) {
      const [open] = await store.openFlowsOf(actor);
      return open ?? store.latestFlowOf(actor);
    },
  };
}

/** The flow is durable, but nothing in the outbox says that its message must stand before something new has happened to it. */
const showPatience: RetryOptions = { triesAtMost: 10, withinMs: 10 * 60_000 };
const settleMs = 2_500;

function createIntake(parts: RequestsParts): Pick<Requests, 'take' | 'start'> & Pick<Requests, 'show'> {
  const { engine, surfaces, throttle, queue, clock, log, observe } = parts;
  const intakeOf = ({ actor, delivery }: Requester, kind: FlowKind): Intake => ({
    ...{ actor, delivery, kind },
    at: clock.now(),
  });
  const accept = async (requester: Requester, kind: FlowKind) => {
    const outcome = throttle.permits(requester.actor) ? await engine.accept(intakeOf(requester, kind)) : 'throttled';
    observe(kind, outcome);
    return outcome;
  };
  const show = async (flow: FlowId, isAgain: boolean): Promise<void> => {
    await engine.settled(flow, settleMs);
    const shown = await retry(
      () => (isAgain ? surfaces.repeat(flow) : surfaces.show(flow, 'person', true)),
      showPatience,
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

/** What people type around a code does no harm. */
async function submitCode(
  flow: Flow,
  { actor, delivery }: Requester,
  typed: string,
  { engine, log }: RequestsParts,
): Promise<RequestResult> {
  const code = readCode(typed);
  if (code === undefined) return { is: 'unchanged', flow, because: 'not-a-code' };
  // Three guesses at four digits succeed too often. The tenant's setting is out of our sight, so it is not asked at all.
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
