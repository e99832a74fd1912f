// What an agent presses on a card of the helpdesk → a decision for its flow. Whether they may, is asked at the press; whether it counts, the flow decides.
import type { IgnoredBecause } from '../flows/decision.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { DenyReason } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Text } from './card.ts';
import type { DispatchParts } from './dispatch.ts';
import { drawDenial } from './draw-denial.ts';
import type { Pressed } from './inbound.ts';
import type { Answer } from './press-answer.ts';

const denyReasons: readonly DenyReason[] = ['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled'];

export async function takeHelpdeskPress(pressed: Pressed, parts: DispatchParts): Promise<Answer> {
  const { copy, engine, store, presentation } = parts;
  const flow = pressed.flow === undefined ? undefined : await store.read(pressed.flow);
  if (flow === undefined) return { is: 'notice', text: copy.oldButton };
  await presentation.recognise(flow, 'helpdesk', pressed);
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
