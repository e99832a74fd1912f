// A person's press that starts a request, or acts on their own request → the operation → what they are shown. Decides nothing.
import type { Clock } from '../../flows/ports.ts';
import { type Flow, type FlowKind, isOpen } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Act } from '../cards/card.ts';
import { line } from '../cards/card-parts.ts';
import type { AboutPress } from '../cards/person-body.ts';
import { drawHelp } from '../cards/plain-card.ts';
import type { Copy } from '../copy/copy.ts';
import type { Pressed } from '../inbound.ts';
import type { RequestResult, Requests } from '../requests.ts';
import type { OrphanAdoption } from '../surfaces/orphan-adoption.ts';
import { notice, type PressResult } from './press-result.ts';

export interface FlowPressParts {
  readonly requests: Requests;
  readonly recognise: OrphanAdoption['recognise'];
  readonly copy: Copy;
  readonly clock: Clock;
}

/** An act on the presser's own request. */
export type FlowAct = Extract<
  Act,
  | 'continue'
  | 'send-code'
  | 'submit-code'
  | 'resend-code'
  | 'other-contact'
  | 'use-recovery-code'
  | 'submit-recovery-code'
  | 'resend-mail'
  | 'cancel'
  | 'restart'
  | 'disown'
>;

export async function takeStartPress(pressed: Pressed, kind: FlowKind, parts: FlowPressParts): Promise<PressResult> {
  return pressResultOf(await parts.requests.start(pressed, kind), parts);
}

export async function takeFlowPress(
  pressed: Pressed,
  act: FlowAct,
  parts: FlowPressParts,
  patienceMs: number,
): Promise<PressResult> {
  const { requests, recognise, copy } = parts;
  const found = await requests.find(pressed.flow, pressed.actor);
  if (found.is !== 'found') return pressResultOf(found, parts);
  // We never put this button on a message that others can read, so such a press is not genuine.
  if (!pressed.isPrivate) return notice(copy.oldButton);
  await recognise(found.flow, 'person', pressed);
  if (act === 'continue') {
    return { is: 'flow', flow: await requests.settled(found.flow, patienceMs), moved: false };
  }
  return pressResultOf(await ask(pressed, act, found.flow, requests), parts);
}

/** On a list of contacts. Where the request of the list is over, or there was none, a new one is started. */
export async function takeRemovalPress(
  pressed: Pressed,
  parts: FlowPressParts,
  patienceMs: number,
): Promise<PressResult> {
  const { requests, recognise, copy } = parts;
  const { contact } = pressed.values;
  const found = await requests.find(pressed.flow, pressed.actor);
  if (found.is === 'not-yours') return notice(copy.notYours);
  if (contact === undefined || !pressed.isPrivate) return notice(copy.oldButton);
  if (found.is === 'found' && isOpen(found.flow.state)) {
    await recognise(found.flow, 'person', pressed);
    return pressResultOf(await requests.chooseRemoval(found.flow, pressed, contact), parts);
  }
  return pressResultOf(await requests.startRemoval(pressed, contact, patienceMs), parts);
}

async function ask(
  pressed: Pressed,
  act: Exclude<FlowAct, 'continue'>,
  flow: Flow,
  requests: Requests,
): Promise<RequestResult> {
  switch (act) {
    case 'send-code':
      return requests.choose(flow, pressed, pressed.values.contact);
    case 'submit-code':
      return requests.submitCode(flow, pressed, pressed.values.code ?? '');
    case 'resend-code':
      return requests.resend(flow, pressed);
    case 'other-contact':
      return requests.reconsider(flow, pressed);
    case 'use-recovery-code':
      return requests.useRecoveryCode(flow, pressed);
    case 'submit-recovery-code':
      return requests.submitRecoveryCode(flow, pressed, pressed.values.code ?? '');
    case 'resend-mail':
      return requests.resendMail(flow, pressed);
    case 'cancel':
      return requests.cancel(flow, pressed);
    case 'restart':
      return requests.restart(flow, pressed);
    case 'disown':
      return requests.disown(flow, pressed);
    default:
      return unreachable(act);
  }
}

/** A press that came too late or twice shows the current state: that explains it best. */
function pressResultOf(result: RequestResult, parts: FlowPressParts): PressResult {
  const { copy } = parts;
  switch (result.is) {
    case 'moved':
      return { is: 'flow', flow: result.flow, moved: true };
    case 'unchanged':
      return { is: 'flow', flow: result.flow, moved: false, ...whyUnchanged(result, parts) };
    case 'unknown':
      return notice(copy.oldButton);
    case 'not-yours':
      return notice(copy.notYours);
    case 'throttled':
      return { is: 'card', card: drawHelp([[copy.tooOften]], copy) };
    default:
      return unreachable(result);
  }
}

/** The explanation, where the card alone does not show it. */
function whyUnchanged(
  { because, again, flow }: Extract<RequestResult, { is: 'unchanged' }>,
  { copy, clock }: FlowPressParts,
): AboutPress {
  if (because === 'not-a-code') return { codeError: copy.notACode };
  if (because === 'not-a-recovery-code') return { codeError: copy.notARecoveryCode };
  if (because === 'code-too-short') return { codeError: copy.codeTooShort };
  if (because === 'sending-elsewhere') return { remarks: [line(copy.sendingElsewhere, 'alert')] };
  if (because !== 'too-soon' || again === undefined) return {};
  const wait =
    flow.state.at === 'changing' ? copy.nextMailIn : flow.state.at === 'challenged' ? copy.resendIn : copy.nextCodeIn;
  return { remarks: [line(wait(again, clock.now()), 'alert')], saysResend: true };
}
