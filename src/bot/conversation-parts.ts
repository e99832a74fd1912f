// What the conversation and its presses work with.
import type { Logger } from 'pino';
import type { RetryOptions } from '../concurrency/retry.ts';
import type { Engine } from '../engine/engine.ts';
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { FlowKind } from '../flows/state.ts';
import type { FlowStore } from '../flows/store.ts';
import type { Copy } from './copy/copy.ts';
import type { Approvers } from './helpdesk/entitlement.ts';
import type { HelpRequest } from './helpdesk/help-request.ts';
import type { TellApart } from './helpdesk/same-person.ts';
import type { Heed } from './inbound.ts';
import type { Presentation } from './surfaces/presenter.ts';

export interface DispatchParts {
  readonly engine: Engine;
  readonly store: FlowStore;
  readonly presentation: Presentation;
  readonly entitled: Approvers['entitled'];
  readonly tellApart: TellApart;
  readonly permitted: (actor: ActorId) => boolean;
  readonly heeds: (actor: ActorId) => Heed;
  readonly askHelpdesk: HelpRequest;
  /** How to reach the helpdesk, in the operator's words. */
  readonly helpdeskContact?: string;
  readonly copy: Copy;
  readonly clock: Clock;
  readonly log: Logger;
  /** For a message that the platform does not take now; default: the platform's own pauses, for ten minutes. */
  readonly patience?: RetryOptions;
  readonly observe: (asked: FlowKind, outcome: 'accepted' | 'duplicate' | 'throttled') => void;
}
