// One employee's Slack: the side bar, one conversation, modals above it.
import { avatarNode } from './avatar.js';
import { composerNode } from './composer.js';
import { appBeginning, channelBeginning, homeNode, logNode } from './conversation.js';
import { createDesk } from './desk.js';
import { draw, h, icon } from './dom.js';
import { confirmNode, modalNode } from './modal.js';

/** The commands as the app's manifest declares them. */
const commands = [
  { name: '/reset-password', about: 'Choose a new password after a code proves it is you' },
  { name: '/unlock', about: 'Unlock your account after a code proves it is you' },
];
const abouts = {
  general: 'Everybody at Acme. Commands work here too: what comes of them, only you see.',
  'helpdesk-access': 'Where the helpdesk decides. Only its members see this channel.',
};

/** Draws the pane into `element`. With `only` it shows just that channel and no side bar. */
export function drawSlackPane(element, state, ui, redraw, only) {
  const desk = createDesk(state, ui, redraw);
  const place = only ?? (ui.place in places || isIn(state, ui) ? ui.place : 'app');
  const isCovered = desk.view.modals.length > 0 || ui.confirm !== undefined;
  draw(
    element,
    h(
      'div',
      { key: 'window', class: only === undefined ? 'slack' : 'slack narrow' },
      only === undefined && sideNode(state, ui, desk, place, redraw, isCovered),
      h(
        'div',
        { key: 'main', class: 'slack-main', inert: isCovered },
        topNode(state, ui, desk, place, redraw),
        bodyNode(state, ui, desk, place, redraw),
        ui.remark !== undefined && h('p', { key: 'remark', class: 'slack-remark', role: 'alert' }, ui.remark),
        place !== 'home' && composerOf(state, ui, desk, place, redraw),
      ),
      desk.view.modals.slice(-1).map((modal) => modalNode(modal, desk)),
      ui.confirm !== undefined && confirmNode(ui.confirm, desk),
    ),
  );
  const input = element.querySelector('.composer input');
  if (input !== null && input.value !== ui.composer.draft) input.value = ui.composer.draft;
}

const places = { app: true, home: true };

const isIn = (state, { place, viewer }) =>
  state.slack.channels.some(({ id, members }) => id === place && members.includes(viewer));

const conversationOf = (place, desk) => (place === 'app' || place === 'home' ? desk.view.dm : place);

function sideNode(state, ui, desk, place, redraw, isCovered) {
  const go = (to) => () => {
    ui.place = to;
    redraw();
    if (to === 'home') desk.send({ act: 'home', user: desk.viewer });
  };
  const item = (to, label, mark, isHere) => {
    const unread = isHere ? 0 : unreadIn(state, ui, conversationOf(to, desk));
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: unread > 0 ? 'unread' : '', 'aria-current': isHere ? 'true' : null, onclick: go(to) },
        mark,
        h('span', {}, label),
        unread > 0 && h('span', { class: 'count' }, String(unread), h('span', { class: 'hidden' }, ' new')),
      ),
    );
  };
  const mine = state.slack.channels.filter(({ members }) => members.includes(desk.viewer));
  return h(
    'nav',
    { key: 'side', class: 'slack-side', 'aria-label': 'Workspace', inert: isCovered },
    h('p', { class: 'workspace' }, h('span', { class: 'workspace-mark', 'aria-hidden': 'true' }, 'A'), state.team),
    h('p', { class: 'side-head' }, 'Channels'),
    h(
      'ul',
      {},
      mine.map(({ id, name, isPrivate }) => item(id, name, icon(isPrivate ? 'lock' : 'hash'), place === id)),
    ),
    h('p', { class: 'side-head' }, 'Apps'),
    h('ul', {}, item('app', desk.app.name, avatarNode(desk.app.id, desk, 'tiny'), place === 'app' || place === 'home')),
  );
}

function unreadIn(state, ui, channelId) {
  const seen = ui.seen[`${ui.viewer} ${channelId}`] ?? '0';
  const others = (state.slack.messages[channelId] ?? []).filter(
    ({ user, only, ts }) => user !== ui.viewer && (only === undefined || only === ui.viewer) && ts > seen,
  );
  return others.length;
}

function topNode(state, ui, desk, place, redraw) {
  const channel = state.slack.channels.find(({ id }) => id === place);
  if (channel !== undefined) {
    const count = channel.members.filter((id) => id !== desk.app.id).length;
    return h(
      'header',
      { key: `top-${place}`, class: 'slack-top' },
      h('h3', {}, icon(channel.isPrivate ? 'lock' : 'hash'), channel.name),
      h('span', { class: 'members' }, icon('people'), `${count}`, h('span', { class: 'hidden' }, ' members')),
    );
  }
  const tab = (to, label) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': place === to ? 'true' : 'false',
        onclick: () => {
          ui.place = to;
          redraw();
          if (to === 'home') desk.send({ act: 'home', user: desk.viewer });
        },
      },
      label,
    );
  return h(
    'header',
    { key: 'top-app', class: 'slack-top' },
    h('h3', {}, avatarNode(desk.app.id, desk, 'tiny'), desk.app.name),
    h(
      'div',
      { class: 'slack-tabs', role: 'group', 'aria-label': 'Latchkey' },
      tab('home', 'Home'),
      tab('app', 'Messages'),
    ),
  );
}

function bodyNode(state, ui, desk, place, redraw) {
  if (place === 'home') return homeNode(desk);
  const channelId = conversationOf(place, desk);
  const last = (state.slack.messages[channelId] ?? []).at(-1);
  if (last !== undefined) ui.seen[`${ui.viewer} ${channelId}`] = last.ts;
  const channel = state.slack.channels.find(({ id }) => id === place);
  if (channel !== undefined)
    return logNode(channelId, state, desk, channelBeginning(channel, abouts[channel.name] ?? ''));
  const tries = ['/reset-password', '/unlock', "I'm locked out", 'help'].map((words) => ({
    words,
    go: () => {
      ui.composer = { draft: words, chosen: 0, isListClosed: true };
      redraw();
      document.getElementById(`composer-${desk.pane}`)?.focus();
    },
  }));
  return logNode(channelId, state, desk, appBeginning(desk, tries));
}

function composerOf(state, ui, desk, place, redraw) {
  const channelId = conversationOf(place, desk);
  const channel = state.slack.channels.find(({ id }) => id === place);
  const to = channel === undefined ? desk.app.name : `#${channel.name}`;
  return composerNode({
    desk,
    state: ui.composer,
    placeholder: `Message ${to}`,
    label: `Message ${to} as ${desk.people.get(desk.viewer) ?? 'somebody'}`,
    listName: 'Commands of Latchkey',
    list: /^\/\S*$/.test(ui.composer.draft) ? commands : [],
    change(composer) {
      ui.composer = composer;
      redraw();
    },
    send: (text) => desk.send({ act: 'say', user: desk.viewer, channel: channelId, text }),
  });
}
