// Block Kit's interactive elements → DOM nodes. A press goes to the emulated Slack, which sends it signed to the app.
import { h } from './dom.js';
import { textNodes } from './mrkdwn.js';

/**
 * `more` is given for an element in an input block: its id, the id of its description, and whether its value is
 * invalid.
 */
export function elementNode(element, block, place, more = {}) {
  return (drawings[element.type] ?? unknown)(element, block, place, more);
}

const drawings = {
  button,
  plain_text_input: textInput,
  radio_buttons: (element, block, place, more) => choices('radio', element, block, place, more),
  checkboxes: (element, block, place, more) => choices('checkbox', element, block, place, more),
  static_select: select,
};

const unknown = (element) => h('span', { class: 'bk-unknown' }, `An element of type ${element.type}`);

const names = (element, block) => ({ 'data-block': block.block_id, 'data-action': element.action_id });

function button(element, block, place) {
  const target = { blockId: block.block_id, actionId: element.action_id };
  const isBusy = place.isBusy(target);
  const attributes = {
    ...names(element, block),
    key: `${block.block_id} ${element.action_id}`,
    class: `bk-button ${element.style ?? ''}`,
    'aria-label': element.accessibility_label,
    onclick: () => place.press(target, element),
  };
  const words = h('span', {}, textNodes(element.text, place.people));
  if (element.url !== undefined && /^https?:\/\//.test(element.url)) {
    return h('a', { ...attributes, href: element.url, target: '_blank', rel: 'noopener noreferrer' }, words);
  }
  return h('button', { ...attributes, type: 'button', 'aria-busy': isBusy ? 'true' : null }, words);
}

function textInput(element, block, _place, { id, describedBy, isInvalid }) {
  const attributes = {
    ...names(element, block),
    key: id,
    id,
    class: 'bk-text',
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    inputmode: element.max_length !== undefined && element.max_length <= 12 ? 'numeric' : null,
    'data-focus': element.focus_on_load === true ? true : null,
    'aria-describedby': describedBy,
    'aria-invalid': isInvalid === true ? 'true' : null,
    'aria-required': block.optional === true ? null : 'true',
  };
  if (element.multiline === true) return h('textarea', { ...attributes, rows: 4 }, element.initial_value);
  return h('input', { ...attributes, type: 'text', value: element.initial_value });
}

function choices(type, element, block, place, { id, describedBy, isInvalid }) {
  const base = id ?? `${place.key}-${block.block_id}-${element.action_id}`.replaceAll(/[^\w-]/g, '_');
  const initial = [element.initial_option, ...(element.initial_options ?? [])].map((option) => option?.value);
  const dispatches = block.type !== 'input' || block.dispatch_action === true;
  return h(
    'div',
    {
      class: 'bk-choices',
      key: base,
      role: type === 'radio' ? 'radiogroup' : 'group',
      'aria-labelledby': id === undefined ? null : `${id}-label`,
      'aria-describedby': describedBy,
      'aria-invalid': isInvalid === true && type === 'radio' ? 'true' : null,
    },
    element.options.map((option, index) =>
      h(
        'label',
        { key: `${base}-${index}` },
        h('input', {
          ...names(element, block),
          type,
          name: base,
          value: option.value,
          checked: initial.includes(option.value),
          onchange: dispatches ? () => place.choose(element, block) : null,
        }),
        h(
          'span',
          {},
          textNodes(option.text, place.people),
          option.description !== undefined && h('small', {}, textNodes(option.description, place.people)),
        ),
      ),
    ),
  );
}

function select(element, block, place, { id, describedBy, isInvalid }) {
  const dispatches = block.type !== 'input' || block.dispatch_action === true;
  return h(
    'select',
    {
      ...names(element, block),
      key: id,
      id,
      class: 'bk-select',
      'aria-label': id === undefined ? element.placeholder?.text : null,
      'aria-describedby': describedBy,
      'aria-invalid': isInvalid === true ? 'true' : null,
      onchange: dispatches ? () => place.choose(element, block) : null,
    },
    element.initial_option === undefined && h('option', { value: '' }, element.placeholder?.text ?? 'Choose'),
    (element.options ?? []).map((option) =>
      h('option', { value: option.value, selected: option.value === element.initial_option?.value }, option.text.text),
    ),
  );
}

/**
 * The values of the inputs below `root`, as `[{ blockId, actionId, type, value }]`; several values where several boxes
 * are ticked.
 */
export function filledIn(root) {
  const fields = new Map();
  for (const input of root.querySelectorAll('[data-block]:is(input, textarea, select)')) {
    const { block: blockId, action: actionId } = input.dataset;
    const key = `${blockId}\n${actionId}`;
    const isChoice = input.matches('[type=radio], [type=checkbox], select');
    const field = fields.get(key) ?? { blockId, actionId, kind: isChoice ? 'choice' : 'text', values: [] };
    if (!input.matches('[type=radio], [type=checkbox]') || input.checked) field.values.push(input.value);
    fields.set(key, field);
  }
  return [...fields.values()].filter(({ kind, values }) => kind === 'text' || values.some((value) => value !== ''));
}
