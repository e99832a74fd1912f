// Teams as a platform for stories.
import { recordOf } from '../../playground/json.ts';
import { objectIdOf, people } from './people.ts';
import type { Platform } from './platform.ts';
import { teamsChat, teamsDesk, teamsOf } from './teams-chat.ts';
import { channelCalled } from './teams-world.ts';

const helpdesk: Platform['helpdesk'] = ({ rooms = ['helpdesk'], approvers }) => {
  const channels = rooms.map((room) => `"teams:${channelCalled(room)}"`);
  const named = approvers === undefined ? 'members' : `[${approvers.map(objectIdOf)}]`;
  return `channels: [${channels}], approvers: { teams: ${named} }`;
};

export const teams: Platform = {
  name: 'Teams',
  options: { slack: false, teams: true, helpdesk: helpdesk({}) },
  chat: teamsChat,
  helpdeskChannel: (world, who, room = 'helpdesk') => teamsDesk(world, who, channelCalled(room)),
  notifications: (world, place) =>
    teamsOf(world)
      .control.messages(place === 'jane' ? objectIdOf('jane') : channelCalled('helpdesk'))
      .filter(({ from }) => from === 'bot')
      .flatMap(({ earlier, summary }) => [...earlier.map((before) => before.summary), summary])
      .filter((text) => text !== undefined),
  calls: (who) => people[who].realName,
  helpdesk,
  room(world, room, { members, isClosed = false }) {
    const id = channelCalled(room);
    teamsOf(world).control.addTeamChannel({ id, name: room, members: members.map(objectIdOf), hasBot: !isClosed });
  },
  respells(world, who, { email, realName: name = people[who].realName }) {
    teamsOf(world).control.addUser({ aadObjectId: objectIdOf(who), name, email });
  },
  saysNothingOfGuests(world, who) {
    const { realName: name, email } = people[who];
    const record = { userRole: undefined, tenantId: undefined };
    teamsOf(world).control.addUser({ aadObjectId: objectIdOf(who), name, email, record });
  },
  leaves(world, who) {
    const { control, client } = teamsOf(world);
    const { id } = recordOf(client(objectIdOf(who)).activity()['from']);
    const path = new RegExp(encodeURIComponent(String(id)));
    control.faults.always({ kind: 'member', path }, 'MemberNotFoundInConversation');
  },
  saysNothingOfPeople(world) {
    const { faults } = teamsOf(world).control;
    faults.always({ kind: 'member' }, 'ServiceError');
    return () => faults.clear();
  },
  takesNoCards: (world) => teamsOf(world).control.faults.always('create', 'ServiceError'),
  strangers: [
    ['gus', 'You are a guest here'],
    ['emil', 'Your work email address is not confirmed'],
    ['anton', 'Only employees of this company can use this'],
  ],
};
