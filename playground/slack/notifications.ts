// Whom Slack notifies of a new message, and with which words. An edit notifies nobody, and makes no unread mark.
// Source: docs.slack.dev, chat.update, and formatting text: mentions.
import type { Channel, Message } from './world.ts';

export type Notification = {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
};

/** In direct messages everybody but the author; in a channel the members who are mentioned. An ephemeral message notifies nobody. */
export function notificationsOf(message: Message, channel: Channel | undefined): readonly Notification[] {
  if (channel === undefined || message.ephemeralFor !== undefined) return [];
  const whole = `${message.text} ${JSON.stringify(message.blocks)}`;
  const isForAll = channel.kind === 'im' || /<!(?:here|channel)>/.test(whole);
  return [...channel.members]
    .filter((user) => user !== message.user && (isForAll || whole.includes(`<@${user}>`)))
    .map((user) => ({ user, channel: channel.id, ts: message.ts, text: message.text }));
}
