// One activity → whoever takes it: a plain switch on type and name. Decides nothing.

import { takeInvoke } from './action-execute.ts';
import { takeSubmit } from './action-submit.ts';
import type { Answer, Arrival, Listening } from './context.ts';
import { takeInstallation, takeUpdate } from './installs.ts';
import { takeMessage } from './messages.ts';
import type { Activity } from './payload.ts';

export type Receive = (activity: Activity, arrival: Arrival) => Promise<Answer>;

export function createReceive(listening: Listening): Receive {
  return async (activity, arrival) => {
    switch (activity.type) {
      case 'message': {
        void arrival.answered.then((left) => left || listening.arrivals.unanswered(activity));
        const isSubmit = typeof activity.value === 'object' && activity.value !== null;
        return isSubmit ? takeSubmit(activity, listening) : takeMessage(activity, arrival.deadline, listening);
      }
      case 'invoke':
        if (activity.name === 'adaptiveCard/action') return takeInvoke(activity, arrival, listening);
        listening.log.warn({ event: 'teams.unsupported', of: 'invoke' });
        return { status: 501 };
      case 'installationUpdate':
        return takeInstallation(activity, listening);
      case 'conversationUpdate':
        return takeUpdate(activity, listening);
      default:
        // Reactions, edits, typing: Teams tells them, nobody asked.
        listening.log.debug({ event: 'teams.unsupported', of: 'activity' });
        return { status: 200 };
    }
  };
}
