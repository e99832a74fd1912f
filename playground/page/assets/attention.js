// Scroll position and focus: logs stay at their newest message; a modal takes the focus when it opens and gives it back
// when it closes.

const nearPx = 60;
const giveBack = new Map();
/** The state of each log when it was last visible: on a phone one pane is shown at a time. */
const lastShown = new Map();

export function beforeDrawing() {
  const logs = new Map();
  for (const log of document.querySelectorAll('.log')) {
    const { key, stick } = log.dataset;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearPx;
    if (log.clientHeight > 0) lastShown.set(key, { isAtEnd, stick });
    logs.set(key, lastShown.get(key));
  }
  const active = document.activeElement;
  const windows = new Set([...document.querySelectorAll('[data-window]')].map(idOf));
  const fields = new Set(document.querySelectorAll('[data-focus]'));
  return { logs, windows, fields, active, activePane: active?.closest('.pane') ?? null };
}

export function afterDrawing({ logs, windows, fields, active, activePane }) {
  for (const log of document.querySelectorAll('.log')) {
    const was = logs.get(log.dataset.key);
    if (was === undefined || (was.isAtEnd && was.stick !== log.dataset.stick)) log.scrollTop = log.scrollHeight;
  }
  const isElsewhere = (pane) => activePane !== null && activePane !== pane && document.contains(active);
  const open = new Set();
  for (const opened of document.querySelectorAll('[data-window]')) {
    const pane = opened.closest('.pane');
    open.add(idOf(opened));
    const field = [...opened.querySelectorAll('[data-focus]')].find((each) => !fields.has(each));
    const isNew = !windows.has(idOf(opened));
    if (isNew && !giveBack.has(pane)) giveBack.set(pane, activePane === pane ? active : null);
    if (isElsewhere(pane)) continue;
    const isInField = opened.contains(document.activeElement) && document.activeElement !== opened;
    if (field !== undefined) field.focus();
    else if (isNew || !isInField) (firstField(opened) ?? opened).focus({ preventScroll: true });
  }
  for (const [pane, from] of giveBack) {
    if (pane.querySelector('[data-window]') !== null) continue;
    giveBack.delete(pane);
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (!isLost && pane.contains(document.activeElement)) continue;
    if (isLost) (from !== null && document.contains(from) ? from : pane.querySelector('.composer input'))?.focus();
  }
}

/** In a group of radio buttons the chosen one takes the focus; the arrow keys reach the others. */
const firstField = (opened) =>
  opened.querySelector('.modal-body input:checked') ?? opened.querySelector('.modal-body :is(input, textarea, select)');

const idOf = (opened) => `${opened.closest('.pane')?.dataset.pane} ${opened.dataset.window}`;
