// What a visitor can do in Teams, parsed and passed to the emulator: write a message, press a button on a card.
import { z } from 'zod';
import { cast, teamsGeneralChannel, teamsHelpdeskChannel } from '../cast.ts';
import { actionsIn } from '../teams/cards.ts';
import type { Client } from '../teams/client.ts';
import type { Shown } from '../teams/presses.ts';
import type { World } from '../world.ts';

const user = z.enum(cast.map(({ id }) => id));
const id = z.string().min(1).max(300);
const words = z.string().max(300);

export const teamsSay = z.strictObject({
  act: z.literal('teams-say'),
  user,
  place: z.enum(['chat', teamsGeneralChannel.id, teamsHelpdeskChannel.id]),
  text: z.string().trim().min(1).max(3000),
});
export const teamsPress = z.strictObject({
  act: z.literal('teams-press'),
  user,
  conversation: id,
  message: id,
  action: z.strictObject({
    type: z.enum(['Action.Execute', 'Action.Submit']),
    title: words,
    verb: words.optional(),
    id: words.optional(),
  }),
  inputs: z.record(id, z.string().max(3000)),
});
type Answer = { readonly ok: boolean; readonly said?: string };

export async function sayInTeams({ teams }: World, act: z.infer<typeof teamsSay>): Promise<Answer> {
  const client = clientOf(teams, act.user);
  if (act.place === 'chat') return toldBy(await client.message(act.text));
  const mention = /@Latchkey\b/i;
  if (!mention.test(act.text)) {
    await client.channelMessage(act.place, act.text, { mention: false });
    return { ok: true, said: 'In a channel Latchkey hears only what begins with @Latchkey.' };
  }
  return toldBy(await client.channelMessage(act.place, act.text.replace(mention, '<at>Latchkey</at>')));
}

/** The answer to a press is shown in the card, where the page puts it. */
export async function pressInTeams({ teams }: World, act: z.infer<typeof teamsPress>): Promise<Answer> {
  const client = clientOf(teams, act.user);
  const where = { conversation: act.conversation, activityId: act.message };
  const { type, title, verb, id: name } = act.action;
  const card = cardOf(client, where);
  const isThere = card !== undefined && actionsIn(card).some((one) => one.type === type && one.title === title);
  // The card disappeared at the moment of the press. That is no error.
  if (!isThere) return { ok: true };
  const pointer = { title, ...(verb === undefined ? {} : { verb }), ...(name === undefined ? {} : { id: name }) };
  const press = type === 'Action.Execute' ? client.pressExecute : client.pressSubmit;
  const shown = await press(where, pointer, act.inputs);
  const [error] = Object.values(shown.errors);
  if (error !== undefined) return { ok: false, said: error };
  return shown.text === undefined ? toldBy(shown) : { ok: shown.ok, said: shown.text };
}

function cardOf(client: Client, where: Parameters<Client['card']>[0]) {
  try {
    return client.card(where);
  } catch {
    return undefined;
  }
}

const clientOf = (teams: World['teams'], userId: string): Client =>
  teams.client(cast.find((one) => one.id === userId)?.objectId ?? '');

function toldBy({ ok, says }: Shown): Answer {
  if (says !== undefined) return { ok, said: says };
  return ok ? { ok } : { ok, said: 'Latchkey did not answer.' };
}
