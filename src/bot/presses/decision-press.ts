// What an agent presses on a card of the helpdesk → a decision for its flow. Whether they may, is asked at the press; whether it counts, the flow decides.
import type { IgnoredBecause } from '../../flows/decision.ts';
import type { FlowEvent } from '../../flows/event.ts';
import type { ActorId } from '../../flows/ids.ts';
import { success } from '../../flows/outcome.ts';
import { approverVerdict, mayDeny } from '../../flows/policy.ts';
import type { DenyReason, Flow } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Text } from '../cards/card.ts';
import { drawDenial } from '../cards/denial-card.ts';
import type { DispatchParts } from '../conversation-parts.ts';
import type { Told } from '../helpdesk/same-person.ts';
import type { Pressed } from '../inbound.ts';
import type { PressResult } from './press-result.ts';

const denyReasons: readonly DenyReason[] = ['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled'];

export async function takeHelpdeskPress(pressed: Pressed, parts: DispatchParts): Promise<PressResult> {
  const { copy, store } = parts;
  const flow = pressed.flow === undefined ? undefined : await store.read(pressed.flow);
  if (flow === undefined) return { is: 'notice', text: copy.oldButton };
  if (await parts.presentation.isElsewhere(flow, 'helpdesk', pressed)) return { is: 'notice', text: copy.oldButton };
  const entitled = await parts.entitled(pressed.actor, pressed.channel);
  if (!entitled.ok) {
    parts.log.warn({ flow: flow.id, failure: entitled.failure }, 'could not find out whether somebody may decide');
    return { is: 'notice', text: copy.cannotAskNow };
  }
  if (entitled.value === 'nobody') return { is: 'notice', text: copy.nobodyMayDecide };
  const mayDecide = entitled.value === 'may-decide';
  if (mayDecide) await parts.presentation.recognise(flow, 'helpdesk', pressed);
  return decides(pressed, flow, mayDecide, parts);
}

/** The form opens for whoever could send it; that is asked again when it is sent. */
function opensForm(pressed: Pressed, flow: Flow, who: Deciding, parts: DispatchParts): PressResult {
  const { copy } = parts;
  if (flow.state.at !== 'awaiting-approval') return { is: 'notice', text: copy.tooLate };
  const verdict = approverVerdict(who, flow.actor, flow.state.approvals);
  if (verdict !== 'may-decide' && !mayDeny(verdict)) return { is: 'notice', text: refusal(verdict, parts) };
  return { is: 'card', card: drawDenial(flow, pressed.channel, copy) };
}

/** Whoever else decides in the very same moment was not compared with: then everybody is looked at once more. */
async function decides(pressed: Pressed, flow: Flow, entitled: boolean, parts: DispatchParts): Promise<PressResult> {
  const { copy, engine, presentation } = parts;
  const told = entitled
    ? await parts.tellApart(pressed.actor, flow, givesSomething(pressed.act))
    : success(toldNothing);
  if (!told.ok) {
    parts.log.warn({ flow: flow.id, failure: told.failure }, 'could not find out whether two people are one');
    return { is: 'notice', text: copy.cannotAskNow };
  }
  const who: Deciding = { by: pressed.actor, entitled, ...told.value };
  if (pressed.act === 'deny') return opensForm(pressed, flow, who, parts);
  const event = decisionOf(pressed, who);
  if (event === undefined) return { is: 'notice', text: copy.oldButton };
  const applied = await engine.deliver(flow.id, event, pressed.delivery);
  if (applied.kind === 'moved' || applied.kind === 'duplicate') return { is: 'done' };
  if (applied.kind === 'ignored' && applied.because === 'not-told-apart' && applied.flow.version > flow.version) {
    return decides(pressed, applied.flow, entitled, parts);
  }
  void presentation.show(flow.id, 'helpdesk', false);
  return { is: 'notice', text: applied.kind === 'unknown' ? copy.oldButton : refusal(applied.because, parts) };
}

/** Nobody is asked about somebody who may not decide in any case. */
const toldNothing: Told = { distinctFrom: [] };

/** Whoever only says no, or that it is settled, gives nothing away: that never waits for somebody who does not answer. */
const givesSomething = (act: Pressed['act']): boolean => act === 'approve' || act === 'retry-doubt';

type Deciding = Told & { readonly by: ActorId; readonly entitled: boolean };

function decisionOf(pressed: Pressed, deciding: Deciding): FlowEvent | undefined {
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
    case 'not-told-apart':
      return copy.notToldApart;
    case 'not-yours':
      return copy.notYours;
    case 'stale':
    case 'closed':
    case 'too-soon':
    case 'sending-elsewhere':
      return copy.tooLate;
    default:
      return unreachable(because);
  }
}
