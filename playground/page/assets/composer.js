// The input line of a pane: messages, and commands with a list of suggestions above.
import { h, icon } from './dom.js';

/**
 * `state` is this composer's `{ draft, chosen, isListClosed }`; `change(state)` draws again.
 * `list` is the suggestions: `[{ name, about }]`. `toggle()` shows the list by a button; without it, typing does.
 */
export function composerNode({ context, state, placeholder, label, list, listName, toggle, change, send }) {
  const listed = suggestionsFor(state, list);
  const chosen = listed.length === 0 ? -1 : Math.min(state.chosen ?? 0, listed.length - 1);
  const listId = `suggestions-${context.pane}`;
  const take = (command) => change({ draft: command.name, chosen: 0, isListClosed: true });
  const submit = () => {
    const text = state.draft.trim();
    if (text === '') return;
    change({ draft: '', chosen: 0, isListClosed: false });
    send(text);
  };
  const onkeydown = (event) => {
    if (listed.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      change({ ...state, chosen: (chosen + step + listed.length) % listed.length });
    } else if (listed.length > 0 && event.key === 'Escape') change({ ...state, isListClosed: true });
    else if (listed.length > 0 && event.key === 'Tab' && !event.shiftKey && listed[chosen].name !== state.draft) {
      event.preventDefault();
      take(listed[chosen]);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (listed.length > 0 && listed[chosen].name !== state.draft.trim()) take(listed[chosen]);
      else submit();
    }
  };
  return h(
    'form',
    {
      class: 'composer',
      key: 'composer',
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    listed.length > 0 && listNode(listed, listName, chosen, listId, take),
    h('input', {
      id: `composer-${context.pane}`,
      key: 'text',
      type: 'text',
      placeholder,
      'aria-label': label,
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': listed.length > 0 ? 'true' : 'false',
      'aria-controls': listed.length > 0 ? listId : null,
      'aria-activedescendant': chosen === -1 ? null : `${listId}-${chosen}`,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      oninput: (event) => change({ draft: event.target.value, chosen: 0, isListClosed: false }),
      onkeydown,
    }),
    toggle !== undefined &&
      h(
        'button',
        {
          key: 'list-button',
          type: 'button',
          class: 'composer-send composer-list',
          'aria-label': listName,
          title: listName,
          'aria-expanded': listed.length > 0 ? 'true' : 'false',
          onclick: toggle,
        },
        icon('list'),
      ),
    h(
      'button',
      {
        key: 'send',
        type: 'submit',
        class: 'composer-send',
        'aria-label': 'Send',
        disabled: state.draft.trim() === '',
      },
      icon('send'),
    ),
  );
}

const suggestionsFor = ({ draft, isListClosed }, list) =>
  isListClosed ? [] : list.filter(({ name }) => name.toLowerCase().startsWith(draft.trim().toLowerCase()));

function listNode(listed, name, chosen, listId, take) {
  return h(
    'div',
    { class: 'suggestions', key: 'list' },
    h('p', { class: 'suggestions-head', 'aria-hidden': 'true' }, name),
    h(
      'ul',
      { role: 'listbox', id: listId, 'aria-label': name },
      listed.map((command, index) =>
        h(
          'li',
          {
            id: `${listId}-${index}`,
            role: 'option',
            'aria-selected': index === chosen ? 'true' : 'false',
            onclick: () => take(command),
          },
          h('strong', {}, command.name),
          h('span', {}, command.about),
        ),
      ),
    ),
  );
}
