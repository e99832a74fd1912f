// An adapter has two sides. The outbound side calls the platform; it is created first and knows nothing of the core. The inbound side
// receives from the platform; it is created last, with the parts that it hands requests to.
import type { FastifyPluginAsync } from 'fastify';
import type { Conversation } from '../bot/conversation.ts';
import type { NameOf } from '../bot/display-names.ts';
import type { Messenger } from '../bot/messenger.ts';
import type { Deadline } from '../concurrency/deadline.ts';
import type { PriorityQueue } from '../concurrency/priority-queue.ts';
import type { Check } from '../doctor/check.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';
import type { SetUp } from './diagnosis.ts';

export interface Outbound {
  readonly messenger: Messenger;
  readonly people: People;
  /** A person's name on this platform, for cards on the other one; undefined where the platform does not say. */
  readonly nameOf: NameOf;
  /** Fetches what every request needs, so that the first one does not wait for it. If this fails, the first request fetches it. */
  warmUp(): Promise<void>;
  /** For the operator: whether the platform knows this app, or what is wrong. */
  check(): Promise<Outcome<unknown>>;
  /** For the operator's doctor: each setting of this platform, compared with what the platform says. */
  checks(setUp: SetUp): readonly Check[];
  listen(listeners: Listeners): Promise<Inbound>;
}

export interface Listeners {
  readonly conversation: Conversation;
  /** Shared by all platforms: requests that wait for their acknowledgement go first. */
  readonly priorityQueue: PriorityQueue;
}

export interface Inbound {
  /** Mounts the routes that the platform calls. */
  readonly plugin: FastifyPluginAsync;
  /** Waits for the background work of answered requests. `deadline`: of the whole stop; absent: this is all that stops. */
  stop(deadline?: Deadline): Promise<void>;
  /** How much of that is not finished. */
  underWay(): number;
}
