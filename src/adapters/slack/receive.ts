// Routes a delivery to its handler, for every transport. Decides nothing.
import { unreachable } from '../../flows/unreachable.ts';
import { createCommands, privately } from './commands.ts';
import type { Answer, Arrival, SlackContext } from './context.ts';
import { takeHomeOpened } from './home-opened.ts';
import { takeMessage } from './messages.ts';
import type { Delivery, Unsupported } from './parse.ts';
import { takePress } from './presses.ts';
import { oldWindow, takeSubmission } from './submissions.ts';
import { words } from './words.ts';

/** Resolves with the acknowledgement when everything is stored. On rejection do not acknowledge, so that Slack sends it again. */
export type Receive = (delivery: Delivery, arrival: Arrival) => Promise<Answer>;

export function createReceive(context: SlackContext, commandPrefix?: string): Receive {
  const takeCommand = createCommands(context, commandPrefix);
  return async (delivery, arrival) => {
    switch (delivery.kind) {
      case 'command':
        return takeCommand(delivery.command, arrival);
      case 'message':
        await takeMessage(delivery.message, arrival, context);
        return undefined;
      case 'home-opened':
        takeHomeOpened(delivery.opened, context);
        return undefined;
      case 'press':
        takePress(delivery.press, arrival, context);
        return undefined;
      case 'submission':
        return takeSubmission(delivery.submission, arrival, context);
      case 'window-closed':
        return undefined;
      case 'unsupported':
        return refuse(delivery.of, context);
      default:
        return unreachable(delivery);
    }
  };
}

/** Answers with a sentence where an empty answer would look like success to a person. */
function refuse(of: Unsupported, { log }: SlackContext): Answer {
  // Edits, joins and the like are normal, so they are not worth a warning.
  if (of === 'event') log.debug({ event: 'slack.unsupported', of });
  else log.warn({ event: 'slack.unsupported', of });
  switch (of) {
    case 'command':
      return privately({ text: words.sorry });
    case 'window':
      return oldWindow();
    case 'press':
    case 'event':
    case 'request':
      return undefined;
    default:
      return unreachable(of);
  }
}
