// The page: keeps the visitor's choices and draws the three panes from each state that the server sends.

import { afterDrawing, beforeDrawing } from './attention.js';
import { drawBanner } from './banner.js';
import { draw, h } from './dom.js';
import { drawGuide, wantedPane } from './guide.js';
import { listen, post } from './live.js';
import { clockTime } from './mrkdwn.js';
import { drawSlackPane } from './slack-pane.js';
import { drawTeamsPane } from './teams-pane.js';
import { drawWorldPane } from './world-pane.js';

const memoryOf = (pane, viewer, place) => ({
  pane,
  viewer,
  place,
  composer: { draft: '', chosen: 0, isListClosed: false },
  confirm: undefined,
  remark: undefined,
  remarks: new Map(),
  busy: new Set(),
  seen: {},
  actedAt: 0,
  isElsewhere: false,
});
/** The viewer is the same person on both platforms; the state of the pane is kept for each platform. */
const paneOf = (pane, viewer) => ({
  pane,
  viewer,
  platform: 'slack',
  slack: memoryOf(pane, viewer, 'app'),
  teams: memoryOf(pane, viewer, 'chat'),
});
const fresh = () => ({
  employee: paneOf('employee', 'U0JANE'),
  helpdesk: paneOf('helpdesk', 'U0SAM'),
  world: { copied: undefined, signIn: undefined, busy: new Set() },
  story: undefined,
});

const at = (id) => document.getElementById(id);
const helpdeskViewers = ['U0SAM', 'U0ADA', 'U0GUS'];
let state;
let ui = fresh();
let tab = 'employee';
let isDue = false;

/** Several changes in the same turn are drawn once. */
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
  const { employee, helpdesk, world } = ui;
  drawGuide(at('guide'), state.guide, ui.story, employee.platform, (story, name) => {
    ui.story = story;
    // The story is somebody's: they are shown.
    const who = state.people.find((person) => person.name === name)?.id;
    if (who !== undefined && who !== employee.viewer) meet(employee, who);
    redraw();
  });
  const everybody = state.people.map(({ id }) => id);
  drawHead(employee, `${nameOf(employee.viewer)} in`, everybody, 'Who it is');
  drawHead(helpdesk, 'Helpdesk in', helpdeskViewers, 'Who looks at the channel');
  // If one person is shown in both panes, the modal appears in the pane that was used last.
  const isShared = employee.viewer === helpdesk.viewer && employee.platform === helpdesk.platform;
  employee.slack.isElsewhere = isShared && helpdesk.slack.actedAt > employee.slack.actedAt;
  helpdesk.slack.isElsewhere = isShared && !employee.slack.isElsewhere;
  for (const pane of [employee, helpdesk]) {
    const drawPane = pane.platform === 'slack' ? drawSlackPane : drawTeamsPane;
    const only = pane === helpdesk ? state.helpdeskChannel[pane.platform] : undefined;
    drawPane(at(`pane-${pane.pane}`), state, pane[pane.platform], redraw, only);
  }
  drawWorldPane(at('pane-world'), state, employee.viewer, world, act, redraw);
  drawBanner(at('banner'), state, employee);
  draw(at('tab-name-employee'), nameOf(employee.viewer));
  drawTabs();
  drawClock();
  at('app').hidden = false;
  at('waiting').hidden = true;
  afterDrawing(before);
}

const nameOf = (userId) => state.people.find(({ id }) => id === userId)?.name ?? '';
const platforms = [
  ['slack', 'Slack'],
  ['teams', 'Teams'],
];

/** Shows another person in this pane. */
function meet(pane, viewer) {
  const { slack, teams } = pane;
  pane.viewer = viewer;
  Object.assign(slack, memoryOf(pane.pane, viewer, slack.place), { seen: slack.seen });
  Object.assign(teams, memoryOf(pane.pane, viewer, teams.place), { seen: teams.seen });
}

function drawHead(pane, title, people, peopleLabel) {
  const platform = platforms.find(([id]) => id === pane.platform);
  draw(at(`title-${pane.pane}`), title, h('span', { class: 'hidden' }, ` ${platform[1]}`));
  drawChoices(
    at(`people-${pane.pane}`),
    peopleLabel,
    people.map((id) => state.people.find((person) => person.id === id)),
    pane.viewer,
    (viewer) => meet(pane, viewer),
  );
  drawChoices(
    at(`platforms-${pane.pane}`),
    'Slack or Teams',
    platforms.map(([id, name]) => ({ id, name })),
    pane.platform,
    (chosen) => {
      pane.platform = chosen;
    },
  );
}

function drawChoices(element, label, choices, chosen, choose) {
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', label);
  const take = (id) => () => {
    if (id === chosen) return;
    choose(id);
    redraw();
  };
  draw(
    element,
    choices.map(({ id, name, role }) =>
      h(
        'button',
        { key: id, type: 'button', title: role, 'aria-pressed': id === chosen ? 'true' : 'false', onclick: take(id) },
        name,
        role !== undefined && h('span', { class: 'hidden' }, `, ${role}`),
      ),
    ),
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
    // Where all panes are visible the first step is to type, so the input gets the focus. On a phone that would only
    // open the keyboard.
    if (isFirst && matchMedia('(min-width: 75rem)').matches) queueMicrotask(() => at('composer-employee')?.focus());
  },
  (isOpen) => {
    at('line').hidden = isOpen;
  },
);
