// The parts that every handler of an activity needs, and the answers that Teams accepts.
import type { Logger } from 'pino';
import type { Conversation } from '../../bot/conversation.ts';
import type { Background } from '../../concurrency/background-tasks.ts';
import { createDeadline, type Deadline } from '../../concurrency/deadline.ts';
import type { PriorityQueue } from '../../concurrency/priority-queue.ts';
import type { createReportUnknown } from '../../engine/unmatched.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { Clock } from '../../flows/ports.ts';
import type { RenderQueue } from '../render-queue.ts';
import { teamsActor } from './actor.ts';
import type { Chats } from './chats.ts';
import type { Deduplication } from './deduplication.ts';
import type { Names } from './names.ts';
import { type Activity, isPersonal } from './payload.ts';
import type { Posts } from './posts.ts';
import type { TeamsReference } from './references.ts';
import { type AdaptiveCard, cardType } from './render.ts';
import type { Roster } from './roster.ts';

export interface TeamsContext {
  readonly conversation: Conversation;
  readonly deduplication: Deduplication;
  readonly chats: Chats;
  readonly roster: Roster;
  readonly posts: Posts;
  readonly names: Names;
  readonly renderQueue: RenderQueue;
  readonly background: Background;
  readonly priorityQueue: PriorityQueue;
  readonly tenantId: string;
  readonly clock: Clock;
  /** Somebody asked for something, and Teams does not vouch for them. */
  readonly unknown: ReturnType<typeof createReportUnknown>;
  readonly log: Logger;
}

/** Counted from when the request came in, so authentication is included. After five seconds Teams shows "Unable to reach app". */
export const startDeadline = (): Deadline => createDeadline({ answerMs: 4_400, leastMs: 300 });

export interface Arrival {
  readonly deadline: Deadline;
  /** Resolves to whether the HTTP answer was sent. */
  readonly answered: Promise<boolean>;
}

/** The HTTP answer. A body only for an invoke. */
export interface Answer {
  readonly status: 200 | 500 | 501 | 503;
  readonly body?: Readonly<Record<string, unknown>>;
}

export const taken: Answer = { status: 200 };

/** Replaces the pressed card, for the presser only. */
export const withCard = (card: AdaptiveCard): Answer => ({
  status: 200,
  body: { statusCode: 200, type: cardType, value: card },
});

/** Shows a short sentence to the presser only. The card stays as it is. */
export const withSentence = (sentence: string): Answer => ({
  status: 200,
  body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: sentence },
});

/** Undefined for a user who is not in Entra. */
export const actorOf = ({ from }: Activity, { tenantId }: TeamsContext): ActorId | undefined =>
  teamsActor(tenantId, from.aadObjectId);

export const referenceOf = (activity: Activity): TeamsReference => ({
  serviceUrl: activity.serviceUrl,
  conversationId: activity.conversation.id,
  userId: activity.from.id,
  isPersonal: isPersonal(activity),
});
