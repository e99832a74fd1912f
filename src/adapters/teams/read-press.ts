// Reads what was pressed and by whom, for Action.Execute and Action.Submit, and has the connector confirm the presser.
import { type Card, startedBy } from '../../bot/cards/card.ts';
import type { Pressed, Reply } from '../../bot/inbound.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { ReadAct } from './action-codec.ts';
import { platform } from './actor.ts';
import { type Confirmation, confirmationOf } from './confirmation.ts';
import { actorOf, referenceOf, type TeamsContext } from './context.ts';
import { pressDelivery } from './deduplication.ts';
import { asMessage } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { noticeCard } from './render.ts';
import { textToPlain } from './render-text.ts';
import { channelOf, type MessagePlace, messageAt } from './surface-refs.ts';

export interface Press {
  readonly activity: Activity;
  readonly actor: ActorId;
  readonly read: ReadAct;
  /** The message with the card that was pressed. */
  readonly place?: MessagePlace;
}

/** Shares of the seconds within which Teams wants its answer. */
const confirmWithinMs = 1_500;
const meetWithinMs = 500;
const pressMs = 1_000;

export function readPress(
  activity: Activity,
  read: ReadAct | undefined,
  context: TeamsContext,
): Press | 'stranger' | undefined {
  const actor = actorOf(activity, context);
  if (actor === undefined) return 'stranger';
  if (read === undefined) {
    context.log.warn({ event: 'teams.unsupported', of: 'press' });
    return undefined;
  }
  const { serviceUrl, conversation, replyToId } = activity;
  const { tenantId } = context;
  if (!replyToId) return { activity, actor, read };
  return {
    activity,
    actor,
    read,
    place: { serviceUrl, conversationId: conversation.id, activityId: replyToId, tenantId },
  };
}

/** Asks the connector whether the person is in this conversation, because the activity itself is not signed. */
export async function confirmPresser(
  { activity, actor }: Press,
  deadline: Deadline,
  { roster, chats, background, log }: TeamsContext,
): Promise<Confirmation> {
  const reference = referenceOf(activity);
  const confirmed = await withTimeout(roster.confirm(actor, reference), deadline.leftMs(confirmWithinMs, pressMs));
  const confirmation = confirmationOf(confirmed);
  if (confirmation !== 'confirmed') {
    const because = confirmed === undefined || confirmed.ok ? 'unsaid' : confirmed.failure.cause;
    log.warn(
      { event: 'teams.unconfirmed', because },
      'a press was not taken, because Teams did not confirm who it was',
    );
    return confirmation;
  }
  // The decision looks the presser up by their stored reference. For a helpdesk agent, this press may be the first contact with the bot.
  const meeting = chats.meet(actor, reference);
  background.run('meet', async () => void (await meeting));
  await withTimeout(
    meeting.catch(() => undefined),
    deadline.leftMs(meetWithinMs, pressMs),
  );
  return 'confirmed';
}

const startsAnew = (act: Pressed['act']): boolean => act === 'restart' || startedBy(act) !== undefined;

export function pressedBy({ activity, actor, read, place }: Press, act: Pressed['act']): Pressed {
  const { flow, v } = read.data;
  // Starting twice continues the open flow. Every other act can move the flow at most once from the version that the card shows.
  // A press that moved nothing, because it came too soon or its presser was not allowed, may be repeated from the same card.
  const isAboutFlow = flow !== undefined && !startsAnew(act);
  const subject = isAboutFlow ? [flow, String(v)] : [activity.conversation.id, activity.id ?? ''];
  return {
    kind: 'pressed',
    actor,
    delivery: pressDelivery([actor, act, ...subject]),
    act,
    values: read.values,
    isPrivate: isPersonal(activity),
    ...(flow === undefined ? {} : { flow }),
    // The place of a card is taken from the activity, never from the card's data.
    ...(isPersonal(activity)
      ? place !== undefined && { window: asMessage(messageAt(place)) }
      : { channel: channelNamed(activity), ...(place === undefined ? {} : { message: messageAt(place) }) }),
  };
}

export async function sentenceOf(
  text: Extract<Reply, { kind: 'notice' }>['text'],
  { names }: TeamsContext,
): Promise<string> {
  const card: Card = { ...noticeCard(''), lines: [{ text, tone: 'normal' }] };
  return textToPlain(text, await names.forCard(card));
}

export const channelNamed = ({ conversation }: Activity): string => `${platform}:${channelOf(conversation.id)}`;
