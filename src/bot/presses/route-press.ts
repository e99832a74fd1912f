// A press or a submitted form → whoever takes it → what the one who pressed sees.
import type { Flow } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { DispatchParts } from '../conversation-parts.ts';
import type { Pressed, Reply } from '../inbound.ts';
import { takeHelpdeskPress } from './decision-press.ts';
import { start, takePersonPress } from './flow-press.ts';
import { takeHelpPress } from './help-press.ts';
import type { PressResult } from './press-result.ts';

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
      // On a message that is kept current anyway, only a press that changed nothing needs an answer of its own; where others read
      // along, a person's card is never the answer.
      if (pressed.window === undefined && (answer.moved || !pressed.isPrivate)) return { kind: 'done', afterwards };
      return { kind: 'card', card, afterwards };
    } catch (error) {
      hold.release(settled, 'lost');
      throw error;
    }
  };
}

function dress(answer: Exclude<PressResult, { is: 'flow' }>) {
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

async function answerTo(pressed: Pressed, parts: DispatchParts, patienceMs: number): Promise<PressResult> {
  switch (pressed.act) {
    case 'start-reset':
      return start(pressed, 'reset', parts);
    case 'start-unlock':
      return start(pressed, 'unlock', parts);
    case 'ask-helpdesk':
      return takeHelpPress(pressed, parts, patienceMs);
    case 'follow-link':
      return { is: 'done' };
    case 'approve':
    case 'deny':
    case 'submit-denial':
    case 'retry-doubt':
    case 'settle-doubt':
      return takeHelpdeskPress(pressed, parts);
    case 'continue':
    case 'send-code':
    case 'submit-code':
    case 'resend-code':
    case 'other-contact':
    case 'cancel':
    case 'restart':
    case 'disown':
      return takePersonPress(pressed, parts, patienceMs);
    default:
      return unreachable(pressed.act);
  }
}
