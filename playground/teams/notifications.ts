// Whom Teams notifies of a new message of the bot, and with which words. An edit notifies nobody, and makes no unread mark.
// Source: MicrosoftDocs/msteams-docs, cards-format: a mention in a card is an entity whose text stands on the card.
import { type Json, recordOf, recordsOf, textOf } from '../json.ts';
import type { Place, World } from './world.ts';

export type Notification = {
  readonly user: string;
  readonly conversation: string;
  readonly id: string;
  readonly text: string;
};

/** In a personal chat its person; in a channel the members whom the card mentions. */
export function notified({ people }: Pick<World, 'people'>, place: Place, card: Json | undefined): readonly string[] {
  if (place.kind === 'personal') return [place.person.aadObjectId];
  const mentioned = new Set(mentionsIn(card).map(({ id }) => id));
  return [...people.values()]
    .filter(({ aadObjectId, teamsId }) => mentioned.has(teamsId) || mentioned.has(aadObjectId))
    .map(({ aadObjectId }) => aadObjectId)
    .filter((id) => place.channel.members.has(id));
}

function mentionsIn(card: Json | undefined): readonly { readonly id: string; readonly text: string }[] {
  const entities = recordsOf(recordOf(card?.['msteams'])['entities']);
  return entities
    .filter(({ type }) => type === 'mention')
    .map(({ text, mentioned }) => ({ text: textOf(text) ?? '', id: textOf(recordOf(mentioned)['id']) ?? '' }));
}

/** What Teams would show wrongly: it then writes the tag out, and notifies nobody. */
export function mentionProblems(card: Json): readonly string[] {
  const { msteams: _msteams, ...rest } = card;
  const written = JSON.stringify(rest);
  const mentions = mentionsIn(card);
  const stray = (written.match(/<at>.*?<\/at>/g) ?? []).filter((tag) => !mentions.some(({ text }) => text === tag));
  return [
    ...mentions.filter(
      ({ text }) => !/^<at>.+<\/at>$/.test(text) || !written.includes(JSON.stringify(text).slice(1, -1)),
    ),
  ]
    .map(({ text }) => `a mention whose text does not stand on the card: ${text}`)
    .concat(stray.map((tag) => `no mention belongs to ${tag}`));
}
