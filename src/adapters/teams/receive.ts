// One activity → whoever takes it: a plain switch on type and name. Decides nothing.

import { takeInstallation, takeUpdate } from './installs.ts';
import type { Answer, Listening } from './listening.ts';
import { takeMessage } from './messages.ts';
import type { Activity } from './payload.ts';
import { takeInvoke } from './presses.ts';
import { takeSubmit } from './submits.ts';

/** `answered`: whether the HTTP answer left, once that is known. */
export type Receive = (activity: Activity, answered: Promise<boolean>) => Promise<Answer>;

export function createReceive(listening: Listening): Receive {
  return async (activity, answered) => {
    switch (activity.type) {
      case 'message': {
        void answered.then((left) => left || listening.arrivals.unanswered(activity));
        const isSubmit = typeof activity.value === 'object' && activity.value !== null;
        return isSubmit ? takeSubmit(activity, listening) : takeMessage(activity, listening);
      }
      case 'invoke':
        if (activity.name === 'adaptiveCard/action') return takeInvoke(activity, answered, listening);
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
