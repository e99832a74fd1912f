// What every listener works with, and how Teams is answered.
import type { Logger } from 'pino';
import type { Conversation } from '../../bot/conversation.ts';
import type { Background } from '../../concurrency/background-tasks.ts';
import { createDeadline, type Deadline } from '../../concurrency/deadline.ts';
import type { PriorityQueue } from '../../concurrency/priority-queue.ts';
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

export interface Listening {
  readonly conversation: Conversation;
  readonly arrivals: Deduplication;
  readonly chats: Chats;
  readonly roster: Roster;
  readonly posts: Posts;
  readonly names: Names;
  readonly renderQueue: RenderQueue;
  readonly background: Background;
  readonly priorityQueue: PriorityQueue;
  readonly tenantId: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Counted from when the request came in, authentication included. People see "Unable to reach app" after five seconds. */
export const startDeadline = (): Deadline => createDeadline({ answerMs: 4_400, leastMs: 300 });

export interface Arrival {
  readonly deadline: Deadline;
  /** Whether the HTTP answer left, once that is known. */
  readonly answered: Promise<boolean>;
}

/** The HTTP answer. A body only for an invoke. */
export interface Answer {
  readonly status: 200 | 500 | 501 | 503;
  readonly body?: Readonly<Record<string, unknown>>;
}

export const taken: Answer = { status: 200 };

/** A card in the place of the one that was pressed, seen by the presser only. */
export const withCard = (card: AdaptiveCard): Answer => ({
  status: 200,
  body: { statusCode: 200, type: cardType, value: card },
});

/** A short sentence to the presser only; the card stays. */
export const withSentence = (sentence: string): Answer => ({
  status: 200,
  body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: sentence },
});

/** Undefined for somebody whom Entra does not know. */
export const actorOf = ({ from }: Activity, { tenantId }: Listening): ActorId | undefined =>
  teamsActor(tenantId, from.aadObjectId);

export const referenceOf = (activity: Activity): TeamsReference => ({
  serviceUrl: activity.serviceUrl,
  conversationId: activity.conversation.id,
  userId: activity.from.id,
  isPersonal: isPersonal(activity),
});
