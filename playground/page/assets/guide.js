// The guide at the top: what to do next, and which steps the visitor has done.
import { draw, h, icon } from './dom.js';

const stories = {
  reset: {
    name: 'Forgot password',
    who: 'Jane',
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
    who: 'Jane',
    steps: [
      ['world', 'Lock Jane’s account'],
      ['employee', 'Type ', 'unlock', ' as Jane'],
      ['employee', 'Send the code'],
      ['world', 'Read it in Jane’s mailbox, type it in'],
      ['helpdesk', 'Approve as Sam'],
    ],
    done: 'Done. Jane is back in.',
  },
  enroll: {
    name: 'Nothing set up yet',
    who: 'Nina',
    steps: [
      ['employee', 'Type ', 'enroll', ' as Nina'],
      ['employee', 'Press Add email, sign in with ', { text: 'Paper-Lantern-7' }],
      ['world', 'There, type any address; its code is in the mailbox'],
      ['employee', 'Type ', 'reset-password', ', send the code, type it in'],
      ['employee', 'Open the link, choose a password'],
    ],
    done: 'Done. Nina started with nothing, and has got in without the helpdesk.',
  },
  twice: {
    name: 'Two proofs',
    who: 'Petra',
    steps: [
      [
        'employee',
        'Type ',
        'enroll',
        ' as Petra, sign in with ',
        { text: 'Velvet-Compass-19' },
        ', make recovery codes',
      ],
      ['world', 'Let a day pass: new codes rest'],
      ['employee', 'Type ', 'reset-password', ', send the code, type it in'],
      ['employee', 'Use a recovery code as the second proof'],
      ['employee', 'Open the link, choose a password'],
    ],
    done: 'Done. Petra has proven it twice.',
  },
};

/** How a request ended that did not end well. */
const ends = {
  denied: (who) => `Denied. ${who} has read why. To continue, ask again as ${who}.`,
  stopped: (who) => `Stopped. Latchkey does nothing for ${who}’s account for 24 hours, and the helpdesk has been told.`,
  over: (who) => `This request is over. To continue, ask again as ${who}.`,
  refused: (who) => `This request is over. Its message says why, and what ${who} can do.`,
};

/** `guide` has a list of booleans for each story, one for each step. Slack's commands begin with a slash. */
export function drawGuide(element, guide, chosen, platform, choose) {
  const name = chosen ?? guide.latest;
  const { steps, who, done: ending } = stories[name];
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
            onclick: () => choose(story, each.who),
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
          ends[guide.ends[name]]?.(who) ?? ending,
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

function stepNode(words, platform, index, isDone, isCurrent) {
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
      words.map((word, nth) => {
        if (typeof word !== 'string') return h('code', {}, word.text);
        return nth % 2 === 0 ? word : h('code', {}, platform === 'slack' ? `/${word}` : word);
      }),
    ),
  );
}
