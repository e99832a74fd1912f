// What was pressed and by whom, whichever way it came: read from the activity, confirmed by the connector, said in the conversation's words.
import type { Card } from '../../bot/cards/card.ts';
import type { Pressed, Reply } from '../../bot/inbound.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { ReadAct } from './action-codec.ts';
import { platform } from './actor.ts';
import { type Confirmation, confirmationOf } from './confirmation.ts';
import { actorOf, type Listening, referenceOf } from './context.ts';
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

/** Of the seconds within which Teams wants its answer. */
const confirmPatienceMs = 1_500;
const meetPatienceMs = 500;
const pressMs = 1_000;

export function readPress(
  activity: Activity,
  read: ReadAct | undefined,
  listening: Listening,
): Press | 'stranger' | undefined {
  const actor = actorOf(activity, listening);
  if (actor === undefined) return 'stranger';
  if (read === undefined) {
    listening.log.warn({ event: 'teams.unsupported', of: 'press' });
    return undefined;
  }
  const { serviceUrl, conversation, replyToId } = activity;
  const { tenantId } = listening;
  if (!replyToId) return { activity, actor, read };
  return {
    activity,
    actor,
    read,
    place: { serviceUrl, conversationId: conversation.id, activityId: replyToId, tenantId },
  };
}

/** Whoever presses is whom the connector knows in this conversation: the activity itself is not signed. */
export async function confirmPresser(
  { activity, actor }: Press,
  deadline: Deadline,
  { roster, chats, background, log }: Listening,
): Promise<Confirmation> {
  const reference = referenceOf(activity);
  const confirmed = await withTimeout(roster.confirm(actor, reference), deadline.leftMs(confirmPatienceMs, pressMs));
  const confirmation = confirmationOf(confirmed);
  if (confirmation !== 'confirmed') {
    const because = confirmed === undefined || confirmed.ok ? 'unsaid' : confirmed.failure.cause;
    log.warn(
      { event: 'teams.unconfirmed', because },
      'a press was not taken, because Teams did not confirm who it was',
    );
    return confirmation;
  }
  // Whoever decides is looked up by where they were met: an agent's first word to the bot may be this press.
  const meeting = chats.meet(actor, reference);
  background.run('meet', async () => void (await meeting));
  await withTimeout(
    meeting.catch(() => undefined),
    deadline.leftMs(meetPatienceMs, pressMs),
  );
  return 'confirmed';
}

const beginnings: ReadonlySet<Pressed['act']> = new Set(['start-reset', 'start-unlock', 'restart']);

export function pressedBy({ activity, actor, read, place }: Press, act: Pressed['act']): Pressed {
  const { flow, v } = read.data;
  // Beginning twice continues what is open; every other act changes the flow at most once from where the card was drawn. One that
  // changed nothing, because it came too soon or its presser was not let in, may be made again from there.
  const isAboutFlow = flow !== undefined && !beginnings.has(act);
  const what = isAboutFlow ? [flow, String(v)] : [activity.conversation.id, activity.id ?? ''];
  return {
    kind: 'pressed',
    actor,
    delivery: pressDelivery([actor, act, ...what]),
    act,
    values: read.values,
    isPrivate: isPersonal(activity),
    ...(flow === undefined ? {} : { flow }),
    // Where a card stands is what Teams says, never what the card's data says.
    ...(isPersonal(activity)
      ? place !== undefined && { window: asMessage(messageAt(place)) }
      : { channel: channelNamed(activity), ...(place === undefined ? {} : { message: messageAt(place) }) }),
  };
}

export async function sentenceOf(
  text: Extract<Reply, { kind: 'notice' }>['text'],
  { names }: Listening,
): Promise<string> {
  const card: Card = { ...noticeCard(''), lines: [{ text, tone: 'normal' }] };
  return textToPlain(text, await names.forCard(card));
}

export const channelNamed = ({ conversation }: Activity): string => `${platform}:${channelOf(conversation.id)}`;
