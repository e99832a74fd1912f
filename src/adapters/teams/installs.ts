// The app was added or removed. Added for a person, it introduces itself. Removed, the person's reference is forgotten.
import { type Answer, actorOf, referenceOf, type TeamsContext, taken } from './context.ts';
import { tellPrivately } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';

/** Teams reports an installation twice, also as a `conversationUpdate`. Only the `installationUpdate` is answered. */
export function takeInstallation(activity: Activity, context: TeamsContext): Answer {
  const { deduplication, background, chats, conversation } = context;
  const actor = actorOf(activity, context);
  if (actor === undefined || deduplication.isRepeat(activity)) return taken;
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
        for (const card of await conversation.welcome(actor)) await tellPrivately(actor, card, context);
      });
      return taken;
    default:
      return takeUpdate(activity, context);
  }
}

/** Stores the reference of a person who appears in a conversation, so that they can be reached from then on. */
export function takeUpdate(activity: Activity, context: TeamsContext): Answer {
  const actor = actorOf(activity, context);
  if (actor === undefined) return taken;
  context.background.run('met', async () => void (await context.chats.meet(actor, referenceOf(activity))));
  return taken;
}
