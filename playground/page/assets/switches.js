// Switches for what can go wrong: the account, Auth0, Slack, Teams, and the clock.
import { h, icon } from './dom.js';

const auth0Modes = [
  ['normal', 'Normal'],
  ['slow', 'Slow'],
  ['down', 'Down'],
  ['rate-limited', 'Rate-limited'],
];
const chatModes = [
  ['normal', 'Normal'],
  ['rate-limited', 'Rate-limited'],
];
const pageModes = [
  ['normal', 'Auth0’s'],
  ['own', 'Latchkey’s, in the tenant'],
];
const spans = [
  [3, '3 minutes'],
  [15, '15 minutes'],
  [24 * 60, 'a day'],
];

export function switchesNode(state, person, account, ui, act) {
  return h(
    'section',
    { key: 'switches', class: 'card', 'aria-labelledby': 'switches-title' },
    h('h3', { id: 'switches-title' }, 'What happens'),
    account !== null && accountButtons(person, account, act),
    modesNode('auth0', 'Auth0 is', auth0Modes, state.auth0.mode, act),
    modesNode('page', 'Page for a new password', pageModes, state.auth0.page, act),
    modesNode('slack', 'Slack is', chatModes, state.slack.mode, act),
    modesNode('teams', 'Teams is', chatModes, state.teams.mode, act),
    h(
      'div',
      { class: 'switch', role: 'group', 'aria-labelledby': 'pass-label' },
      h('span', { id: 'pass-label' }, icon('clock'), 'Let time pass'),
      h(
        'div',
        { class: 'buttons' },
        spans.map(([minutes, label]) =>
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              'aria-disabled': ui.busy.has('pass') ? 'true' : null,
              onclick: () => act({ act: 'pass', minutes }, 'pass'),
            },
            label,
          ),
        ),
      ),
    ),
  );
}

function accountButtons(person, account, act) {
  return h(
    'div',
    { class: 'switch', role: 'group', 'aria-labelledby': 'account-label' },
    h('span', { id: 'account-label' }, icon('person'), `${person.name}’s account`),
    h(
      'div',
      { class: 'buttons' },
      h(
        'button',
        {
          type: 'button',
          class: 'small',
          disabled: account.locked,
          title: 'Ten wrong passwords from one place',
          onclick: () => act({ act: 'lock', user: person.id }, 'lock'),
        },
        account.locked ? 'Is locked' : 'Lock it',
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'small',
          'aria-pressed': account.blocked ? 'true' : 'false',
          onclick: () => act({ act: 'block', user: person.id, blocked: !account.blocked }, 'block'),
        },
        'Admin block',
      ),
    ),
  );
}

function modesNode(what, label, modes, current, act) {
  return h(
    'fieldset',
    { class: 'switch' },
    h('legend', {}, label),
    h(
      'div',
      { class: 'segments' },
      modes.map(([mode, name]) =>
        h(
          'label',
          { key: mode, class: mode === current ? (mode === 'normal' ? 'on' : 'on odd') : '' },
          h('input', {
            type: 'radio',
            name: `mode-${what}`,
            value: mode,
            checked: mode === current,
            onchange: () => act({ act: `${what}-mode`, mode }, `mode-${what}`),
          }),
          name,
        ),
      ),
    ),
  );
}
