// A press costs calls to the platform even where it comes to nothing: whoever presses without end is told so once and then not heard.
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Heed } from './inbound.ts';
import { createThrottle } from './throttle.ts';

/** One a second for a whole minute: above the quickest agent with a full channel, below what would cost others anything. */
const pressesPerMinute = 60;

export function createPressThrottle(clock: Clock, perMinute = pressesPerMinute): (actor: ActorId) => Heed {
  const heard = createThrottle(clock, perMinute);
  const told = createThrottle(clock, 1);
  return (actor) => {
    if (heard(actor)) return 'heard';
    return told(actor) ? 'too-often' : 'hushed';
  };
}
