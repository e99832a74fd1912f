// One conversation: its messages, or a text where there are none yet.
import { avatarNode } from './avatar.js';
import { blockNodes } from './blocks.js';
import { h, icon } from './dom.js';
import { messageNodes } from './messages.js';

export function logNode(channelId, state, context, beginning) {
  const messages = (state.slack.messages[channelId] ?? []).filter(
    ({ only }) => only === undefined || only === context.viewer,
  );
  return h(
    'div',
    {
      key: `log-${context.viewer}-${channelId}`,
      class: 'log',
      role: 'log',
      'aria-label': 'Messages',
      tabindex: '0',
      'data-stick': messages.map(({ ts, rev }) => `${ts}/${rev}`).join(' '),
    },
    h('div', { key: 'beginning', class: 'beginning' }, beginning),
    messageNodes(messages, context),
  );
}

export function appBeginning(context, tries) {
  return [
    avatarNode(context.app.id, context, 'large'),
    h('h3', {}, context.app.name),
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

export function homeNode(context) {
  const { home } = context.view;
  const place = context.placeOf({ kind: 'home' }, `home-${context.pane}-${context.viewer}`, {});
  return h(
    'div',
    { key: `home-${context.viewer}`, class: 'home', tabindex: '0', role: 'region', 'aria-label': 'Home of the app' },
    home === null ? h('p', { class: 'quiet' }, 'Nothing here yet.') : blockNodes(home.blocks, place),
  );
}
