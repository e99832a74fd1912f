// Emoji as drawings of the page's own: many machines have no font for them, and nothing is loaded from elsewhere. The page knows those
// that the app sends.

const space = 'http://www.w3.org/2000/svg';

/** Emoji → its symbol in the page's sprite, and what a screen reader says. */
const known = new Map([
  ['✅', ['done', 'Done']],
  ['⚠️', ['warning', 'Attention']],
  ['⚠', ['warning', 'Attention']],
  ['🔒', ['lock', 'Locked']],
  ['🔓', ['unlock', 'Unlocked']],
  ['🔑', ['key', 'Key']],
  ['❌', ['cross', 'No']],
  ['⏳', ['clock', 'Waiting']],
]);
const pattern = new RegExp(`(${[...known.keys()].join('|')})`, 'u');

/** The text, and in place of each known emoji its drawing. */
export function pieces(text) {
  return text
    .split(pattern)
    .filter((part) => part !== '')
    .map((part) => (known.has(part) ? drawing(...known.get(part)) : part));
}

/** Replaces the emoji in what other code has drawn. */
export function drawEmoji(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) if (pattern.test(texts.currentNode.data)) found.push(texts.currentNode);
  for (const text of found) text.replaceWith(...pieces(text.data));
}

function drawing(symbol, label) {
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', `emoji ${symbol}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `#i-${symbol}`);
  svg.append(use);
  return svg;
}
