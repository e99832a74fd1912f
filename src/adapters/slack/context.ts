// What every listener works with, and the arguments of Bolt's that they use: a body to be parsed, the answer, the arrival.
import type { Context } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Conversation } from '../../bot/conversation.ts';
import type { Background } from '../../concurrency/background-tasks.ts';
import type { PriorityQueue } from '../../concurrency/priority-queue.ts';
import type { RateLimiter } from '../../concurrency/rate-limiter.ts';
import type { RenderQueue } from '../render-queue.ts';
import type { HomeViews } from './home-view.ts';
import type { Installed } from './installation.ts';
import type { Posts } from './posts.ts';
import type { ResponseUrls } from './response-url.ts';
import type { Windows } from './windows.ts';

export interface Listening {
  readonly conversation: Conversation;
  readonly windows: Windows;
  readonly posts: Posts;
  readonly homes: HomeViews;
  readonly responses: ResponseUrls;
  readonly renderQueue: RenderQueue;
  readonly background: Background;
  readonly priorityQueue: PriorityQueue;
  readonly installed: Installed;
  /** Drawings of one person's home page because it was opened: more often than this it is as it is. */
  readonly openings: RateLimiter;
  readonly log: Logger;
}

/** What the gate knows of a request and listeners may need. */
export interface Arrival {
  /** Names this very request. */
  readonly arrival: string;
  /** Resolves when the answer has left, or can no longer leave. */
  readonly answered: Promise<void>;
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
