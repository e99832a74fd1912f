// How a person uses Slack: windows are modals, private messages are the bot's DM.
import { type Json, recordOf } from '../../playground/json.ts';
import { buttonsIn, optionsIn, type ShownButton, visibleText } from '../../playground/slack/visible.ts';
import type { Message } from '../../playground/slack/world.ts';
import { type Chat, eventually, eventuallyShows, type HelpdeskChannel, type Question, shows } from './chat.ts';
import { slackIdOf, type Who } from './people.ts';
import type { World } from './world.ts';

export function slackChat(world: World, who: Who): Chat {
  const { slack } = world;
  const userId = slackIdOf(who);
  const client = slack.client(userId);
  const { control } = slack;
  const modal = () => control.openView(userId);
  const ofBot = (): Message[] => control.messages(userId).filter((one) => one.user !== userId && one.deleted !== true);
  const newest = (): Message | undefined => ofBot().at(-1);
  const message = (): string => textOf(newest());
  const screen = (): string => {
    const open = modal();
    if (open === undefined) return message();
    return [visibleText(open.view), ...Object.values(open.errors), open.trouble ?? ''].join('\n');
  };
  const beside = (): string => Object.values(modal()?.errors ?? {}).join('\n');
  const whispers = (): string[] => control.channels.flatMap(({ id }) => control.ephemerals(id, userId).map(textOf));
  const inMessage = () => {
    const { channel = '', ts = '', blocks = [] } = newest() ?? {};
    return { place: { channel, ts }, blocks };
  };
  const inView = () => ({ place: 'view' as const, blocks: modal()?.view.blocks ?? [] });
  const inFront = () => (modal() === undefined ? inMessage() : inView());
  const press = async (look: () => ReturnType<typeof inFront>, label: string): Promise<void> => {
    const { place, blocks } = await eventually(
      () => (labelsIn(look().blocks).includes(label) ? look() : undefined),
      () => `${screen()}\n(wanted: a button ${label})`,
    );
    const { actionId, blockId } = buttonCalled(blocks, label, screen());
    await client.press(place, { actionId, blockId });
  };
  const asks: Chat['asks'] = async (what, words) =>
    void (await client.command(`/${what}`, words === undefined ? {} : { text: words, channel: 'C0GENERAL' }));
  return {
    asks,
    fires: asks,
    writes: async (words) => void (await client.dm(words)),
    sees: (wanted) => eventuallyShows(screen, wanted),
    seesInWindow: (wanted) => eventuallyShows(() => (modal() === undefined ? '' : screen()), wanted),
    screen,
    seesBesideInput: (wanted) => eventuallyShows(beside, wanted),
    reads: (wanted) => eventuallyShows(message, wanted),
    message,
    messages: () => ofBot().map(textOf),
    notifications: () => pushedTo(world, userId, `D${userId.slice(1)}`),
    whispers,
    hears: (wanted) => eventuallyShows(() => whispers().join('\n---\n'), wanted),
    choices: () => optionsIn(inFront().blocks).map(({ text }) => text),
    async picks(label) {
      const { place, blocks } = inFront();
      const option = optionsIn(blocks).find(({ text }) => shows(text, label));
      if (option === undefined) throw new Error(`no choice ${label} in:\n${screen()}`);
      await client.choose(option.blockId, option.actionId, option.value, place);
    },
    submits: async () => (modal() === undefined ? press(inMessage, 'Send code') : void (await client.submit())),
    async types(code) {
      world.planted.add(code);
      await client.fill(code);
    },
    async describes(trouble) {
      await eventually(
        () => (JSON.stringify(modal()?.view.blocks ?? []).includes('plain_text_input') ? true : undefined),
        () => `${screen()}\n(wanted: a line to fill in)`,
      );
      await client.fill(trouble);
    },
    buttons: () => labelsIn(inFront().blocks),
    isOffered: (...labels) => eventuallyHas(() => labelsIn(inFront().blocks), labels),
    presses: (label) => press(inFront, label),
    async continues() {
      const leading = (): string | undefined =>
        labelsIn(inMessage().blocks).find((label) => ['Continue', 'Enter code', 'Send code'].includes(label));
      const label = await eventually(leading, () => `${message()}\n(wanted: a button that leads on)`);
      if (label !== 'Send code') await press(inMessage, label);
    },
    pressesInMessage: (label) => press(inMessage, label),
    asksBefore: (label) => questionOf(buttonCalled(inMessage().blocks, label, message())),
    remembers(label) {
      const { place, blocks } = inMessage();
      const { actionId, blockId, value } = buttonCalled(blocks, label, message());
      return async (by) =>
        by.forges({ place: JSON.stringify(place), button: JSON.stringify({ actionId, blockId, value }) });
    },
    forges: async ({ place, button }) =>
      void (await client.press(JSON.parse(place), { ...JSON.parse(button), anyway: true })),
    linkOf: (label) => buttonsIn(newest()?.blocks ?? []).find(({ text }) => text === label)?.url,
    async closesWindow() {
      if (modal() !== undefined) await client.closeView();
    },
  };
}

/** The bot's home page, which only Slack has. */
export function slackHome({ slack }: World, who: Who) {
  const userId = slackIdOf(who);
  const client = slack.client(userId);
  const view = () => slack.control.home(userId);
  const text = (): string => {
    const shown = view();
    return shown === undefined ? '' : visibleText(shown);
  };
  return {
    opens: async () => void (await client.openHome()),
    sees: (wanted: string | RegExp) => eventuallyShows(text, wanted),
    buttons: () => buttonsIn(view()?.blocks ?? []).map((button) => button.text),
    mainButtons: () =>
      buttonsIn(view()?.blocks ?? []).flatMap(({ text, style }) => (style === 'primary' ? [text] : [])),
    async presses(label: string) {
      const { actionId, blockId } = buttonCalled(view()?.blocks ?? [], label, text());
      await client.press('home', { actionId, blockId });
    },
  };
}

export function slackDesk(world: World, who: Who, channel: string): HelpdeskChannel {
  const { slack } = world;
  const userId = slackIdOf(who);
  const client = slack.client(userId);
  const cards = (): Message[] => slack.control.messages(channel).filter((one) => one.deleted !== true);
  const open = () => slack.control.openView(userId);
  const form = (): string => {
    const modal = open();
    return modal === undefined ? '' : [visibleText(modal.view), ...Object.values(modal.errors)].join('\n');
  };
  const texts = (): string[] => cards().map(textOf);
  const whispers = (): string[] => slack.control.ephemerals(channel, userId).map(textOf);
  const onCard = (label: string) => {
    const card = cards().findLast(({ blocks }) => labelsIn(blocks).includes(label));
    if (card === undefined) throw new Error(`no button "${label}" in:\n${texts().join('\n---\n')}`);
    return { ts: card.ts, button: buttonCalled(card.blocks, label, '') };
  };
  return {
    cards: texts,
    notifications: () => pushedTo(world, userId, channel),
    seesCard: (wanted) =>
      eventually(
        () => texts().find((text) => shows(text, wanted)),
        () => `${texts().join('\n---\n')}\n(wanted: ${String(wanted)})`,
      ),
    async presses(label) {
      await eventually(
        () => (cards().some(({ blocks }) => labelsIn(blocks).includes(label)) ? true : undefined),
        () => `${texts().join('\n---\n')}\n(wanted: a button ${label})`,
      );
      const { ts, button } = onCard(label);
      await client.press({ channel, ts }, { actionId: button.actionId, blockId: button.blockId });
    },
    remembers(label) {
      const { ts, button } = onCard(label);
      const { actionId, blockId, value = '' } = button;
      return async () => void (await client.press({ channel, ts }, { actionId, blockId, value, anyway: true }));
    },
    isOffered: (...labels) => eventuallyHas(() => labelsIn(cards().at(-1)?.blocks ?? []), labels),
    async picks(label) {
      const option = await eventually(
        () => optionsIn(open()?.view.blocks ?? []).find(({ text }) => shows(text, label)),
        () => 'no form',
      );
      await client.choose(option.blockId, option.actionId, option.value);
    },
    submits: async () => void (await client.submit()),
    seesForm: (wanted) => eventuallyShows(form, wanted),
    whispers,
    hears: (wanted) => eventuallyShows(() => whispers().join('\n---\n'), wanted),
  };
}

function buttonCalled(blocks: readonly Json[], label: string, otherwise: string): ShownButton {
  const button = buttonsIn(blocks).find(({ text }) => text === label);
  if (button === undefined) throw new Error(`no button "${label}" in:\n${otherwise}`);
  return button;
}

function questionOf({ confirm }: ShownButton): Question | undefined {
  if (confirm === undefined) return undefined;
  const textIn = (member: string): string => String(recordOf(confirm[member])['text']);
  return { text: textIn('text'), yes: textIn('confirm'), isWarning: confirm['style'] === 'danger' };
}

const labelsIn = (blocks: readonly Json[]): readonly string[] => buttonsIn(blocks).map(({ text }) => text);

async function eventuallyHas(labels: () => readonly string[], wanted: readonly string[]): Promise<void> {
  await eventually(
    () => (labels().join() === wanted.join() ? true : undefined),
    () => `${labels().join()}\n(wanted: ${wanted.join()})`,
  );
}

const pushedTo = ({ slack }: World, userId: string, place: string): readonly string[] =>
  slack.control.notifications
    .filter(({ user, channel }) => user === userId && channel === place)
    .map(({ text }) => text);

const textOf = (message: Message | undefined): string => (message === undefined ? '' : visibleText(message));
