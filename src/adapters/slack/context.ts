// What the handlers of deliveries share, and what a transport tells about each delivery. Independent of the transport.
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
  /** Limits how often opening the home page redraws it, for each person. Over the limit the page stays as it is. */
  readonly homeRateLimiter: RateLimiter;
  readonly log: Logger;
}

/** What the transport knows about a delivery. */
export interface Arrival {
  /** Identifies this delivery where Slack's own ids are missing. */
  readonly id: string;
  /** Monotonic milliseconds. */
  readonly arrivedAt: number;
  /** Slack's retry number; undefined for the first try. */
  readonly retryNumber?: number;
  /** Resolves when the answer was sent, or can no longer be sent. */
  readonly answered: Promise<void>;
  /** Counted from the arrival of the request, so it includes the time to read the body. */
  readonly deadline: Deadline;
}

/** Slack shows its own error after three seconds. The rest of that time is for the network. */
export const startDeadline = (): Deadline => createDeadline({ answerMs: 2_600, leastMs: 300 });
/** How long work may take if the whole time is still available. */
export const ackPatienceMs = 2_300;
/** Reserved after that work: to render the answer, or to say that it takes longer. */
export const replyMs = 300;

/** The body of the acknowledgement; undefined: empty. */
export type Answer = Readonly<Record<string, unknown>> | undefined;
