// The face that adapters talk to: words and presses in, cards out. Platform-neutral.
import type { ActorId, FlowId } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import type { Card } from './cards/card.ts';
import type { Pressed, Reply, Said, ThrottleVerdict, WindowRef } from './inbound.ts';
import type { TakeRequest } from './take-request.ts';

/** What words ask for, known before anything is stored or looked up. */
export type Intent = FlowKind | 'status' | 'cancel' | 'help' | 'something';

export interface Conversation {
  intentOf(words: string): Intent;
  /** Takes a request for `reset` or `unlock` in durably. To be awaited before the platform is told that it arrived. */
  readonly take: TakeRequest;
  /** The first card of a window that is opened before anything is known. */
  opening(kind: FlowKind): Card;
  /** A card of the flow stands there now: it is kept current from now on, and drawn at once if the flow has moved on. */
  attachWindow(flow: FlowId, window: WindowRef): Promise<void>;
  /** Words that need no flow of their own: help, status, cancel, free words. */
  answer(said: Said): Promise<Card>;
  /** Counts words or a press. To be asked when it is known whose they are, before anything is done for them that somebody else would lack. */
  checkThrottle(actor: ActorId, what: 'words' | 'press'): ThrottleVerdict;
  /** Whether to tell this person now that something was too much, or was refused: once a minute. */
  complains(actor: ActorId): boolean;
  /** A press or a submitted form. Answers within `patienceMs`, with a card that says so where the work takes longer. */
  press(pressed: Pressed, patienceMs: number): Promise<Reply>;
  /** The cards of a person's home page: what can be asked for, and what is open. */
  home(actor: ActorId): Promise<readonly Card[]>;
  /** What the helpdesk's card of a flow in `platform:channel` says now, for somebody who reads it; undefined: nothing to see there. */
  helpdeskCard(flow: FlowId, channel: string, reader: ActorId): Promise<Card | undefined>;
  /** What to say where something inside failed; one kind sentence, nothing about the cause. */
  apology(): Card;
}
