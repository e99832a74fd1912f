// A gentle word to people who have no recovery contact: where they talk to the bot about nothing urgent, at most once a week, and
// never after they said no. Reminding must never delay or break the answer that it is added to.
import type { Logger } from 'pino';
import { errorName } from '../concurrency/background-tasks.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import { countUsable } from '../flows/contact.ts';
import { type ActorId, later } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import type { Clock } from '../flows/ports.ts';
import type { Nudges } from '../flows/store.ts';
import type { ContactLists } from './contact-list.ts';

export interface Reminding {
  /** Whether to remind this person now. Counts as a reminder. */
  isDue(actor: ActorId): Promise<boolean>;
  stop(actor: ActorId): Promise<void>;
  /** The person asked for their contacts, so they may be reminded again some day. Never rejects. */
  resume(actor: ActorId): Promise<void>;
}

const everySeconds = 7 * daySeconds;
/** A person waits for the answer meanwhile. */
const patienceMs = 1_500;

export function createReminding(parts: {
  readonly nudges: Nudges;
  readonly contactLists: Pick<ContactLists, 'read'>;
  readonly clock: Clock;
  readonly log: Logger;
}): Reminding {
  const { nudges, contactLists, clock, log } = parts;
  const complain = (error: unknown): void => {
    log.warn({ event: 'reminder.failed', error: errorName(error) }, 'a reminder could not be looked up or kept');
  };

  async function isDue(actor: ActorId): Promise<boolean> {
    const now = clock.now();
    const before = later(now, -everySeconds);
    if (!(await nudges.isDue(actor, before))) return false;
    const own = await withTimeout(contactLists.read(actor), patienceMs);
    if (own?.is !== 'contacts') return false;
    // Whoever has a contact is not looked up again for a week either.
    return (await nudges.claim(actor, before, now)) && countUsable(own.contacts) === 0;
  }

  return {
    async isDue(actor) {
      try {
        return await isDue(actor);
      } catch (error) {
        complain(error);
        return false;
      }
    },
    stop: (actor) => nudges.stop(actor, clock.now()),
    resume: (actor) => nudges.resume(actor).catch(complain),
  };
}
