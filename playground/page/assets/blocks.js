// Block Kit → DOM nodes, for messages, modals and App Homes. An unknown block is shown by its type; nothing is guessed.

import { h } from './dom.js';
import { elementNode } from './elements.js';
import { textNodes } from './mrkdwn.js';

/**
 * `place` says where the blocks are shown: `{ surface: { kind, … }, key, people, errors, isBusy, press, choose }`.
 * `key` tells one surface's nodes from another's.
 */
export function blockNodes(blocks, place) {
  return blocks.map((block) => {
    const node = (drawings[block.type] ?? unknown)(block, place);
    node.dataset.key = `${place.key} ${block.block_id ?? ''}`;
    return node;
  });
}

const drawings = {
  header: (block, { people }) => h('h3', { class: 'bk-header' }, textNodes(block.text, people)),
  divider: () => h('hr', { class: 'bk-divider' }),
  section,
  context,
  actions,
  input,
  alert: (block, { people }) =>
    h('div', { class: `bk-alert ${block.level ?? 'default'}` }, textNodes(block.text, people)),
};

const unknown = (block) => h('p', { class: 'bk-unknown' }, `A block of type ${block.type} that this page cannot draw`);

function section(block, place) {
  const fields = (block.fields ?? []).map((field) => h('div', {}, textNodes(field, place.people)));
  return h(
    'div',
    { class: 'bk-section' },
    h(
      'div',
      { class: 'bk-words' },
      textNodes(block.text, place.people),
      fields.length > 0 && h('div', { class: 'bk-fields' }, fields),
    ),
    block.accessory !== undefined && h('div', { class: 'bk-accessory' }, elementNode(block.accessory, block, place)),
  );
}

function context(block, { people }) {
  const elements = block.elements.filter(({ type }) => type !== 'image');
  return h(
    'div',
    { class: 'bk-context' },
    elements.map((text) => h('span', {}, textNodes(text, people))),
  );
}

function actions(block, place) {
  return h(
    'div',
    { class: 'bk-actions' },
    block.elements.map((element) => elementNode(element, block, place)),
  );
}

function input(block, place) {
  const id = `${place.key}-${block.block_id}`.replaceAll(/[^\w-]/g, '_');
  const error = place.errors?.[block.block_id];
  const isGroup = block.element.type === 'radio_buttons' || block.element.type === 'checkboxes';
  const label = [
    textNodes(block.label, place.people),
    block.optional === true && h('span', { class: 'bk-optional' }, ' (optional)'),
  ];
  const described = [
    block.hint === undefined ? undefined : `${id}-hint`,
    error === undefined ? undefined : `${id}-error`,
  ].filter((each) => each !== undefined);
  const more = { id, describedBy: described.join(' ') || undefined, isInvalid: error !== undefined };
  return h(
    'div',
    { class: error === undefined ? 'bk-input' : 'bk-input wrong' },
    isGroup
      ? h('div', { class: 'bk-label', id: `${id}-label` }, label)
      : h('label', { class: 'bk-label', for: id }, label),
    elementNode(block.element, block, place, more),
    error !== undefined && h('p', { class: 'bk-error', id: `${id}-error`, role: 'alert' }, error),
    block.hint !== undefined && h('p', { class: 'bk-hint', id: `${id}-hint` }, textNodes(block.hint, place.people)),
  );
}
