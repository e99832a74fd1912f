// A press or a submitted form → an event for its flow → what the one who pressed sees. Whether it counts, the flow decides.
import type { IgnoredBecause } from '../flows/decision.ts';
import type { FlowEvent } from '../flows/event.ts';
import { contactRef, type Instant } from '../flows/ids.ts';
import type { DenyReason, Flow, FlowKind } from '../flows/state.ts';
import type { Applied } from '../flows/store.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Card, Text } from './card.ts';
import type { DispatchParts } from './dispatch.ts';
import { drawDenial } from './draw-denial.ts';
import { drawSentence } from './draw-plain.ts';
import type { Pressed, Reply } from './inbound.ts';

/** What came of a press, before it is dressed as a reply. */
type Answer =
  | {
      readonly is: 'flow';
      readonly flow: Flow;
      readonly codeError?: string;
      readonly remark?: Text;
      readonly moved: boolean;
    }
  | { readonly is: 'card'; readonly card: Card }
  | { readonly is: 'notice'; readonly text: Text }
  | { readonly is: 'done' };

const denyReasons: readonly DenyReason[] = ['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled'];

export function createPresses(parts: DispatchParts): (pressed: Pressed, patienceMs: number) => Promise<Reply> {
  const { engine, presentation } = parts;
  return async (pressed, patienceMs) => {
    const hold = presentation.hold(pressed.window);
    let settled: Flow | undefined;
    try {
      const answer = await answerTo(pressed, parts, patienceMs);
      if (answer.is !== 'flow') return { ...dress(answer), afterwards: () => hold.release(undefined, 0) };
      await presentation.adopt(answer.flow, pressed.window, pressed.flow);
      const flow = answer.moved ? ((await engine.settled(answer.flow.id, patienceMs)) ?? answer.flow) : answer.flow;
      settled = flow;
      const card = presentation.personCard(flow, answer);
      const afterwards = (): void => hold.release(flow, flow.version, card);
      // On a message that is kept current anyway, only a press that changed nothing needs an answer of its own.
      if (pressed.window === undefined && answer.moved) return { kind: 'done', afterwards };
      return { kind: 'card', card, afterwards };
    } catch (error) {
      hold.release(settled, -1);
      throw error;
    }
  };
}

function dress(answer: Exclude<Answer, { is: 'flow' }>) {
  switch (answer.is) {
    case 'card':
      return { kind: 'card' as const, card: answer.card };
    case 'notice':
      return { kind: 'notice' as const, text: answer.text };
    case 'done':
      return { kind: 'done' as const };
    default:
      return unreachable(answer);
  }
}

async function answerTo(pressed: Pressed, parts: DispatchParts, patienceMs: number): Promise<Answer> {
  switch (pressed.act) {
    case 'start-reset':
      return start(pressed, 'reset', parts);
    case 'start-unlock':
      return start(pressed, 'unlock', parts);
    case 'follow-link':
      return { is: 'done' };
    case 'approve':
    case 'deny':
    case 'submit-denial':
    case 'retry-doubt':
    case 'settle-doubt':
      return helpdesk(pressed, parts);
    case 'continue':
    case 'send-code':
    case 'submit-code':
    case 'resend-code':
    case 'other-contact':
    case 'cancel':
    case 'restart':
    case 'disown':
      return personal(pressed, parts, patienceMs);
    default:
      return unreachable(pressed.act);
  }
}

async function start(
  pressed: Pick<Pressed, 'actor' | 'delivery'>,
  kind: FlowKind,
  parts: DispatchParts,
): Promise<Answer> {
  if (!parts.permitted(pressed.actor)) return { is: 'card', card: drawSentence(parts.copy.throttled, parts.copy) };
  const { actor, delivery } = pressed;
  const intake = { actor, delivery, kind, at: parts.clock.now() };
  parts.observe(kind, await parts.engine.accept(intake));
  return { is: 'flow', flow: await parts.engine.begin(intake), moved: true };
}

async function personal(pressed: Pressed, parts: DispatchParts, patienceMs: number): Promise<Answer> {
  const { copy, engine, store } = parts;
  const flow = pressed.flow === undefined ? undefined : await store.read(pressed.flow);
  if (flow === undefined) return { is: 'notice', text: copy.oldButton };
  if (flow.actor !== pressed.actor) return { is: 'notice', text: copy.notYours };
  switch (pressed.act) {
    case 'continue':
      return { is: 'flow', flow: (await engine.settled(flow.id, patienceMs)) ?? flow, moved: false };
    case 'restart':
      await engine.deliver(flow.id, { type: 'cancelled', by: pressed.actor });
      return start(pressed, flow.kind, parts);
    case 'submit-code':
      return submitCode(pressed, flow, parts);
    default: {
      const event = eventOf(pressed, flow);
      if (event === undefined) return { is: 'flow', flow, moved: false };
      return afterPress(await engine.deliver(flow.id, event, pressed.delivery), parts);
    }
  }
}

/** What people type around a code does no harm; what is no code costs no try. */
async function submitCode(pressed: Pressed, flow: Flow, parts: DispatchParts): Promise<Answer> {
  const code = (pressed.values.code ?? '').normalize('NFKC').replace(/[\s-]/g, '');
  if (!/^\d{4,12}$/.test(code)) return { is: 'flow', flow, codeError: parts.copy.notACode, moved: false };
  return afterPress(await parts.engine.submitCode(flow.id, pressed.actor, code, pressed.delivery), parts);
}

function eventOf(pressed: Pressed, flow: Flow): FlowEvent | undefined {
  const by = pressed.actor;
  switch (pressed.act) {
    case 'send-code': {
      const chosen = pressed.values.contact;
      return chosen === undefined ? undefined : { type: 'code.requested', by, contact: contactRef(chosen) };
    }
    case 'resend-code':
      if (flow.state.at !== 'challenged') return undefined;
      return { type: 'code.requested', by, contact: flow.state.contact };
    case 'other-contact':
      return { type: 'contact.reconsidered', by };
    case 'cancel':
      return { type: 'cancelled', by };
    case 'disown':
      return { type: 'disowned', by };
    default:
      return undefined;
  }
}

/** A press that came too late or twice shows how things stand; that is the kindest explanation. */
function afterPress(applied: Applied, { copy }: DispatchParts): Answer {
  if (applied.kind === 'unknown') return { is: 'notice', text: copy.oldButton };
  if (applied.kind === 'ignored' && applied.because === 'not-yours') return { is: 'notice', text: copy.notYours };
  const { flow } = applied;
  const from = resendFrom(flow);
  if (applied.kind === 'ignored' && applied.because === 'too-soon' && from !== undefined) {
    return { is: 'flow', flow, remark: copy.resendFrom(from), moved: false };
  }
  return { is: 'flow', flow, moved: applied.kind !== 'ignored' };
}

function resendFrom({ state }: Flow): Instant | undefined {
  if (state.at === 'challenged') return state.resendFrom;
  return state.at === 'choosing-contact' ? state.lately?.resendFrom : undefined;
}

async function helpdesk(pressed: Pressed, parts: DispatchParts): Promise<Answer> {
  const { copy, engine, store, presentation } = parts;
  const flow = pressed.flow === undefined ? undefined : await store.read(pressed.flow);
  if (flow === undefined) return { is: 'notice', text: copy.oldButton };
  if (pressed.act === 'deny') {
    if (flow.state.at !== 'awaiting-approval') return { is: 'notice', text: copy.tooLate };
    return { is: 'card', card: drawDenial(flow, pressed.channel, copy) };
  }
  const entitled = await parts.entitled(pressed.actor, pressed.channel);
  if (!entitled.ok) {
    parts.log.warn({ flow: flow.id, failure: entitled.failure }, 'could not find out whether somebody may decide');
    return { is: 'notice', text: copy.cannotAskNow };
  }
  const same = await parts.samePerson(pressed.actor, flow);
  if (!same.ok) {
    parts.log.warn({ flow: flow.id, failure: same.failure }, 'could not find out whether two people are one');
    return { is: 'notice', text: copy.cannotAskNow };
  }
  const event = decisionOf(pressed, entitled.value, same.value);
  if (event === undefined) return { is: 'notice', text: copy.oldButton };
  const applied = await engine.deliver(flow.id, event, pressed.delivery);
  if (applied.kind === 'moved' || applied.kind === 'duplicate') return { is: 'done' };
  void presentation.show(flow.id, 'helpdesk', false);
  return { is: 'notice', text: applied.kind === 'unknown' ? copy.oldButton : refusal(applied.because, parts) };
}

function decisionOf(
  pressed: Pressed,
  entitled: boolean,
  same: 'person' | 'approver' | undefined,
): FlowEvent | undefined {
  const deciding = { by: pressed.actor, entitled, ...(same === undefined ? {} : { isSameAs: same }) };
  switch (pressed.act) {
    case 'approve':
      return { type: 'approval.given', ...deciding };
    case 'submit-denial': {
      const reason = denyReasons.find((known) => known === pressed.values.reason);
      return reason === undefined ? undefined : { type: 'approval.denied', ...deciding, reason };
    }
    case 'retry-doubt':
      return { type: 'doubt.retried', ...deciding };
    case 'settle-doubt':
      return { type: 'doubt.settled', ...deciding };
    default:
      return undefined;
  }
}

function refusal(because: IgnoredBecause, { copy }: DispatchParts): Text {
  switch (because) {
    case 'not-an-approver':
      return copy.notApprover;
    case 'self-approval':
      return copy.selfApproval;
    case 'already-decided':
      return copy.alreadyApproved;
    case 'not-yours':
      return copy.notYours;
    case 'stale':
    case 'closed':
    case 'too-soon':
      return copy.tooLate;
    default:
      return unreachable(because);
  }
}
