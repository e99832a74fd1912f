// A Slack modal over one person's pane. The rest of the page stays usable: the person needs the code from another
// column.
import { blockNodes } from './blocks.js';
import { h, icon } from './dom.js';
import { filledIn } from './elements.js';

/** `context` is the pane's: viewer, people, send, isBusy, ask. */
export function modalNode(modal, context) {
  const { view, errors, trouble } = modal;
  const titleId = `title-${context.pane}-${view.id}`;
  const surface = { kind: 'modal', viewId: view.id };
  const isSubmitting = context.isBusy({ kind: 'submit', viewId: view.id });
  const place = context.placeOf(surface, `modal-${view.id}`, errors);
  const close = () => context.send({ act: 'close', user: context.viewer, viewId: view.id });
  const submit = (event) => {
    event.preventDefault();
    const values = filledIn(event.currentTarget);
    context.send({ act: 'submit', user: context.viewer, viewId: view.id, values }, { kind: 'submit', viewId: view.id });
  };
  const closeOnEscape = (event) => {
    if (event.key === 'Escape') close();
  };
  const cross = h(
    'button',
    { type: 'button', class: 'modal-cross', onclick: close, 'aria-label': 'Close window' },
    icon('cross'),
  );
  return h(
    'div',
    { key: `veil-${view.id}`, class: 'veil' },
    h(
      'div',
      {
        class: 'modal',
        role: 'dialog',
        'aria-labelledby': titleId,
        tabindex: '-1',
        'data-window': view.id,
        onkeydown: closeOnEscape,
      },
      h(
        'form',
        { novalidate: true, onsubmit: submit },
        h(
          'header',
          {},
          h('img', { class: 'app-mark', src: '/icon.svg', alt: '' }),
          h('h2', { id: titleId }, view.title?.text ?? ''),
          cross,
        ),
        h(
          'div',
          { class: 'modal-body', 'aria-live': 'polite', 'aria-busy': isSubmitting ? 'true' : 'false' },
          blockNodes(view.blocks, place),
          trouble !== undefined && trouble !== null && h('p', { class: 'modal-trouble', role: 'alert' }, trouble),
        ),
        h(
          'footer',
          {},
          h(
            'button',
            { key: 'close', type: 'button', class: 'bk-button', onclick: close },
            view.close?.text ?? 'Close',
          ),
          view.submit?.text !== undefined &&
            h(
              'button',
              { key: 'submit', type: 'submit', class: 'bk-button primary', 'aria-busy': isSubmitting ? 'true' : null },
              h('span', {}, view.submit.text),
            ),
        ),
      ),
    ),
  );
}

/** Block Kit's `confirm` object, shown before the press is sent. */
export function confirmNode(confirm, context) {
  const id = `confirm-${context.pane}`;
  return h(
    'div',
    { key: 'veil-confirm', class: 'veil' },
    h(
      'div',
      {
        class: 'modal small',
        role: 'alertdialog',
        'aria-labelledby': `${id}-title`,
        'aria-describedby': `${id}-text`,
        tabindex: '-1',
        'data-window': 'confirm',
        onkeydown: (event) => {
          if (event.key === 'Escape') confirm.no();
        },
      },
      h('header', {}, h('h2', { id: `${id}-title` }, confirm.words.title.text)),
      h('div', { class: 'modal-body' }, h('p', { id: `${id}-text` }, confirm.words.text.text)),
      h(
        'footer',
        {},
        h('button', { type: 'button', class: 'bk-button', onclick: confirm.no }, confirm.words.deny.text),
        h(
          'button',
          {
            type: 'button',
            class: `bk-button ${confirm.words.style === 'danger' ? 'danger filled' : 'primary'}`,
            'data-focus': true,
            onclick: confirm.yes,
          },
          confirm.words.confirm.text,
        ),
      ),
    ),
  );
}
