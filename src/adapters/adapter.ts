// An adapter is two halves. What speaks to the platform is made first and knows nobody above it; what listens to the platform is
// made last, with those to whom it hands on.
import type { FastifyPluginAsync } from 'fastify';
import type { Conversation } from '../bot/conversation.ts';
import type { NameOf } from '../bot/display-names.ts';
import type { Messenger } from '../bot/messenger.ts';
import type { PriorityQueue } from '../concurrency/priority-queue.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';

export interface Outbound {
  readonly messenger: Messenger;
  readonly people: People;
  /** What somebody is called there, for cards elsewhere; undefined where the platform does not say. */
  readonly nameOf: NameOf;
  /** Gets what every request needs, so that the first one need not wait for it. Where it is not to be had, that one asks again. */
  warmUp(): Promise<void>;
  /** For the operator: that the platform knows this app, or what is wrong. */
  check(): Promise<Outcome<unknown>>;
  listen(listeners: Listeners): Promise<Inbound>;
}

export interface Listeners {
  readonly conversation: Conversation;
  /** Shared by all platforms: whoever waits for an acknowledgement goes first. */
  readonly priorityQueue: PriorityQueue;
}

export interface Inbound {
  /** Mounts the routes to which the platform sends. */
  readonly plugin: FastifyPluginAsync;
  /** Waits a bounded time for what goes on behind answered requests. */
  stop(): Promise<void>;
}
