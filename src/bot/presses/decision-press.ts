// An agent's press on a helpdesk card → a decision event for its flow. The permission is checked at each press. Whether the
// decision is valid, the flow decides.
import type { Logger } from 'pino';
import type { Engine } from '../../engine/engine.ts';
import { isPermanent, permittedAgain } from '../../engine/giving-up.ts';
import type { IgnoredBecause } from '../../flows/decision.ts';
import type { DenyReason } from '../../flows/ending.ts';
import type { FlowEvent } from '../../flows/event.ts';
import { isVouched } from '../../flows/ids.ts';
import { type Failure, success } from '../../flows/outcome.ts';
import { type Approver, approverVerdict, mayDeny } from '../../flows/policy.ts';
import type { Clock } from '../../flows/ports.ts';
import type { Flow } from '../../flows/state.ts';
import type { Flows } from '../../flows/store.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Text } from '../cards/card.ts';
import { drawDenial } from '../cards/denial-card.ts';
import type { Copy } from '../copy/copy.ts';
import type { Approvers } from '../helpdesk/entitlement.ts';
import type { ApproverIdentity, CompareIdentities } from '../helpdesk/same-person.ts';
import type { Pressed } from '../inbound.ts';
import type { Presentation } from '../surfaces/presenter.ts';
import { notice, type PressResult } from './press-result.ts';

const denyReasons: readonly DenyReason[] = ['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled'];

export interface DecisionPressParts {
  readonly engine: Pick<Engine, 'deliver'>;
  readonly store: Pick<Flows, 'read'>;
  readonly presentation: Pick<Presentation, 'isElsewhere' | 'recognise' | 'bringUpToDate'>;
  readonly entitled: Approvers['entitled'];
  readonly compareIdentities: CompareIdentities;
  readonly copy: Copy;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function takeDecisionPress(pressed: Pressed, parts: DecisionPressParts): Promise<PressResult> {
  const { copy, store } = parts;
  const flow = pressed.flow === undefined ? undefined : await store.read(pressed.flow);
  if (flow === undefined) return notice(copy.oldButton);
  if (await parts.presentation.isElsewhere(flow, 'helpdesk', pressed)) return notice(copy.oldButton);
  const entitled = await parts.entitled(pressed.actor, pressed.channel);
  if (!entitled.ok) {
    return cannotAsk(flow, entitled.failure, 'could not find out whether somebody may decide', parts);
  }
  if (entitled.value === 'nobody') return notice(copy.nobodyMayDecide);
  const mayDecide = entitled.value === 'may-decide';
  if (mayDecide) await parts.presentation.recognise(flow, 'helpdesk', pressed);
  return decide(pressed, flow, mayDecide, parts);
}

/** Opens the denial form for somebody who may deny. The permission is checked again on submit. */
function openDenialForm(pressed: Pressed, flow: Flow, who: Approver, parts: DecisionPressParts): PressResult {
  const { copy } = parts;
  if (flow.state.at !== 'awaiting-approval') return notice(copy.tooLate);
  const verdict = approverVerdict(who, flow.actor, flow.state.approvals);
  if (verdict !== 'may-decide' && !mayDeny(verdict)) return notice(refusal(verdict, flow, parts));
  return { is: 'card', card: drawDenial(flow, pressed.channel, copy) };
}

/** If another approver decided meanwhile, this approver was not compared with them. Then it starts again with the new state. */
async function decide(
  pressed: Pressed,
  flow: Flow,
  entitled: boolean,
  parts: DecisionPressParts,
): Promise<PressResult> {
  const { copy, engine, presentation } = parts;
  const identity = entitled
    ? await parts.compareIdentities(pressed.actor, flow, needsCertainty(pressed.act))
    : success(notCompared);
  if (!identity.ok) {
    return cannotAsk(flow, identity.failure, 'could not find out whether two people are one', parts);
  }
  const who: Approver = { by: pressed.actor, entitled, ...identity.value };
  if (pressed.act === 'deny') return openDenialForm(pressed, flow, who, parts);
  const event = decisionOf(pressed, who);
  if (event === undefined) return notice(copy.oldButton);
  const applied = await engine.deliver(flow.id, event, pressed.delivery);
  if (applied.kind === 'moved' || applied.kind === 'duplicate') return { is: 'done' };
  if (applied.kind === 'ignored' && applied.because === 'not-told-apart' && applied.flow.version > flow.version) {
    return decide(pressed, applied.flow, entitled, parts);
  }
  void presentation.bringUpToDate(flow.id, 'helpdesk');
  return notice(applied.kind === 'unknown' ? copy.oldButton : refusal(applied.because, flow, parts));
}

/** Says when a press can help again, or that it cannot, and logs what the operator can do. */
function cannotAsk(flow: Flow, failure: Failure, what: string, { copy, clock, log }: DecisionPressParts): PressResult {
  const line = { flow: flow.id, failure };
  if (isPermanent(failure)) {
    log.error(line, what);
    return notice(copy.cannotAsk);
  }
  log.warn(line, what);
  return notice(copy.cannotAskNow(permittedAgain(failure, clock.now())));
}

/** For somebody who may not decide anyway: no lookup is needed. */
const notCompared: ApproverIdentity = { distinctFrom: [] };

/** A denial and a settlement grant nothing, so they do not have to wait for a platform or Auth0 that does not answer. */
const needsCertainty = (act: Pressed['act']): boolean => act === 'approve' || act === 'retry-doubt';

function decisionOf(pressed: Pressed, approver: Approver): FlowEvent | undefined {
  switch (pressed.act) {
    case 'approve':
      return { type: 'approval.given', ...approver };
    case 'submit-denial': {
      const reason = denyReasons.find((known) => known === pressed.values.reason);
      return reason === undefined ? undefined : { type: 'approval.denied', ...approver, reason };
    }
    case 'retry-doubt':
      return { type: 'doubt.retried', ...approver };
    case 'settle-doubt':
      return { type: 'doubt.settled', ...approver };
    default:
      return undefined;
  }
}

function refusal(because: IgnoredBecause, { actor }: Flow, { copy }: DecisionPressParts): Text {
  switch (because) {
    case 'not-an-approver':
      return copy.notApprover;
    case 'self-approval':
      return isVouched(actor) ? copy.selfApproval : copy.ownAccount;
    case 'already-decided':
      return copy.alreadyApproved;
    case 'not-told-apart':
      return isVouched(actor) ? copy.notToldApart : copy.notToldApartFromWeb;
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
