// The guide at the top: what to do next, and which steps the visitor has done.
import { draw, h, icon } from './dom.js';

const stories = {
  reset: {
    name: 'Forgot password',
    steps: [
      ['employee', 'Type ', 'reset-password', ' as Jane'],
      ['employee', 'Send the code'],
      ['world', 'Read it in Jane’s mailbox, type it in'],
      ['employee', 'Open the link, choose a password'],
    ],
    done: 'Done. The message says when; try to sign in.',
  },
  unlock: {
    name: 'Locked out',
    steps: [
      ['world', 'Lock Jane’s account'],
      ['employee', 'Type ', 'unlock', ' as Jane'],
      ['employee', 'Send the code'],
      ['world', 'Read it in Jane’s mailbox, type it in'],
      ['helpdesk', 'Approve as Sam'],
    ],
    done: 'Done. Jane is back in.',
  },
};

/** How a request ended that did not end well. */
const ends = {
  denied: 'Denied. Jane has read why. To go on, ask again as Jane.',
  stopped: 'Stopped. Latchkey does nothing for Jane’s account for 24 hours, and the helpdesk has been told.',
  over: 'This request is over. To go on, ask again as Jane.',
  refused: 'This request is over. Its message says why, and what Jane can do.',
};

/** `guide` has a list of booleans for each story, one for each step. Slack's commands begin with a slash. */
export function drawGuide(element, guide, chosen, platform, choose) {
  const name = chosen ?? guide.latest;
  const { steps, done: ending } = stories[name];
  const done = guide[name];
  const current = currentOf(guide, name);
  draw(
    element,
    h(
      'div',
      { class: 'stories', role: 'group', 'aria-label': 'What to try' },
      Object.entries(stories).map(([story, each]) =>
        h(
          'button',
          {
            key: story,
            type: 'button',
            'aria-pressed': story === name ? 'true' : 'false',
            onclick: () => choose(story),
          },
          each.name,
        ),
      ),
    ),
    h(
      'ol',
      { key: `steps-${name}`, class: 'steps' },
      steps.map(([, ...words], index) => stepNode(words, platform, index, done[index], index === current)),
      current === -1 &&
        h(
          'li',
          { key: 'end', class: guide.ends[name] === undefined ? 'step end' : 'step end not-well' },
          ends[guide.ends[name]] ?? ending,
        ),
    ),
  );
}

/** The pane in which the next step is done. */
export function wantedPane(guide, chosen) {
  const name = chosen ?? guide.latest;
  const current = currentOf(guide, name);
  return current === -1 ? undefined : stories[name].steps[current][0];
}

/** The next step; -1 where the request is over. */
const currentOf = (guide, name) => (guide.ends[name] === undefined ? guide[name].indexOf(false) : -1);

function stepNode([before, command, after], platform, index, isDone, isCurrent) {
  return h(
    'li',
    {
      key: index,
      class: `step${isDone ? ' done' : ''}${isCurrent ? ' current' : ''}`,
      'aria-current': isCurrent ? 'step' : null,
    },
    h('span', { class: 'step-mark' }, isDone ? icon('tick', 'Done') : String(index + 1)),
    h(
      'span',
      {},
      before,
      command !== undefined && h('code', {}, platform === 'slack' ? `/${command}` : command),
      after,
    ),
  );
}
