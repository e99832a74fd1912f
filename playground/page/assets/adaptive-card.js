// One Adaptive Card on the page. Microsoft's library draws its content; the page owns the element around it.
import { cardStyle } from './card-style.js';
import { h } from './dom.js';
import { drawEmoji } from './emoji.js';
import { markdownNodes } from './markdown.js';

/** Card element → what is drawn in it: the card as JSON, and who is called for a press. */
const filled = new WeakMap();

/**
 * An empty element for `fillCards`. It is a form, because the radio buttons of two cards may have the same name. It has
 * no accessible name: with one it would be a landmark.
 */
export function cardFrame(key, isBusy) {
  return h('form', {
    key,
    class: 'ac',
    'data-island': true,
    'aria-busy': isBusy ? 'true' : null,
    tabindex: '-1',
    novalidate: true,
    onsubmit: (event) => event.preventDefault(),
  });
}

/**
 * Draws the cards that have changed into their elements below `element`. `cards` is key → `{ card, press(action,
 * inputs) }`.
 */
export function fillCards(element, cards) {
  for (const frame of element.querySelectorAll('form[data-island]')) {
    const wanted = cards.get(frame.dataset.key);
    if (wanted === undefined) continue;
    const json = JSON.stringify(wanted.card);
    const there = filled.get(frame);
    filled.set(frame, { json, press: wanted.press });
    if (there === undefined) resized.observe(frame);
    if (there?.json !== json) refill(frame, wanted.card);
  }
}

/** Scrolls so that what opens or shows an error in the card that has the focus stays visible. */
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.contains(document.activeElement)) target.scrollIntoView({ block: 'nearest' });
  }
});

function refill(frame, card) {
  const hadFocus = frame.contains(document.activeElement);
  frame.replaceChildren(render(frame, card));
  // If the button that had the focus is gone, the focus moves to the card that replaced it.
  if (hadFocus) (frame.querySelector('input:checked, input:not([type=radio]), select, textarea') ?? frame).focus();
}

function render(frame, json) {
  const { AdaptiveCard, HostConfig, GlobalSettings } = globalThis.AdaptiveCards;
  GlobalSettings.setTabIndexAtCardRoot = false;
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = h('p', {}, markdownNodes(text)).outerHTML;
    result.didProcess = true;
  };
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(cardStyle);
  card.onExecuteAction = (action) => execute(frame, action);
  card.parse(json);
  card.lang = 'en-GB';
  const drawn = card.render();
  if (drawn !== undefined) drawEmoji(drawn);
  return drawn ?? h('p', { class: 'bk-unknown' }, 'A card that cannot be drawn');
}

async function execute(frame, action) {
  const type = action.getJsonTypeName();
  if (type === 'Action.OpenUrl') {
    if (/^https?:\/\//.test(action.url ?? '')) window.open(action.url, '_blank', 'noopener,noreferrer');
    return;
  }
  if (frame.getAttribute('aria-busy') === 'true') return;
  const inputs = Object.values(action.getReferencedInputs?.() ?? {}).filter((input) => input.isSet());
  action.renderedElement?.setAttribute('aria-busy', 'true');
  await filled
    .get(frame)
    ?.press(
      { type, title: action.title ?? '', verb: action.verb || undefined, id: action.id || undefined },
      Object.fromEntries(inputs.map((input) => [input.id, String(input.value)])),
    );
  action.renderedElement?.removeAttribute('aria-busy');
}
