// One conversation: its messages, or a text where there are none yet.
import { avatarNode } from './avatar.js';
import { blockNodes } from './blocks.js';
import { h, icon } from './dom.js';
import { messageNodes } from './messages.js';

export function logNode(channelId, state, desk, beginning) {
  const messages = (state.slack.messages[channelId] ?? []).filter(
    ({ only }) => only === undefined || only === desk.viewer,
  );
  return h(
    'div',
    {
      key: `log-${desk.viewer}-${channelId}`,
      class: 'log',
      role: 'log',
      'aria-label': 'Messages',
      tabindex: '0',
      'data-stick': messages.map(({ ts, rev }) => `${ts}/${rev}`).join(' '),
    },
    h('div', { key: 'beginning', class: 'beginning' }, beginning),
    messageNodes(messages, desk),
  );
}

export function appBeginning(desk, tries) {
  return [
    avatarNode(desk.app.id, desk, 'large'),
    h('h3', {}, desk.app.name),
    h('p', {}, 'Gets people back into their accounts. This conversation is just between the two of you.'),
    h(
      'div',
      { class: 'tries' },
      h('span', {}, 'Try'),
      tries.map(({ words, go }) => h('button', { type: 'button', class: 'chip', onclick: go }, words)),
    ),
  ];
}

export function channelBeginning(channel, about) {
  return [h('h3', {}, icon(channel.isPrivate ? 'lock' : 'hash'), channel.name), h('p', {}, about)];
}

export function homeNode(desk) {
  const { home } = desk.view;
  const place = desk.placeOf({ kind: 'home' }, `home-${desk.pane}-${desk.viewer}`, {});
  return h(
    'div',
    { key: `home-${desk.viewer}`, class: 'home', tabindex: '0', role: 'region', 'aria-label': 'Home of the app' },
    home === null ? h('p', { class: 'quiet' }, 'Nothing here yet.') : blockNodes(home.blocks, place),
  );
}
