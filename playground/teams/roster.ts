// The members of a conversation, as the connector returns them to a bot that is a member as well.
import type { Call } from './call.ts';
import { memberRecord, type Person } from './people.ts';
import { type Answer, done, refused, throttled } from './refusal.ts';
import type { Place, World } from './world.ts';

/** `GET …/members` */
export function members(call: Call): Answer {
  const people = roster(call);
  return Array.isArray(people) ? done(200, people.map(memberRecord)) : people;
}

const SMALLEST_PAGE = 50;
const LARGEST_PAGE = 500;

/** `GET …/pagedmembers`; a page has 50 to 500 members, whatever size is requested. */
export function pagedMembers(call: Call): Answer {
  const people = roster(call);
  if (!Array.isArray(people)) return people;
  const asked = Number(call.query.get('pageSize') ?? LARGEST_PAGE) || LARGEST_PAGE;
  const size = Math.min(Math.max(asked, SMALLEST_PAGE), LARGEST_PAGE);
  const token = call.query.get('continuationToken');
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) return refused('BadArgument', 'Invalid continuation token');
  const end = start + size;
  const next = end < people.length ? { continuationToken: Buffer.from(String(end)).toString('base64url') } : {};
  return done(200, { ...next, members: people.slice(start, end).map(memberRecord) });
}

/** `GET …/members/:memberId`, by Teams id, Entra object id or user principal name. */
export function member(call: Call): Answer {
  const people = roster(call);
  if (!Array.isArray(people)) return people;
  const found = people.find((person) => isCalled(person, call.memberId));
  return found === undefined ? refused('MemberNotFoundInConversation') : done(200, memberRecord(found));
}

function isCalled(person: Person, id: string): boolean {
  if (person.teamsId === id) return true;
  if (person.userRole === 'anonymous') return false;
  return person.aadObjectId === id || person.upn?.toLowerCase() === id.toLowerCase();
}

function roster(call: Call): Person[] | Answer {
  const { world, conversationId } = call;
  const place = world.placeOf(conversationId);
  if (place === undefined) return refused('ConversationNotFound');
  const hasBot = place.kind === 'personal' ? place.person.isInstalled : place.channel.hasBot;
  if (!hasBot) return refused('BotNotInConversationRoster');
  const waitSeconds = call.rates?.wait('roster', conversationId);
  return waitSeconds === undefined ? peopleIn(world, place, conversationId) : throttled(waitSeconds);
}

function peopleIn(world: World, place: Place, conversationId: string): Person[] {
  if (place.kind === 'personal') return [place.person];
  const isTeam = conversationId === place.channel.team.id;
  const channels = isTeam
    ? [...world.channels.values()].filter(({ team }) => team.id === conversationId)
    : [place.channel];
  const ids = new Set(channels.flatMap((channel) => [...channel.members]));
  return [...ids].flatMap((id) => world.people.get(id) ?? []);
}
