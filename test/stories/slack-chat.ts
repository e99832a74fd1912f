// Slack's way of being a person at a chat client: windows are modals, private messages are the bot's DM.
import type { Json } from '../../playground/slack/json.ts';
import { buttonsIn, optionsIn, type ShownButton, visibleText } from '../../playground/slack/visible.ts';
import type { Message } from '../../playground/slack/world.ts';
import { type Chat, type Desk, eventually, eventuallyShows, shows } from './chat.ts';
import { slackIdOf, type Who } from './people.ts';
import { type World, workspace } from './world.ts';

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
  const whispers = (): string[] =>
    ['C0GENERAL', userId].flatMap((channel) => control.ephemerals(channel, userId).map(textOf));
  const home = (): string => {
    const view = control.home(userId);
    return view === undefined ? '' : visibleText(view);
  };
  const inMessage = () => {
    const last = newest();
    if (last === undefined) throw new Error('there is no message');
    return { place: { channel: last.channel, ts: last.ts }, blocks: last.blocks };
  };
  const inView = () => ({ place: 'view' as const, blocks: modal()?.view.blocks ?? [] });
  const inFront = () => (modal() === undefined ? inMessage() : inView());
  const press = async ({ place, blocks }: ReturnType<typeof inFront>, label: string): Promise<void> => {
    const { actionId, blockId } = buttonCalled(blocks, label, screen());
    await client.press(place, { actionId, blockId });
  };
  return {
    asks: async (what, words) =>
      void (await client.command(`/${what}`, words === undefined ? {} : { text: words, channel: 'C0GENERAL' })),
    writes: async (words) => void (await client.dm(words)),
    sees: (wanted) => eventuallyShows(screen, wanted),
    screen,
    seesBesideInput: (wanted) => eventuallyShows(beside, wanted),
    reads: (wanted) => eventuallyShows(message, wanted),
    message,
    messages: () => ofBot().map(textOf),
    whispers,
    hears: (wanted) => eventuallyShows(() => whispers().join('\n---\n'), wanted),
    choices: () => optionsIn(modal()?.view.blocks ?? []).map(({ text }) => text),
    async picks(label) {
      const option = optionsIn(modal()?.view.blocks ?? []).find(({ text }) => shows(text, label));
      if (option === undefined) throw new Error(`no choice ${label} in:\n${screen()}`);
      await client.choose(option.blockId, option.actionId, option.value);
    },
    submits: async () => void (await client.submit()),
    async types(code) {
      world.planted.add(code);
      await client.fill(code);
    },
    buttons: () => buttonsIn(inFront().blocks).map(({ text }) => text),
    presses: (label) => press(inFront(), label),
    pressesInMessage: (label) => press(inMessage(), label),
    linkOf: (label) => buttonsIn(newest()?.blocks ?? []).find(({ text }) => text === label)?.url,
    closesWindow: async () => void (await client.closeView()),
    hasWindow: () => modal() !== undefined,
    opensHome: async () => void (await client.openHome()),
    seesAtHome: (wanted) => eventuallyShows(home, wanted),
    async pressesAtHome(label) {
      const { actionId, blockId } = buttonCalled(control.home(userId)?.blocks ?? [], label, home());
      await client.press('home', { actionId, blockId });
    },
  };
}

export function slackDesk(world: World, who: Who, channel = workspace.helpdesk): Desk {
  const { slack } = world;
  const userId = slackIdOf(who);
  const client = slack.client(userId);
  const cards = (): Message[] => slack.control.messages(channel).filter((one) => one.deleted !== true);
  const form = () => slack.control.openView(userId)?.view;
  const texts = (): string[] => cards().map(textOf);
  const whispers = (): string[] => slack.control.ephemerals(channel, userId).map(textOf);
  return {
    cards: texts,
    seesCard: (wanted) =>
      eventually(
        () => texts().find((text) => shows(text, wanted)),
        () => `${texts().join('\n---\n')}\n(wanted: ${String(wanted)})`,
      ),
    async presses(label) {
      const card = cards().findLast(({ blocks }) => buttonsIn(blocks).some(({ text }) => text === label));
      if (card === undefined) throw new Error(`no button "${label}" in:\n${texts().join('\n---\n')}`);
      const { actionId, blockId } = buttonCalled(card.blocks, label, '');
      await client.press({ channel, ts: card.ts }, { actionId, blockId });
    },
    buttons: () => buttonsIn(cards().at(-1)?.blocks ?? []).map(({ text }) => text),
    async picks(label) {
      const option = await eventually(
        () => optionsIn(form()?.blocks ?? []).find(({ text }) => shows(text, label)),
        () => 'no form',
      );
      await client.choose(option.blockId, option.actionId, option.value);
    },
    submits: async () => void (await client.submit()),
    seesForm: (wanted) =>
      eventuallyShows(() => {
        const view = form();
        return view === undefined ? '' : visibleText(view);
      }, wanted),
    whispers,
    hears: (wanted) => eventuallyShows(() => whispers().join('\n---\n'), wanted),
  };
}

function buttonCalled(blocks: readonly Json[], label: string, otherwise: string): ShownButton {
  const button = buttonsIn(blocks).find(({ text }) => text === label);
  if (button === undefined) throw new Error(`no button "${label}" in:\n${otherwise}`);
  return button;
}

const textOf = (message: Message | undefined): string => (message === undefined ? '' : visibleText(message));
