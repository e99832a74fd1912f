// The page: keeps what the visitor has chosen, draws the three panes from each state that the server sends.

import { afterDrawing, beforeDrawing } from './attention.js';
import { drawBanner } from './banner.js';
import { draw, h } from './dom.js';
import { drawGuide, wantedPane } from './guide.js';
import { listen, post } from './live.js';
import { clockTime } from './mrkdwn.js';
import { drawSlackPane } from './slack-pane.js';
import { drawWorldPane } from './world-pane.js';

const paneOf = (pane, viewer, place) => ({
  pane,
  viewer,
  place,
  composer: { draft: '', chosen: 0, isListClosed: false },
  confirm: undefined,
  remark: undefined,
  busy: new Set(),
  seen: {},
  actedAt: 0,
  isElsewhere: false,
});
const fresh = () => ({
  slack: paneOf('slack', 'U0JANE', 'app'),
  helpdesk: paneOf('helpdesk', 'U0SAM', 'helpdesk'),
  world: { copied: undefined, signIn: undefined, busy: new Set() },
  story: undefined,
});

const at = (id) => document.getElementById(id);
const helpdeskViewers = ['U0SAM', 'U0ADA', 'U0GUS'];
let state;
let ui = fresh();
let tab = 'slack';
let isDue = false;

/** Many changes in one moment are one drawing. */
function redraw() {
  if (isDue || state === undefined) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    drawAll();
  });
}

function drawAll() {
  const before = beforeDrawing();
  const { slack, helpdesk, world } = ui;
  drawGuide(at('guide'), state.guide, ui.story, (story) => {
    ui.story = story;
    redraw();
  });
  drawPeople(
    at('people-slack'),
    slack,
    state.people.map(({ id }) => id),
    'Whose Slack',
  );
  drawPeople(at('people-helpdesk'), helpdesk, helpdeskViewers, 'Who looks at the channel');
  // Somebody who looks into both panes has their windows where they were last at work.
  const isShared = slack.viewer === helpdesk.viewer;
  slack.isElsewhere = isShared && helpdesk.actedAt > slack.actedAt;
  helpdesk.isElsewhere = isShared && !slack.isElsewhere;
  drawSlackPane(at('pane-slack'), state, slack, redraw);
  drawSlackPane(at('pane-helpdesk'), state, helpdesk, redraw, state.helpdeskChannel);
  drawWorldPane(at('pane-world'), state, slack.viewer, world, act, redraw);
  drawBanner(at('banner'), state, slack.viewer);
  draw(at('title-slack'), `${nameOf(slack.viewer)}’s Slack`);
  draw(at('tab-name-slack'), nameOf(slack.viewer));
  drawTabs();
  drawClock();
  at('app').hidden = false;
  at('waiting').hidden = true;
  afterDrawing(before);
}

const nameOf = (userId) => state.people.find(({ id }) => id === userId)?.name ?? '';

function drawPeople(element, pane, ids, label) {
  const choose = (id) => () => {
    if (pane.viewer === id) return;
    Object.assign(pane, paneOf(pane.pane, id, pane.place), { seen: pane.seen });
    redraw();
  };
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', label);
  draw(
    element,
    ids.map((id) => {
      const { name, role } = state.people.find((person) => person.id === id);
      return h(
        'button',
        {
          key: id,
          type: 'button',
          title: role,
          'aria-pressed': id === pane.viewer ? 'true' : 'false',
          onclick: choose(id),
        },
        name,
        h('span', { class: 'hidden' }, `, ${role}`),
      );
    }),
  );
}

async function act(message, key) {
  ui.world.busy.add(key);
  redraw();
  const answer = await post(message);
  ui.world.busy.delete(key);
  redraw();
  return answer;
}

function drawTabs() {
  const wanted = wantedPane(state.guide, ui.story);
  document.body.dataset.tab = tab;
  for (const button of document.querySelectorAll('[data-goto]')) {
    const isHere = button.dataset.goto === tab;
    button.setAttribute('aria-pressed', isHere ? 'true' : 'false');
    button.classList.toggle('wanted', button.dataset.goto === wanted && !isHere);
  }
  for (const pane of document.querySelectorAll('.pane')) pane.classList.toggle('wanted', pane.dataset.pane === wanted);
}

function drawClock() {
  if (state === undefined) return;
  const now = Date.now() + state.offsetMs;
  const days = Math.floor(state.offsetMs / 86_400_000);
  at('clock').textContent = `${clockTime(now)}${days > 0 ? `, ${days === 1 ? 'a day' : `${days} days`} later` : ''}`;
}

for (const button of document.querySelectorAll('[data-goto]')) {
  button.addEventListener('click', () => {
    tab = button.dataset.goto;
    redraw();
  });
}
at('start-over').addEventListener('click', async () => {
  at('start-over').setAttribute('aria-busy', 'true');
  await post({}, '/api/start-over');
  at('start-over').removeAttribute('aria-busy');
});
setInterval(drawClock, 1000);

listen(
  (next) => {
    const isFirst = state === undefined;
    if (!isFirst && state.world !== next.world) ui = fresh();
    state = next;
    redraw();
    // Where all panes are in sight the first step is to type; on a phone that would only raise the keyboard.
    if (isFirst && matchMedia('(min-width: 75rem)').matches) queueMicrotask(() => at('composer-slack')?.focus());
  },
  (isOpen) => {
    at('line').hidden = isOpen;
  },
);
