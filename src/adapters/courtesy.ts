// How often one person's own words are answered. Quick people always are; whoever floods the bot reads so once a minute, and nothing else.
import { createThrottle } from '../bot/throttle.ts';
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';

export interface ReplyThrottle {
  /** Whether words of this person are answered still: as many in a minute as requests are taken. */
  answers(actor: ActorId): boolean;
  /** Whether to say that it is too much. */
  complains(actor: ActorId): boolean;
}

export const createReplyThrottle = (clock: Clock): ReplyThrottle => ({
  answers: createThrottle(clock),
  complains: createThrottle(clock, 1),
});
