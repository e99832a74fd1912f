// The app was added or taken away. Added for a person, it introduces itself; taken away, where the person was reached is forgotten.
import type { Said } from '../../bot/inbound.ts';
import { type Answer, actorOf, type Listening, referenceOf, taken } from './context.ts';
import { saidDelivery } from './deduplication.ts';
import { tellPrivately } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';

/** Teams tells an installation twice, as an update of the conversation as well: only this one is answered. */
export function takeInstallation(activity: Activity, listening: Listening): Answer {
  const { arrivals, background, chats, conversation, clock } = listening;
  const actor = actorOf(activity, listening);
  if (actor === undefined || arrivals.isRepeat(activity)) return taken;
  switch (activity.action) {
    case 'remove':
    case 'remove-upgrade':
      if (isPersonal(activity)) background.run('uninstalled', () => chats.part(actor));
      return taken;
    case 'add':
      background.run('installed', async () => {
        const reference = referenceOf(activity);
        const met = await chats.meet(actor, reference);
        if (!isPersonal(activity) || !(met.ok || (await chats.isKnownAt(actor, reference)))) return;
        const said: Said = { kind: 'said', actor, delivery: saidDelivery(activity, clock), words: 'help' };
        await tellPrivately(actor, await conversation.answer(said), listening);
      });
      return taken;
    default:
      return takeUpdate(activity, listening);
  }
}

/** Whoever turns up in a conversation can be reached from then on. */
export function takeUpdate(activity: Activity, listening: Listening): Answer {
  const actor = actorOf(activity, listening);
  if (actor === undefined) return taken;
  listening.background.run('met', async () => void (await listening.chats.meet(actor, referenceOf(activity))));
  return taken;
}
