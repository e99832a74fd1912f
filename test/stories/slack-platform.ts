// Slack as a platform for stories.
import { people, slackIdOf } from './people.ts';
import type { Platform } from './platform.ts';
import { slackChat, slackDesk } from './slack-chat.ts';

const channelCalled = (room: string): string => `C0${room.toUpperCase()}`;

export const slack: Platform = {
  name: 'Slack',
  options: {},
  chat: slackChat,
  helpdeskChannel: (world, who, room = 'helpdesk') => slackDesk(world, who, channelCalled(room)),
  notifications: ({ slack: { control } }, place) =>
    control
      .messages(place === 'jane' ? slackIdOf('jane') : channelCalled('helpdesk'))
      .filter(({ user }) => user !== slackIdOf('jane'))
      .flatMap(({ earlier, text }) => [...earlier.map((before) => before.text), text]),
  calls: (who) => `<@${slackIdOf(who)}>`,
  helpdesk({ rooms = ['helpdesk'], approvers }) {
    const channels = rooms.map((room) => `slack:${channelCalled(room)}`);
    const named = approvers === undefined ? '' : `, approvers: { slack: [${approvers.map(slackIdOf)}] }`;
    return `channels: [${channels}]${named}`;
  },
  room({ slack: { control } }, room, { members, isClosed = false }) {
    const id = channelCalled(room);
    control.addChannel({ id, name: room, members: members.map(slackIdOf), isPrivate: true, withBot: !isClosed });
  },
  respells({ slack: { control } }, who, how) {
    control.addUser({ id: slackIdOf(who), name: who, realName: people[who].realName, ...how });
  },
  saysNothingOfGuests({ slack: { control } }, who) {
    const { realName, email } = people[who];
    const record = { is_restricted: undefined, is_ultra_restricted: undefined };
    control.addUser({ id: slackIdOf(who), name: who, realName, email, record });
  },
  leaves({ slack: { control } }, who) {
    const { email } = people[who];
    control.addUser({ id: slackIdOf(who), name: who, email, deleted: true });
  },
  saysNothingOfPeople({ slack: { control } }) {
    control.faults.always('users.info', 'http_500');
    return () => control.faults.clear('users.info');
  },
  takesNoCards: ({ slack: { control } }) => control.faults.always('conversations.info', 'http_500'),
  strangers: [
    ['gus', 'You are a guest here'],
    ['dora', 'Your account here is not active'],
    ['emil', 'Your work email address is not confirmed'],
    ['ines', "You haven't joined yet"],
    ['xaver', "This is for this company's employees only"],
  ],
};
