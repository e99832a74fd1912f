// The platform-neutral interface for adapters: words and presses in, cards out.
import type { ActorId, FlowId } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import type { Card } from './cards/card.ts';
import type { Pressed, Reply, Said, ThrottleVerdict, WindowRef } from './inbound.ts';
import type { TakeRequest } from './take-request.ts';

/**
 * Handles a press or a submitted form, and has `answer` send the reply: within `patienceMs`, or if the work takes longer, with a
 * card that says so. No other drawing reaches the window until `answer` has ended, and then `sent`, well or not. Resolves with what
 * `answer` resolved with, and rejects if the press or `answer` failed.
 */
export type TakePress = <T>(
  pressed: Pressed,
  patienceMs: number,
  answer: (reply: Reply) => Promise<T>,
  sent?: Promise<unknown>,
) => Promise<T>;

/** What the words ask for. Found without storing or looking up anything. */
export type Intent = FlowKind | 'status' | 'cancel' | Chat;

/**
 * Words that ask for nothing by name. `lost-contact`: a phone or mailbox is lost or broken, so perhaps they cannot get in, perhaps
 * they want another contact. `trouble`: a trouble that surely has nothing to do with an account. `something`: not
 * understood, so the three choices are offered.
 */
export type Chat =
  | 'locked-out'
  | 'forgot-password'
  | 'lost-contact'
  | 'help'
  | 'greeting'
  | 'thanks'
  | 'small-talk'
  | 'trouble'
  | 'something';

export interface Conversation {
  intentOf(words: string): Intent;
  /** Stores a request durably. Await it before acknowledging the delivery to the platform. */
  readonly take: TakeRequest;
  /** The first card of a window that is opened before the request has started. */
  opening(kind: FlowKind): Card;
  /** Registers a window or message that shows the flow, so that it is redrawn. Draws it at once if the flow has changed. */
  attachWindow(flow: FlowId, window: WindowRef): Promise<void>;
  /** Answers words that start no request: help, status, cancel, anything else. Each card is a message of its own, in this order. */
  answer(said: Said): Promise<readonly Card[]>;
  /** Counts a message or a press. Call it as soon as the actor is known, before any work that would slow down others. */
  checkThrottle(actor: ActorId, what: 'words' | 'press'): ThrottleVerdict;
  /** Whether to tell this person now about a limit or a refusal: at most once a minute. Counts the call. */
  complains(actor: ActorId): boolean;
  readonly press: TakePress;
  /** The cards of a person's home page: the open requests, their contacts, and the choices. */
  home(actor: ActorId): Promise<readonly Card[]>;
  /** For a person who has just got the app: their open requests, then what it does, with their contacts where they are known soon. */
  welcome(actor: ActorId): Promise<readonly Card[]>;
  /** The current helpdesk card of a flow in `platform:channel`, for this reader. Undefined: not a helpdesk channel, or no card. */
  helpdeskCard(flow: FlowId, channel: string, reader: ActorId): Promise<Card | undefined>;
  /** The card for an internal failure: one kind sentence, nothing about the cause. */
  apology(): Card;
}
