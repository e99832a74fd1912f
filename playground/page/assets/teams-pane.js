// One employee's Teams: chats and channels at the side, one conversation, cards that change in place.
import { fillCards } from './adaptive-card.js';
import { avatarNode } from './avatar.js';
import { composerNode } from './composer.js';
import { appBeginning } from './conversation.js';
import { draw, h, icon } from './dom.js';
import { createTeamsContext } from './teams-context.js';
import { chatNodes, postNodes } from './teams-messages.js';

const mentions = [{ name: '@Latchkey', about: 'What begins with this, Latchkey hears' }];

const abouts = {
  General: 'Everybody at Acme. Latchkey hears what begins with @Latchkey, and answers in private.',
  'Helpdesk access': 'Where the helpdesk decides. Only its members see this channel.',
};

/** Draws the pane into `element`. With `only` it shows just that channel and no side bar. */
export function drawTeamsPane(element, state, ui, redraw, only) {
  const context = createTeamsContext(state, ui, redraw);
  const place = only ?? (isIn(state, ui) ? ui.place : 'chat');
  const cards = new Map();
  draw(
    element,
    h(
      'div',
      { key: 'teams', class: only === undefined ? 'teams' : 'teams narrow' },
      only === undefined && sideNode(state, ui, context, place, redraw),
      h(
        'div',
        { key: 'main', class: 'teams-main' },
        topNode(state, context, place),
        logNode(state, ui, context, place, cards, redraw),
        ui.remark !== undefined && h('p', { key: 'remark', class: 'slack-remark', role: 'alert' }, ui.remark),
        composerOf(state, ui, context, place, redraw),
      ),
    ),
  );
  fillCards(element, cards);
  const input = element.querySelector('.composer input');
  if (input !== null && input.value !== ui.composer.draft) input.value = ui.composer.draft;
}

const channelOf = (state, place) => state.teams.channels.find(({ id }) => id === place);
const isIn = (state, { place, viewer }) => channelOf(state, place)?.members.includes(viewer) === true;
const messagesIn = (state, place, viewer) => state.teams.messages[place === 'chat' ? viewer : place] ?? [];

function sideNode(state, ui, context, place, redraw) {
  const item = (to, label, mark) => {
    const isHere = place === to;
    const unread = isHere ? 0 : unreadIn(state, ui, to);
    const go = () => {
      ui.place = to;
      redraw();
    };
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: unread > 0 ? 'unread' : '', 'aria-current': isHere ? 'true' : null, onclick: go },
        mark,
        h('span', {}, label),
        unread > 0 && h('span', { class: 'count' }, String(unread), h('span', { class: 'hidden' }, ' new')),
      ),
    );
  };
  const mine = state.teams.channels.filter(({ members }) => members.includes(context.viewer));
  return h(
    'nav',
    { key: 'side', class: 'teams-side', 'aria-label': 'Chats and channels' },
    h('p', { class: 'side-title' }, 'Chat'),
    h('ul', {}, item('chat', context.app.name, avatarNode(context.app.id, context, 'small'))),
    h('p', { class: 'side-head' }, 'Teams and channels'),
    h(
      'ul',
      {},
      mine.map(({ id, name, team }) =>
        item(id, name, h('span', { class: 'team-mark', 'aria-hidden': 'true' }, team.slice(0, 2))),
      ),
    ),
  );
}

const seenKey = (ui, place) => `teams ${ui.viewer} ${place}`;

function unreadIn(state, ui, place) {
  const seen = ui.seen[seenKey(ui, place)] ?? 0;
  return messagesIn(state, place, ui.viewer).filter(({ from, at }) => from !== ui.viewer && at > seen).length;
}

function topNode(state, context, place) {
  const channel = channelOf(state, place);
  if (channel === undefined) {
    return h(
      'header',
      { key: 'top-chat', class: 'teams-top' },
      avatarNode(context.app.id, context, 'small'),
      h('h3', {}, context.app.name),
    );
  }
  return h(
    'header',
    { key: `top-${place}`, class: 'teams-top' },
    h('span', { class: 'team-mark', 'aria-hidden': 'true' }, channel.team.slice(0, 2)),
    h('h3', {}, channel.name),
    h(
      'span',
      { class: 'members' },
      icon('people'),
      `${channel.members.length}`,
      h('span', { class: 'hidden' }, ' members'),
    ),
  );
}

function logNode(state, ui, context, place, cards, redraw) {
  const messages = messagesIn(state, place, context.viewer);
  const last = messages.at(-1);
  if (last !== undefined) ui.seen[seenKey(ui, place)] = last.at;
  return h(
    'div',
    {
      key: `log-${context.viewer}-${place}`,
      class: 'log',
      role: 'log',
      'aria-label': 'Messages',
      tabindex: '0',
      'data-stick': messages.map(({ id, card, cards: own }) => stickOf(id, own[context.viewer] ?? card)).join(' '),
    },
    h('div', { key: 'beginning', class: 'beginning' }, beginningOf(state, ui, context, place, redraw)),
    place === 'chat' ? chatNodes(messages, context, cards) : postNodes(messages, context, cards),
  );
}

/** A short key that differs for most changes of a card: enough to tell whether there is something new to scroll to. */
const stickOf = (id, card) => `${id}/${card === null ? 0 : JSON.stringify(card).length}`;

function beginningOf(state, ui, context, place, redraw) {
  const channel = channelOf(state, place);
  if (channel !== undefined) {
    return [h('h3', {}, channel.name), h('p', {}, abouts[channel.name] ?? '')];
  }
  const tries = ['reset-password', 'unlock', 'change-password', 'enroll', "I'm locked out", 'help'].map((words) => ({
    words,
    go: () => {
      ui.composer = { draft: words, chosen: 0, isListClosed: true };
      redraw();
      document.getElementById(`composer-${context.pane}`)?.focus();
    },
  }));
  return appBeginning(context, tries);
}

function composerOf(state, ui, context, place, redraw) {
  const channel = channelOf(state, place);
  const change = (composer) => {
    ui.composer = composer;
    redraw();
  };
  const toggle = () => {
    change({ ...ui.composer, chosen: 0, isListClosed: false, isListOpen: ui.composer.isListOpen !== true });
    document.getElementById(`composer-${context.pane}`)?.focus();
  };
  const list = channel === undefined ? state.teams.commands : mentions;
  const isListed = ({ draft, isListOpen }) => (channel === undefined ? isListOpen === true : /^@\S*$/.test(draft));
  return composerNode({
    context,
    state: ui.composer,
    placeholder: channel === undefined ? 'Type a message' : 'Start a post',
    label: `Message ${channel?.name ?? context.app.name} as ${context.people.get(context.viewer) ?? 'somebody'}`,
    listName: channel === undefined ? 'Commands of Latchkey' : 'Suggestions',
    list: isListed(ui.composer) ? list : [],
    toggle: channel === undefined ? toggle : undefined,
    change,
    send: (text) => context.say(place, text),
  });
}
