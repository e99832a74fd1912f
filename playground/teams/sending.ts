// Sending, updating and deleting the bot's messages.
import { type Json, listOf, recordsOf, textOf } from '../json.ts';
import { type Call, isAnswer, isTooBig, writable } from './call.ts';
import { type Answer, done, refused, throttled } from './refusal.ts';
import { ADAPTIVE_CARD, type Content, type Message, type Place, type World } from './world.ts';

const ATTACHMENTS: readonly string[] = [
  ADAPTIVE_CARD,
  'application/vnd.microsoft.card.hero',
  'application/vnd.microsoft.card.thumbnail',
  'application/vnd.microsoft.card.signin',
  'application/vnd.microsoft.card.oauth',
  'application/vnd.microsoft.teams.card.list',
  'application/vnd.microsoft.teams.card.o365connector',
];

/** `POST …/activities` and `POST …/activities/:activityId`. */
export async function send(call: Call): Promise<Answer> {
  const { world, conversationId, activityId, body, query } = call;
  if (isTooBig(call)) return refused('MessageSizeTooBig');
  // Messages that only one person sees need other permissions, and the SDK in use cannot send them.
  if (query.get('isTargetedActivity') === 'true') return refused('BadArgument', 'Targeted messages are not supported.');
  const place = writable(call);
  if (isAnswer(place)) return place;
  const waitSeconds = call.rates?.wait('send', conversationId);
  if (waitSeconds !== undefined) return throttled(waitSeconds);
  if (body['type'] === 'typing') {
    world.changed({ kind: 'typing', conversation: conversationId });
    return done(201, { id: world.nextId() });
  }
  const content = contentOf(body);
  if (isAnswer(content)) return content;
  const replyToId = activityId === '' ? textOf(body['replyToId']) : activityId;
  const written = write(world, place, content, { replyToId, summary: textOf(body['summary']) });
  await call.cards.check(content.attachments, written.at(-1)?.conversation ?? conversationId);
  return done(201, written.length === 1 ? { id: written[0]?.id } : {});
}

/** Teams splits a text with attachments into two messages and then returns no id. Source: doc, cards in bots. */
export function write(
  world: World,
  place: Place,
  content: Content,
  { replyToId, summary }: { readonly replyToId?: string | undefined; readonly summary?: string | undefined } = {},
): readonly Message[] {
  const { text, attachments } = content;
  const parts =
    text !== '' && attachments.length > 0
      ? [
          { text, attachments: [] },
          { text: '', attachments },
        ]
      : [content];
  return parts.map((part) => world.write(place, { from: 'bot', ...part, replyToId, summary }));
}

/** The content of a message, or why Teams would refuse it. */
export function contentOf(activity: Json): Content | Answer {
  if (activity['type'] !== 'message') return refused('BadSyntax', 'Unknown activity type');
  const { text = '', attachments = [] } = activity;
  if (typeof text !== 'string' || !Array.isArray(attachments)) return refused('BadSyntax');
  const records = recordsOf(attachments);
  const isKnown = (one: Json): boolean => ATTACHMENTS.includes(textOf(one['contentType']) ?? '');
  if (records.length !== listOf(attachments).length || !records.every(isKnown)) {
    return refused('BadArgument', 'Unknown attachment type');
  }
  if (text === '' && records.length === 0) return refused('BadSyntax', 'Activity has neither text nor attachments');
  return { text, attachments: records, summary: textOf(activity['summary']) };
}

/** `PUT …/activities/:activityId`: everybody sees the new content, also people who had got a card of their own. */
export async function update(call: Call): Promise<Answer> {
  if (isTooBig(call)) return refused('MessageSizeTooBig');
  const message = ownMessage(call);
  if (isAnswer(message)) return message;
  const content = contentOf(call.body);
  if (isAnswer(content)) return content;
  call.world.edit(message, content);
  await call.cards.check(content.attachments, call.conversationId);
  return done(200, { id: message.id });
}

/** `DELETE …/activities/:activityId` */
export function remove(call: Call): Answer {
  const message = ownMessage(call);
  if (isAnswer(message)) return message;
  call.world.remove(message);
  return { status: 200 };
}

function ownMessage(call: Call): Message | Answer {
  const place = writable(call);
  if (isAnswer(place)) return place;
  const message = call.world.find(call.conversationId, call.activityId);
  if (message === undefined) return refused('ActivityNotFoundInConversation');
  return message.from === 'bot' ? message : refused('NotEnoughPermissions');
}
