// One employee's Slack: the side bar, one conversation, modals above it.
import { avatarNode } from './avatar.js';
import { composerNode } from './composer.js';
import { appBeginning, channelBeginning, homeNode, logNode } from './conversation.js';
import { draw, h, icon } from './dom.js';
import { confirmNode, modalNode } from './modal.js';
import { createSlackContext } from './slack-context.js';

const abouts = {
  general: 'Everybody at Acme. Commands work here too: what comes of them, only you see.',
  'helpdesk-access': 'Where the helpdesk decides. Only its members see this channel.',
};

/** Draws the pane into `element`. With `only` it shows just that channel and no side bar. */
export function drawSlackPane(element, state, ui, redraw, only) {
  const context = createSlackContext(state, ui, redraw);
  const place = only ?? (ui.place in places || isIn(state, ui) ? ui.place : 'app');
  const isCovered = context.view.modals.length > 0 || ui.confirm !== undefined;
  draw(
    element,
    h(
      'div',
      { key: 'window', class: only === undefined ? 'slack' : 'slack narrow' },
      only === undefined && sideNode(state, ui, context, place, redraw, isCovered),
      h(
        'div',
        { key: 'main', class: 'slack-main', inert: isCovered },
        topNode(state, ui, context, place, redraw),
        bodyNode(state, ui, context, place, redraw),
        ui.remark !== undefined && h('p', { key: 'remark', class: 'slack-remark', role: 'alert' }, ui.remark),
        place !== 'home' && composerOf(state, ui, context, place, redraw),
      ),
      context.view.modals.slice(-1).map((modal) => modalNode(modal, context)),
      ui.confirm !== undefined && confirmNode(ui.confirm, context),
    ),
  );
  const input = element.querySelector('.composer input');
  if (input !== null && input.value !== ui.composer.draft) input.value = ui.composer.draft;
}

const places = { app: true, home: true };

const isIn = (state, { place, viewer }) =>
  state.slack.channels.some(({ id, members }) => id === place && members.includes(viewer));

const conversationOf = (place, context) => (place === 'app' || place === 'home' ? context.view.dm : place);

function sideNode(state, ui, context, place, redraw, isCovered) {
  const go = (to) => () => {
    ui.place = to;
    redraw();
    if (to === 'home') context.send({ act: 'home', user: context.viewer });
  };
  const item = (to, label, mark, isHere) => {
    const unread = isHere ? 0 : unreadIn(state, ui, conversationOf(to, context));
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
  const mine = state.slack.channels.filter(({ members }) => members.includes(context.viewer));
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
    h(
      'ul',
      {},
      item('app', context.app.name, avatarNode(context.app.id, context, 'tiny'), place === 'app' || place === 'home'),
    ),
  );
}

function unreadIn(state, ui, channelId) {
  const seen = ui.seen[`${ui.viewer} ${channelId}`] ?? '0';
  const others = (state.slack.messages[channelId] ?? []).filter(
    ({ user, only, ts }) => user !== ui.viewer && (only === undefined || only === ui.viewer) && ts > seen,
  );
  return others.length;
}

function topNode(state, ui, context, place, redraw) {
  const channel = state.slack.channels.find(({ id }) => id === place);
  if (channel !== undefined) {
    const count = channel.members.filter((id) => id !== context.app.id).length;
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
          if (to === 'home') context.send({ act: 'home', user: context.viewer });
        },
      },
      label,
    );
  return h(
    'header',
    { key: 'top-app', class: 'slack-top' },
    h('h3', {}, avatarNode(context.app.id, context, 'tiny'), context.app.name),
    h(
      'div',
      { class: 'slack-tabs', role: 'group', 'aria-label': 'Latchkey' },
      tab('home', 'Home'),
      tab('app', 'Messages'),
    ),
  );
}

function bodyNode(state, ui, context, place, redraw) {
  if (place === 'home') return homeNode(context);
  const channelId = conversationOf(place, context);
  const last = (state.slack.messages[channelId] ?? []).at(-1);
  if (last !== undefined) ui.seen[`${ui.viewer} ${channelId}`] = last.ts;
  const channel = state.slack.channels.find(({ id }) => id === place);
  if (channel !== undefined)
    return logNode(channelId, state, context, channelBeginning(channel, abouts[channel.name] ?? ''));
  const tries = ['/reset-password', '/unlock', '/change-password', '/enroll', "I'm locked out", 'help'].map(
    (words) => ({
      words,
      go: () => {
        ui.composer = { draft: words, chosen: 0, isListClosed: true };
        redraw();
        document.getElementById(`composer-${context.pane}`)?.focus();
      },
    }),
  );
  return logNode(channelId, state, context, appBeginning(context, tries));
}

function composerOf(state, ui, context, place, redraw) {
  const channelId = conversationOf(place, context);
  const channel = state.slack.channels.find(({ id }) => id === place);
  const to = channel === undefined ? context.app.name : `#${channel.name}`;
  return composerNode({
    context,
    state: ui.composer,
    placeholder: `Message ${to}`,
    label: `Message ${to} as ${context.people.get(context.viewer) ?? 'somebody'}`,
    listName: 'Commands of Latchkey',
    list: /^\/\S*$/.test(ui.composer.draft) ? state.slack.commands : [],
    change(composer) {
      ui.composer = composer;
      redraw();
    },
    send: (text) => context.send({ act: 'say', user: context.viewer, channel: channelId, text }),
  });
}
