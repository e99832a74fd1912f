// Passes each activity to its handler: a plain switch on type and name. Decides nothing.
import { takeInvoke } from './action-execute.ts';
import { takeSubmit } from './action-submit.ts';
import type { Answer, Arrival, TeamsContext } from './context.ts';
import { takeInstallation, takeUpdate } from './installs.ts';
import { takeMessage } from './messages.ts';
import type { Activity } from './payload.ts';

export type Receive = (activity: Activity, arrival: Arrival) => Promise<Answer>;

export function createReceive(context: TeamsContext): Receive {
  return async (activity, arrival) => {
    switch (activity.type) {
      case 'message': {
        void arrival.answered.then((wasSent) => wasSent || context.deduplication.unanswered(activity));
        const isSubmit = typeof activity.value === 'object' && activity.value !== null;
        return isSubmit ? takeSubmit(activity, context) : takeMessage(activity, arrival.deadline, context);
      }
      case 'invoke':
        if (activity.name === 'adaptiveCard/action') return takeInvoke(activity, arrival, context);
        context.log.warn({ event: 'teams.unsupported', of: 'invoke' });
        return { status: 501 };
      case 'installationUpdate':
        return takeInstallation(activity, context);
      case 'conversationUpdate':
        return takeUpdate(activity, context);
      default:
        // Reactions, edits, typing: Teams sends them unasked.
        context.log.debug({ event: 'teams.unsupported', of: 'activity' });
        return { status: 200 };
    }
  };
}
