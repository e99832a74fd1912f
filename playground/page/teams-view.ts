// What the page shows of Teams, as plain data: chats, channels, and each card as each person sees it.
import { teamsCommands } from '../../src/adapters/teams/features.ts';
import { cast, teamsGeneralChannel, teamsHelpdeskChannel } from '../cast.ts';
import type { SeenMessage } from '../teams/control.ts';
import type { World } from '../world.ts';

const shownMessages = 40;

export function teamsViewOf(world: World) {
  return {
    mode: teamsMode(world),
    commands: teamsCommands.map(({ title, description }) => ({ name: title, about: description })),
    channels: channels.map(({ id, name, team, members }) => ({ id, name, team, members: members.map(({ id }) => id) })),
    messages: Object.fromEntries([
      ...cast.map((person) => [person.id, messagesIn(world, person.objectId, [person])] as const),
      ...channels.map(({ id, members }) => [id, messagesIn(world, id, members)] as const),
    ]),
  };
}

const channels = [
  { ...teamsGeneralChannel, members: cast },
  { ...teamsHelpdeskChannel, members: cast.filter(({ isHelpdesk }) => isHelpdesk === true) },
];

function messagesIn(world: World, place: string, readers: typeof cast) {
  return world.teams.control
    .messages(place)
    .filter(({ isDeleted }) => !isDeleted)
    .slice(-shownMessages)
    .map((message) => asMessage(world, message, readers));
}

/** `cards` holds the cards that single people got in answer to a press; everybody else sees `card`. */
function asMessage({ teams }: World, { id, conversation, from, at, text, card }: SeenMessage, readers: typeof cast) {
  const shared = JSON.stringify(card);
  const own = readers.flatMap((reader) => {
    const seen = teams.client(reader.objectId).card({ conversation, activityId: id });
    return seen === undefined || JSON.stringify(seen) === shared ? [] : [[reader.id, seen] as const];
  });
  return {
    id,
    conversation,
    /** In a channel, every reply belongs to the thread of the post with this id. */
    root: conversation.split(';messageid=')[1] ?? null,
    from: cast.find(({ objectId }) => objectId === from)?.id ?? 'app',
    at,
    text,
    card: card ?? null,
    cards: Object.fromEntries(own),
  };
}

/** The emulated Teams has no name for its current fault mode; `acts.ts` sets this one, and it belongs to the world. */
const modes = new WeakMap<World, 'normal' | 'rate-limited'>();
const teamsMode = (world: World) => modes.get(world) ?? 'normal';

export function setTeamsMode(world: World, mode: 'normal' | 'rate-limited'): void {
  const { faults } = world.teams.control;
  faults.clear();
  if (mode === 'rate-limited') {
    for (const kind of ['send', 'reply', 'update', 'create'] as const) faults.always(kind, { retryAfterSeconds: 5 });
  }
  modes.set(world, mode);
}
