// How a person uses Teams: the window is the newest card of the personal chat, inputs included.
import { type Json, recordOf, recordsOf, textOf } from '../../playground/json.ts';
import type { Origin } from '../../playground/teams/activities.ts';
import { actionsIn, buttonsOn, inputsIn, type Pointer, visibleText } from '../../playground/teams/cards.ts';
import type { Client } from '../../playground/teams/client.ts';
import type { SeenMessage } from '../../playground/teams/control.ts';
import type { Shown } from '../../playground/teams/presses.ts';
import type { Teams } from '../../playground/teams/server.ts';
import { type Chat, eventually, eventuallyShows, type HelpdeskChannel, type Question, shows } from './chat.ts';
import { objectIdOf, type Who } from './people.ts';
import type { World } from './world.ts';

/** A message of the bot as one person sees it. */
interface Seen {
  readonly where: Origin;
  readonly card: Json | undefined;
  readonly text: string;
}

interface Button {
  readonly label: string;
  /** The button that sends; a button that asks for confirmation has another one behind it, which is meant then. */
  readonly pointer: Pointer;
  readonly url: string | undefined;
  readonly data: Json;
  readonly sendsInputs: boolean;
}

export function teamsChat(world: World, who: Who): Chat {
  const hands = handsOf(world, who);
  const { client, ofBot, press, whispers } = hands;
  const chat = (): readonly Seen[] => ofBot(client.userId);
  const newest = (): Seen | undefined => chat().at(-1);
  const message = (): string => newest()?.text ?? '';
  /**
   * Teams shows no direct answer to a typed message: the bot writes a message of its own, and the person waits for
   * that.
   */
  const says = async (words: string): Promise<void> => {
    const before = new Set(chat().map(({ where }) => where.activityId));
    hands.note(await client.message(words));
    await eventually(
      () => (chat().some(({ where }) => !before.has(where.activityId)) ? true : undefined),
      () => message(),
    );
  };
  return {
    asks: (what, words) => says(words === undefined ? what : `${what} ${words}`),
    fires: async (what) => hands.note(await client.message(what)),
    writes: says,
    sees: (wanted) => eventuallyShows(message, wanted),
    // The request is one card, which is window and message in one.
    seesInWindow: (wanted) => eventuallyShows(message, wanted),
    screen: message,
    seesBesideInput: (wanted) => eventuallyShows(() => [message(), ...hands.beside()].join('\n'), wanted),
    reads: (wanted) => eventuallyShows(message, wanted),
    message,
    messages: () => chat().map(({ text }) => text),
    notifications: () => pushedTo(world, client.userId, ({ control }) => control.personalConversation(client.userId)),
    whispers,
    hears: (wanted) => eventuallyShows(() => whispers().join('\n---\n'), wanted),
    choices: () => choicesIn(newest()).map(({ title }) => title),
    picks: async (label) => hands.picks(newest(), label),
    submits: () => hands.submits(newest),
    async types(code) {
      world.planted.add(code);
      await eventually(
        () => (inputsIn(newest()?.card ?? {}).some(({ id }) => id === 'code') ? true : undefined),
        () => `${message()}\n(wanted: an input for a code)`,
      );
      hands.fills('code', code);
    },
    async describes(trouble) {
      await eventually(
        () => (inputsIn(newest()?.card ?? {}).some(({ id }) => id === 'note') ? true : undefined),
        () => `${message()}\n(wanted: a line to fill in)`,
      );
      hands.fills('note', trouble);
    },
    buttons: () => labelsOf(newest()),
    isOffered: (...labels) => eventuallyHas(() => labelsOf(newest()), labels),
    presses: (label) => press(newest, label),
    continues: async () => void (await eventually(newest, () => 'no message')),
    pressesInMessage: (label) => press(newest, label),
    asksBefore: (label) => questionOf(newest(), label),
    remembers(label) {
      const seen = newest();
      const { pointer, data } = buttonCalled(seen, label);
      const forged = { place: JSON.stringify(seen?.where), button: JSON.stringify({ pointer, data }) };
      return async (by) => by.forges(forged);
    },
    // Teams itself sets the chat of a press: nobody can send one from another person's chat.
    async forges({ place, button }) {
      const { pointer, data } = JSON.parse(button);
      const conversation = teamsOf(world).control.personalConversation(client.userId);
      const where = { ...JSON.parse(place), conversation };
      hands.note(await client.pressExecute(where, pointer, {}, { anyway: true, data }));
    },
    linkOf: (label) => buttonsOf(newest()).find((one) => one.label === label)?.url,
    // A card always stays in the chat.
    closesWindow: async () => undefined,
  };
}

export function teamsDesk(world: World, who: Who, channel: string): HelpdeskChannel {
  const hands = handsOf(world, who);
  const { client, ofBot, press, whispers } = hands;
  const cards = (): readonly Seen[] => ofBot(channel);
  const texts = (): string[] => cards().map(({ text }) => text);
  const withButton = (label: string) => () => cards().findLast((seen) => labelsOf(seen).includes(label));
  /** Only the person who pressed sees a form: it replaces the card. */
  const form = (): Seen | undefined => cards().findLast(isWindow);
  const refusals = (): string => [form()?.text ?? '', ...whispers()].join('\n');
  return {
    cards: texts,
    notifications: () => pushedTo(world, client.userId, () => channel),
    seesCard: (wanted) =>
      eventually(
        () => texts().find((text) => shows(text, wanted)),
        () => `${texts().join('\n---\n')}\n(wanted: ${String(wanted)})`,
      ),
    presses: (label) => press(withButton(label), label),
    remembers(label) {
      const seen = withButton(label)();
      const { pointer } = buttonCalled(seen, label);
      return async () => {
        if (seen?.card === undefined) throw new Error('nothing to remember');
        hands.note(await client.pressExecute(seen.where, pointer, {}, { card: seen.card }));
      };
    },
    isOffered: (...labels) => eventuallyHas(() => labelsOf(cards().at(-1)), labels),
    async picks(label) {
      const seen = await eventually(form, () => 'no form');
      hands.picks(seen, label);
    },
    submits: () => hands.submits(form),
    seesForm: (wanted) => eventuallyShows(refusals, wanted),
    whispers,
    hears: (wanted) => eventuallyShows(() => whispers().join('\n---\n'), wanted),
  };
}

/** What a person can do with cards in any conversation; cards shown to this person only are remembered. */
function handsOf(world: World, who: Who) {
  const teams = teamsOf(world);
  const client = teams.client(objectIdOf(who));
  const heard = heardBy(world, who);
  const given = new Map<string, string>();
  const ofBot = (place: string): readonly Seen[] => botsMessages(teams, client, place);
  const note = (shown: Shown): void => {
    heard.errors = Object.values(shown.errors);
    heard.whispers.push(...[shown.text, shown.says].filter((one) => one !== undefined));
  };
  const press = async (look: () => Seen | undefined, label: string): Promise<void> => {
    const { where } = await eventually(
      () => (labelsOf(look()).includes(label) ? look() : undefined),
      () => `${look()?.text ?? 'nothing'}\n(wanted: a button ${label})`,
    );
    const { pointer, sendsInputs } = buttonCalled(look(), label);
    note(await client.pressExecute(where, pointer, sendsInputs ? filled(look(), given) : {}));
  };
  return {
    client,
    note,
    press,
    beside: () => heard.errors,
    ofBot,
    /** Answers to presses, and private messages without buttons. */
    whispers: (): readonly string[] => [
      ...heard.whispers,
      ...ofBot(client.userId)
        .filter((seen) => buttonsOf(seen).length === 0)
        .map(({ text }) => text),
    ],
    fills: (input: string, value: string) => void given.set(input, value),
    picks(seen: Seen | undefined, label: string | RegExp): void {
      const choice = choicesIn(seen).find(({ title }) => shows(title, label));
      if (choice === undefined) throw new Error(`no choice ${label} in:\n${seen?.text}`);
      given.set(choice.input, choice.value);
    },
    async submits(look: () => Seen | undefined): Promise<void> {
      const main = (): Button | undefined => {
        const buttons = buttonsOf(look());
        return buttons.find(({ sendsInputs }) => sendsInputs) ?? buttons.find(({ label }) => label === 'Send code');
      };
      const { label } = await eventually(main, () => `${look()?.text}\n(wanted: a card with inputs)`);
      await press(look, label);
    },
  };
}

function pushedTo(world: World, userId: string, place: (teams: Teams) => string): readonly string[] {
  const teams = teamsOf(world);
  const here = place(teams);
  return teams.control.notifications
    .filter(({ user, conversation }) => user === userId && conversation.split(';')[0] === here)
    .map(({ text }) => text);
}

interface Heard {
  errors: readonly string[];
  readonly whispers: string[];
}
const heardIn = new WeakMap<World, Map<Who, Heard>>();

/** One memory for each person and world: a story may ask for the same person several times. */
function heardBy(world: World, who: Who): Heard {
  const all = heardIn.get(world) ?? new Map<Who, Heard>();
  heardIn.set(world, all);
  const heard = all.get(who) ?? { errors: [], whispers: [] };
  all.set(who, heard);
  return heard;
}

export function teamsOf({ teams }: World): Teams {
  if (teams === undefined) throw new Error('this story has no Teams');
  return teams;
}

const botsMessages = ({ control }: Teams, client: Client, place: string): readonly Seen[] =>
  control
    .messages(place)
    .filter(({ from, isDeleted }) => from === 'bot' && !isDeleted)
    .map((message) => seenBy(client, message));

function seenBy(client: Client, { conversation, id, text }: SeenMessage): Seen {
  const where = { conversation, activityId: id };
  const card = client.card(where);
  if (card === undefined) return { where, card, text };
  const seen = { where, card, text: visibleText(card) };
  return { ...seen, text: [seen.text, ...labelsOf(seen)].join('\n') };
}

const isWindow = (seen: Seen | undefined): boolean => inputsIn(seen?.card ?? {}).length > 0;

function buttonsOf(seen: Seen | undefined): readonly Button[] {
  return buttonsOn(seen?.card ?? {}).flatMap((action) => {
    const [sends] = actionsIn({ actions: [action] }, inputsIn(seen?.card ?? {}));
    if (sends === undefined) return [];
    const { verb, title, url, inputs, id } = sends;
    const pointer = { title, ...(verb === undefined ? {} : { verb }), ...(id === undefined ? {} : { id }) };
    const data = recordsOf([sends.action['data']])[0] ?? {};
    return [{ label: textOf(action['title']) ?? '', pointer, url, data, sendsInputs: inputs.length > 0 }];
  });
}

/** A second card below the button asks, and has the button that sends. */
function questionOf(seen: Seen | undefined, label: string): Question | undefined {
  const opened = buttonsOn(seen?.card ?? {}).find(({ title, type }) => title === label && type === 'Action.ShowCard');
  if (opened === undefined) return undefined;
  const card = recordOf(opened['card']);
  const [yes] = buttonsOn(card);
  return {
    text: textOf(recordsOf(card['body']).at(-1)?.['text']) ?? '',
    yes: textOf(yes?.['title']) ?? '',
    isWarning: yes?.['style'] === 'destructive',
  };
}

const labelsOf = (seen: Seen | undefined): readonly string[] => buttonsOf(seen).map(({ label }) => label);

function buttonCalled(seen: Seen | undefined, label: string): Button {
  const button = buttonsOf(seen).find((one) => one.label === label);
  if (button === undefined) throw new Error(`no button "${label}" in:\n${seen?.text}`);
  return button;
}

const choicesIn = (seen: Seen | undefined) =>
  inputsIn(seen?.card ?? {}).flatMap(({ id, element }) =>
    recordsOf(element['choices']).map((choice) => ({
      input: id,
      title: textOf(choice['title']) ?? '',
      value: textOf(choice['value']) ?? '',
    })),
  );

/** The values that were filled in, as far as this card has inputs for them. */
const filled = (seen: Seen | undefined, given: ReadonlyMap<string, string>): Readonly<Record<string, string>> => {
  const ids = new Set(inputsIn(seen?.card ?? {}).map(({ id }) => id));
  return Object.fromEntries([...given].filter(([id]) => ids.has(id)));
};

async function eventuallyHas(labels: () => readonly string[], wanted: readonly string[]): Promise<void> {
  await eventually(
    () => (labels().join() === wanted.join() ? true : undefined),
    () => `${labels().join()}\n(wanted: ${wanted.join()})`,
  );
}
