// Slack's way of being a person at a chat client: windows are modals, private messages are the bot's DM.

import type { Slack } from '../../playground/slack/server.ts';
import { buttonsIn, optionsIn, visibleText } from '../../playground/slack/visible.ts';
import type { Message } from '../../playground/slack/world.ts';
import { type Chat, type Desk, eventually, shows } from './chat.ts';

export function slackChat(slack: Slack, userId: string): Chat {
  const client = slack.client(userId);
  const { control } = slack;
  const modal = () => control.openView(userId);
  const ofBot = (): Message[] => control.messages(userId).filter((one) => one.user !== userId && one.deleted !== true);
  const newest = (): Message | undefined => ofBot().at(-1);
  const message = (): string => textOf(newest());
  const screen = (): string => {
    const open = modal();
    if (open === undefined) return message();
    return [visibleText(open.view as never), ...Object.values(open.errors), open.trouble ?? ''].join('\n');
  };
  const place = () => {
    const last = newest();
    if (last === undefined) throw new Error('there is no message');
    return { channel: last.channel, ts: last.ts };
  };
  const pressIn = async (where: 'view' | { channel: string; ts: string }, label: string): Promise<void> => {
    const blocks = where === 'view' ? (modal()?.view.blocks ?? []) : (newest()?.blocks ?? []);
    const button = buttonsIn(blocks).find(({ text }) => text === label);
    if (button === undefined) throw new Error(`no button "${label}" in:\n${screen()}`);
    await client.press(where, { actionId: button.actionId, blockId: button.blockId });
  };
  return {
    asks: async (what) => void (await client.command(`/${what}`)),
    writes: async (words) => void (await client.dm(words)),
    sees: (wanted) => eventually(() => (shows(screen(), wanted) ? screen() : undefined), screen),
    screen,
    reads: (wanted) => eventually(() => (shows(message(), wanted) ? message() : undefined), message),
    message,
    whispers: () =>
      ['C0GENERAL', userId].flatMap((channel) => control.ephemerals(channel, userId).map((one) => textOf(one))),
    async picks(label) {
      const option = optionsIn(modal()?.view.blocks ?? []).find(({ text }) => shows(text, label));
      if (option === undefined) throw new Error(`no choice ${label} in:\n${screen()}`);
      await client.choose(option.blockId, option.actionId, option.value);
    },
    submits: async () => void (await client.submit()),
    types: async (code) => void (await client.fill(code)),
    presses: (label) => pressIn(modal() === undefined ? place() : 'view', label),
    pressesInMessage: (label) => pressIn(place(), label),
    linkOf: (label) => buttonsIn(newest()?.blocks ?? []).find(({ text }) => text === label)?.url,
    closesWindow: async () => void (await client.closeView()),
    hasWindow: () => modal() !== undefined,
  };
}

export function slackDesk(slack: Slack, userId: string, channel: string): Desk {
  const client = slack.client(userId);
  const cards = (): Message[] => slack.control.messages(channel).filter((one) => one.deleted !== true);
  const texts = (): string[] => cards().map((one) => textOf(one));
  const blocks = () => slack.control.openView(userId)?.view.blocks ?? [];
  return {
    cards: texts,
    seesCard: (wanted) =>
      eventually(
        () => texts().find((text) => shows(text, wanted)),
        () => texts().join('\n---\n'),
      ),
    async presses(label) {
      const last = cards().at(-1);
      const button = buttonsIn(last?.blocks ?? []).find(({ text }) => text === label);
      if (last === undefined || button === undefined) throw new Error(`no button "${label}" in:\n${textOf(last)}`);
      const { channel: where, ts } = last;
      await client.press({ channel: where, ts }, { actionId: button.actionId, blockId: button.blockId });
    },
    async picks(label) {
      const option = await eventually(
        () => optionsIn(blocks()).find(({ text }) => shows(text, label)),
        () => 'no form',
      );
      await client.choose(option.blockId, option.actionId, option.value);
    },
    submits: async () => void (await client.submit()),
    whispers: () => slack.control.ephemerals(channel, userId).map((one) => textOf(one)),
  };
}

const textOf = (message: Message | undefined): string => (message === undefined ? '' : visibleText(message as never));
