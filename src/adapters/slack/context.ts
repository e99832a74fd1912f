// What everybody who takes a delivery works with, and what they are told of it beside what it says. Knows no transport.
import type { Logger } from 'pino';
import type { Conversation } from '../../bot/conversation.ts';
import type { Background } from '../../concurrency/background-tasks.ts';
import { createDeadline, type Deadline } from '../../concurrency/deadline.ts';
import type { PriorityQueue } from '../../concurrency/priority-queue.ts';
import type { RateLimiter } from '../../concurrency/rate-limiter.ts';
import type { RenderQueue } from '../render-queue.ts';
import type { HomeViews } from './home-view.ts';
import type { Installed } from './installation.ts';
import type { Posts } from './posts.ts';
import type { ResponseUrls } from './response-url.ts';
import type { Windows } from './windows.ts';

export interface SlackContext {
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
  readonly homeRateLimiter: RateLimiter;
  readonly log: Logger;
}

/** What a transport knows of a delivery. */
export interface Arrival {
  /** Names this very delivery, where Slack's own ids are missing. */
  readonly id: string;
  /** Monotonic milliseconds. */
  readonly arrivedAt: number;
  /** Which repetition this is; undefined for the first try. */
  readonly retryNumber?: number;
  /** Resolves when the answer has left, or can no longer leave. */
  readonly answered: Promise<void>;
  /** Counted from when the request came in, its body included. */
  readonly deadline: Deadline;
}

/** Slack shows an error of its own after three seconds. What is left of them is for the network. */
export const startDeadline = (): Deadline => createDeadline({ answerMs: 2_600, leastMs: 300 });
/** For the work behind an answer, where all of the time is still there. */
export const ackPatienceMs = 2_300;
/** Kept for what comes after that work: the answer is drawn, or says that it takes longer. */
export const replyMs = 300;

/** What Slack is told with the acknowledgement; undefined: nothing but that. */
export type Answer = Readonly<Record<string, unknown>> | undefined;
