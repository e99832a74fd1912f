// Routes a press or a submitted form to its handler, and turns the result into a reply.
import type { Flow } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Card } from '../cards/card.ts';
import type { TakePress } from '../conversation.ts';
import type { Pressed, Reply } from '../inbound.ts';
import type { Presentation } from '../surfaces/presenter.ts';
import { type DecisionPressParts, takeDecisionPress } from './decision-press.ts';
import { type FlowPressParts, takeFlowPress, takeRemovalPress, takeStartPress } from './flow-press.ts';
import { type HelpPressParts, takeHelpPress, takeSomethingElsePress } from './help-press.ts';
import type { PressResult } from './press-result.ts';
import { type ReminderPressParts, takeStopReminding } from './reminder-press.ts';

export interface PressParts {
  readonly flow: FlowPressParts;
  readonly decision: DecisionPressParts;
  readonly help: HelpPressParts;
  readonly reminder: ReminderPressParts;
  readonly presentation: Pick<Presentation, 'hold' | 'adopt' | 'personCard'>;
}

/** A reply, and what it shows of which request. */
interface MadeReply {
  readonly reply: Reply;
  readonly flow?: Flow;
  readonly shown?: Card;
}

export function createPresses(parts: PressParts): TakePress {
  const { presentation } = parts;
  const { requests } = parts.flow;

  /** `settled`: called with the request as soon as it is known how it stands after the press. */
  async function makeReply(pressed: Pressed, patienceMs: number, settled: (flow: Flow) => void): Promise<MadeReply> {
    const result = await route(pressed, parts, patienceMs);
    if (result.is !== 'flow') return { reply: replyOf(result) };
    await presentation.adopt(result.flow, pressed.window, pressed.flow);
    const flow = result.moved ? await requests.settled(result.flow, patienceMs) : result.flow;
    settled(flow);
    const card = presentation.personCard(flow, result);
    // A message is redrawn anyway when the flow changes, so only a press that changed nothing needs a card in its reply.
    // A person's card is never the reply where others can read it.
    const isDone = pressed.window === undefined && (result.moved || !pressed.isPrivate);
    return { reply: isDone ? { kind: 'done' } : { kind: 'card', card }, flow, shown: card };
  }

  return async (pressed, patienceMs, answer, sent = Promise.resolve()) => {
    const hold = presentation.hold(pressed.window);
    // Until the answer was sent, it counts as lost: then the window is drawn anew.
    let release = (): void => hold.release(undefined, 'lost');
    try {
      const { reply, flow, shown } = await makeReply(pressed, patienceMs, (settled) => {
        release = () => hold.release(settled, 'lost');
      });
      const answered = await answer(reply);
      release = () => hold.release(flow, flow?.version ?? 0, shown);
      return answered;
    } finally {
      const letGo = (): void => release();
      sent.then(letGo, letGo);
    }
  };
}

function replyOf(result: Exclude<PressResult, { is: 'flow' }>) {
  switch (result.is) {
    case 'card':
      return { kind: 'card' as const, card: result.card };
    case 'notice':
      return { kind: 'notice' as const, text: result.text };
    case 'done':
      return { kind: 'done' as const };
    default:
      return unreachable(result);
  }
}

async function route(pressed: Pressed, parts: PressParts, patienceMs: number): Promise<PressResult> {
  const { act } = pressed;
  switch (act) {
    case 'start-reset':
      return takeStartPress(pressed, 'reset', parts.flow);
    case 'start-unlock':
      return takeStartPress(pressed, 'unlock', parts.flow);
    case 'start-change':
      return takeStartPress(pressed, 'change', parts.flow);
    case 'start-enrolment':
      return takeStartPress(pressed, 'enroll', parts.flow);
    case 'remove-contact':
      return takeRemovalPress(pressed, parts.flow, patienceMs);
    case 'stop-reminding':
      return takeStopReminding(pressed, parts.reminder);
    case 'something-else':
      return takeSomethingElsePress(pressed, parts.help);
    case 'ask-helpdesk':
      return takeHelpPress(pressed, parts.help, patienceMs);
    case 'follow-link':
      return { is: 'done' };
    case 'approve':
    case 'deny':
    case 'submit-denial':
    case 'retry-doubt':
    case 'settle-doubt':
      return takeDecisionPress(pressed, parts.decision);
    case 'continue':
    case 'send-code':
    case 'submit-code':
    case 'resend-code':
    case 'other-contact':
    case 'use-recovery-code':
    case 'submit-recovery-code':
    case 'resend-mail':
    case 'cancel':
    case 'restart':
    case 'disown':
      return takeFlowPress(pressed, act, parts.flow, patienceMs);
    default:
      return unreachable(act);
  }
}
