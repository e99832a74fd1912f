// What every listener works with, and the arguments of Bolt's that they use: a body to be parsed, the answer, the arrival.
import type { Context } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Card } from '../../bot/cards/card.ts';
import type { Conversation } from '../../bot/conversation.ts';
import type { Background } from '../../concurrency/background-tasks.ts';
import type { Turnstile } from '../../concurrency/priority-queue.ts';
import type { Pace } from '../../concurrency/rate-limiter.ts';
import type { Courtesy } from '../courtesy.ts';
import type { Drawing } from '../render-queue.ts';
import type { Homes } from './home-view.ts';
import type { Installed } from './installation.ts';
import type { Posts } from './posts.ts';
import type { Arrival } from './receiver.ts';
import { noticeCard } from './render.ts';
import type { ResponseUrls } from './response-url.ts';
import type { Windows } from './windows.ts';
import { words } from './words.ts';

export interface Listening {
  readonly conversation: () => Conversation;
  readonly windows: Windows;
  readonly posts: Posts;
  readonly homes: Homes;
  readonly responses: ResponseUrls;
  readonly drawing: Drawing;
  readonly background: Background;
  readonly turnstile: Turnstile;
  readonly installed: Installed;
  readonly courtesy: Courtesy;
  /** Drawings of one person's home page because it was opened: more often than this it is as it is. */
  readonly openings: Pace;
  readonly log: Logger;
}

/** How an acknowledgement is written; it leaves when the listener returns. */
export type Acknowledge = (answer?: Readonly<Record<string, unknown>>) => Promise<void>;

/** Bolt's types describe blocks in detail; ours are plain objects, held to Slack's limits by the render tests. */
export const acknowledgeBy = (ack: (answer: never) => Promise<void>): Acknowledge => ack as Acknowledge;

/** The receiver puts these into the context of every request. */
export function arrivalOf(context: Context): Arrival {
  const { arrival, answered } = context;
  if (typeof arrival !== 'string' || !(answered instanceof Promise)) throw new Error('a request that passed no gate');
  return { arrival, answered };
}

/** The conversation's own apology, also where asking for it fails. */
export function apology(conversation: () => Conversation): Card {
  try {
    return conversation().apology();
  } catch {
    return noticeCard(words.sorry);
  }
}
