// The face that adapters talk to: words and presses in, cards out. Platform-neutral.
import type { ActorId, FlowId } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import type { Card } from './cards/card.ts';
import type { Heed, Pressed, Reply, Said, WindowRef } from './inbound.ts';

/** What words ask for, known before anything is stored or looked up. */
export type Intent = FlowKind | 'status' | 'cancel' | 'help' | 'something';

export interface Conversation {
  intentOf(words: string): Intent;
  /**
   * Takes a request for `reset` or `unlock` in durably. To be awaited before the platform is told that it arrived.
   * `throttled`: this person has asked too often within a minute; nothing was stored.
   */
  accept(said: Said, kind: FlowKind): Promise<'accepted' | 'duplicate' | 'throttled'>;
  /** Begins or continues the flow of an accepted request; returns at once, the work goes on behind it. */
  begin(said: Said, kind: FlowKind): Promise<FlowId>;
  /** The first card of a window that is opened before anything is known. */
  opening(kind: FlowKind): Card;
  /** From now on the flow is drawn in this window too; draws it at once if it has moved on. */
  attachWindow(flow: FlowId, window: WindowRef, platform: string): Promise<void>;
  /** Makes sure that a private message with the flow's present card stands, e.g. where no window could be opened. */
  showInMessage(flow: FlowId): Promise<void>;
  /** Words that need no flow of their own: help, status, cancel, free words. */
  answer(said: Said): Promise<Card>;
  /** Counts a press. To be asked when it is known whose it is, before anything is done for it that somebody else would lack. */
  heeds(actor: ActorId): Heed;
  /** A press or a submitted form. Answers within `patienceMs`, with a card that says so where the work takes longer. */
  press(pressed: Pressed, patienceMs: number): Promise<Reply>;
  /** The cards of a person's home page: what can be asked for, and what is open. */
  home(actor: ActorId): Promise<readonly Card[]>;
  /** What to say where something inside failed; one kind sentence, nothing about the cause. */
  apology(): Card;
}
