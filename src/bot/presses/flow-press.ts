// What a person presses in their own request → an event for its flow → the flow as it stands. Whether it counts, the flow decides.
import type { FlowEvent } from '../../flows/event.ts';
import { contactRef } from '../../flows/ids.ts';
import type { Flow, FlowKind } from '../../flows/state.ts';
import type { Applied } from '../../flows/store.ts';
import type { Text } from '../cards/card.ts';
import { drawSentence } from '../cards/plain-card.ts';
import type { DispatchParts } from '../conversation-parts.ts';
import type { Copy } from '../copy/copy.ts';
import type { Pressed } from '../inbound.ts';
import { readCode } from '../typed-code.ts';
import type { PressResult } from './press-result.ts';

export async function start(
  pressed: Pick<Pressed, 'actor' | 'delivery'>,
  kind: FlowKind,
  parts: DispatchParts,
): Promise<PressResult> {
  if (!parts.permitted(pressed.actor)) return { is: 'card', card: drawSentence(parts.copy.throttled, parts.copy) };
  const { actor, delivery } = pressed;
  const intake = { actor, delivery, kind, at: parts.clock.now() };
  parts.observe(kind, await parts.engine.accept(intake));
  return { is: 'flow', flow: await parts.engine.begin(intake), moved: true };
}

export async function takePersonPress(
  pressed: Pressed,
  parts: DispatchParts,
  patienceMs: number,
): Promise<PressResult> {
  const { copy, engine, store, presentation } = parts;
  const flow = pressed.flow === undefined ? undefined : await store.read(pressed.flow);
  if (flow === undefined) return { is: 'notice', text: copy.oldButton };
  if (flow.actor !== pressed.actor) return { is: 'notice', text: copy.notYours };
  // Her card stands where she alone reads it: a message of several readers that says it is hers is none of ours.
  if (!pressed.isPrivate) return { is: 'notice', text: copy.oldButton };
  await presentation.recognise(flow, 'person', pressed);
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

const longerCodes =
  'If Auth0 sends codes of fewer than six digits, nobody can prove themselves: set the code length to 6 or more under Authentication → Passwordless.';

/** What people type around a code does no harm; what is no code costs no try. */
async function submitCode(pressed: Pressed, flow: Flow, parts: DispatchParts): Promise<PressResult> {
  const code = readCode(pressed.values.code ?? '');
  if (code === undefined) return { is: 'flow', flow, codeError: parts.copy.notACode, moved: false };
  // Three guesses at four digits succeed too often. The tenant's setting is out of our sight, so it is not asked at all.
  if (code.length < 6) {
    parts.log.warn({ flow: flow.id, event: 'code.too-short', remedy: longerCodes }, 'a code of fewer than six digits');
    return { is: 'flow', flow, codeError: parts.copy.codeTooShort, moved: false };
  }
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
function afterPress(applied: Applied, { copy }: DispatchParts): PressResult {
  if (applied.kind === 'unknown') return { is: 'notice', text: copy.oldButton };
  if (applied.kind === 'ignored' && applied.because === 'not-yours') return { is: 'notice', text: copy.notYours };
  const { flow } = applied;
  if (applied.kind !== 'ignored') return { is: 'flow', flow, moved: true };
  const remark = remarkOn(applied, copy);
  return { is: 'flow', flow, moved: false, ...(remark === undefined ? {} : { remark }) };
}

/** What how things stand does not explain by itself. */
function remarkOn({ because, again, flow }: Extract<Applied, { kind: 'ignored' }>, copy: Copy): Text | undefined {
  if (because === 'sending-elsewhere') return copy.sendingElsewhere;
  if (because !== 'too-soon' || again === undefined) return undefined;
  return flow.state.at === 'challenged' ? copy.resendFrom(again) : copy.nextCodeFrom(again);
}
