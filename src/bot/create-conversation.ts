import { type RetryOptions, retry } from '../concurrency/retry.ts';
import type { ActorId, FlowId } from '../flows/ids.ts';
import { type Flow, type FlowKind, isOpen } from '../flows/state.ts';
import type { Intake } from '../flows/store.ts';
import type { Card } from './cards/card.ts';
import { press } from './cards/person-card.ts';
import { drawApology, drawHelp, drawHome, drawOpening, drawSentence } from './cards/plain-card.ts';
import type { Conversation } from './conversation.ts';
import type { DispatchParts } from './conversation-parts.ts';
import type { Copy } from './copy/copy.ts';
import type { Said } from './inbound.ts';
import { intentOf, looksLikeCode } from './intent.ts';
import { createPresses } from './presses/route-press.ts';

/** The flow is durable, but nothing in the outbox says that its message must stand before something new has happened to it. */
const defaultPatience: RetryOptions = { triesAtMost: 10, withinMs: 10 * 60_000 };

export function createConversation(parts: DispatchParts): Conversation {
  const { engine, store, presentation, copy, clock, log, patience = defaultPatience } = parts;
  const takePress = createPresses(parts);
  /** Requests that were open already when they were asked for: an answer in the chat must not be one far above. */
  const askedAgain = new Set<FlowId>();

  const intakeOf = (said: Pick<Said, 'actor' | 'delivery'>, kind: FlowKind): Intake => ({
    delivery: said.delivery,
    actor: said.actor,
    kind,
    at: clock.now(),
  });

  return {
    intentOf,
    async accept(said, kind) {
      const outcome = parts.permitted(said.actor) ? await engine.accept(intakeOf(said, kind)) : 'throttled';
      parts.observe(kind, outcome);
      return outcome;
    },
    async begin(said, kind) {
      const intake = intakeOf(said, kind);
      const flow = await engine.begin(intake);
      if (flow.startedAt < intake.at) askedAgain.add(flow.id);
      return flow.id;
    },
    opening: (kind) => drawOpening(kind, copy),
    async attachWindow(flow, window, platform) {
      askedAgain.delete(flow);
      await presentation.attach(flow, window, platform);
    },
    async showInMessage(flow) {
      const isAgain = askedAgain.delete(flow);
      await engine.settled(flow, 2_500);
      const shown = await retry(
        () => (isAgain ? presentation.repeat(flow) : presentation.show(flow, 'person', true)),
        patience,
      );
      if (shown.ok) return;
      const { kind, cause } = shown.failure;
      log.warn({ flow, kind, cause }, 'the message about a request could not be shown');
    },
    answer: (said) => answer(said, parts),
    heeds: parts.heeds,
    press: takePress,
    home: async (actor) => drawHome(await openCards(actor, parts), copy),
    apology: () => drawApology(copy),
  };

  async function answer(said: Said, { log }: DispatchParts): Promise<Card> {
    if (looksLikeCode(said.words)) {
      log.warn({ actor: said.actor }, 'something like a code was typed into a message; ignored');
      return drawSentence(copy.codeInMessage, copy);
    }
    switch (intentOf(said.words)) {
      case 'cancel':
        return cancelAll(said, parts);
      case 'status': {
        const [latest] = await store.openFlowsOf(said.actor);
        const flow = latest ?? (await store.latestFlowOf(said.actor));
        return flow === undefined
          ? drawSentence(copy.nothingOpen, copy)
          : passing(presentation.personCard(flow), flow, copy);
      }
      case 'help':
        return drawHelp(copy.help, copy);
      default:
        return drawHelp([copy.threeChoices], copy);
    }
  }
}

async function cancelAll(said: Said, parts: DispatchParts): Promise<Card> {
  const { engine, store, presentation, copy } = parts;
  let last: Flow | undefined;
  for (const flow of await store.openFlowsOf(said.actor)) {
    const applied = await engine.deliver(flow.id, { type: 'cancelled', by: said.actor });
    if (applied.kind !== 'unknown') last = applied.flow;
  }
  return last === undefined ? drawSentence(copy.nothingOpen, copy) : passing(presentation.personCard(last), last, copy);
}

/** An answer is kept current only once it is known where it stands: until then nothing on it can die. */
function passing(card: Card, { state }: Flow, copy: Copy): Card {
  if (!isOpen(state)) return card;
  const open = press('continue', copy.buttons.continue, { style: 'primary', opensWindow: true });
  return { ...card, inputs: [], actions: [open] };
}

async function openCards(actor: ActorId, parts: DispatchParts): Promise<readonly Card[]> {
  const flows = await parts.store.openFlowsOf(actor);
  return flows.map((flow) => parts.presentation.personCard(flow));
}
