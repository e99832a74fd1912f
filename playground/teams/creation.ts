// `POST /v3/conversations`: the personal chat with a person, or a new thread in a channel.
import { isRecord, type Json, recordOf, recordsOf, textOf } from '../json.ts';
import { type Call, isAnswer, isTooBig } from './call.ts';
import { botIdOf, personalIdOf } from './identifiers.ts';
import { chatTenantOf, type Person } from './people.ts';
import { type Answer, done, refused, throttled } from './refusal.ts';
import { contentOf, write } from './sending.ts';
import type { Place, World } from './world.ts';

const INCORRECT = refused('BadSyntax', 'Incorrect conversation creation parameters');

export async function create(call: Call): Promise<Answer> {
  if (isTooBig(call)) return refused('MessageSizeTooBig');
  const channelData = recordOf(call.body['channelData']);
  const channelId = textOf(recordOf(channelData['channel'])['id']);
  return channelId === undefined ? createPersonal(call, channelData) : createThread(call, channelId);
}

async function createThread(call: Call, channelId: string): Promise<Answer> {
  const { world, body } = call;
  const channel = world.channels.get(channelId);
  if (channel === undefined) return refused('ConversationNotFound');
  if (!channel.hasBot) return refused('BotNotInConversationRoster');
  if (body['isGroup'] !== true || !isRecord(body['activity'])) return INCORRECT;
  const waitSeconds = call.rates?.wait('create', channelId);
  return waitSeconds === undefined
    ? begin(call, { kind: 'channel', channel, rootId: undefined }, body['activity'])
    : throttled(waitSeconds);
}

async function begin(call: Call, place: Place, activity: Json): Promise<Answer> {
  const content = contentOf(activity);
  if (isAnswer(content)) return content;
  const [first] = write(call.world, place, content, { summary: textOf(activity['summary']) });
  if (first === undefined) return INCORRECT;
  await call.cards.check(content.attachments, first.conversation);
  return done(201, { id: first.conversation, activityId: first.id });
}

async function createPersonal(call: Call, channelData: Json): Promise<Answer> {
  const { world, body } = call;
  const [member, ...others] = recordsOf(body['members']);
  const tenantId = textOf(body['tenantId']) ?? textOf(recordOf(channelData['tenant'])['id']);
  const bot = textOf(recordOf(body['bot'])['id']);
  const isForOne = body['isGroup'] !== true && member !== undefined && others.length === 0;
  const isOurBot = bot === undefined || bot === botIdOf(world.settings.appId);
  if (!isForOne || tenantId === undefined || !isOurBot) return INCORRECT;
  const person = personWith(world, textOf(member['id']) ?? '');
  if (person === undefined) return refused('BadArgument', 'Unknown user');
  if (tenantId !== chatTenantOf(person, world.settings)) return INCORRECT;
  if (!person.isInstalled) return refused('ForbiddenOperationException');
  const waitSeconds = call.rates?.wait('create', person.aadObjectId);
  if (waitSeconds !== undefined) return throttled(waitSeconds);
  if (isRecord(body['activity'])) return begin(call, { kind: 'personal', person }, body['activity']);
  return done(201, { id: personalIdOf(world.settings.appId, person.aadObjectId) });
}

/** By Teams id or Entra object id, never by an address. */
function personWith({ people }: World, id: string): Person | undefined {
  return [...people.values()].find(
    (one) => one.teamsId === id || (one.userRole !== 'anonymous' && one.aadObjectId === id),
  );
}
