// Creates elements from data, and updates existing elements to match new ones, so that focus, selection and typed text
// are kept. Text only ever becomes a text node: no text is parsed as markup.

import { pieces } from './emoji.js';

const svgSpace = 'http://www.w3.org/2000/svg';
const handlerNames = ['onclick', 'onsubmit', 'oninput', 'onchange', 'onkeydown', 'onblur', 'onfocus'];

/** `h('p', { class: 'quiet' }, 'text', node, false)`; functions become handlers, `true` an empty attribute, false and null nothing. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element[name] = value;
    else if (name === 'key') element.dataset.key = String(value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    element.append(...(child instanceof Node ? [child] : pieces(String(child))));
  }
}

/** An icon from the page's own sprite. It is hidden from screen readers unless it has a label. */
export function icon(name, label) {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('class', 'icon');
  if (label === undefined) svg.setAttribute('aria-hidden', 'true');
  else {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
  }
  const use = document.createElementNS(svgSpace, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Updates the children of `element` to match `children`. */
export function draw(element, ...children) {
  const wanted = element.cloneNode(false);
  append(wanted, children);
  morphChildren(element, wanted);
}

function morph(from, to) {
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  for (const { name } of [...from.attributes]) {
    // Whether a `details` is open is the visitor's choice.
    const isTheirs = name === 'open' && from.localName === 'details';
    if (!to.hasAttribute(name) && !isTheirs) from.removeAttribute(name);
  }
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const name of handlerNames) from[name] = to[name];
  // The content of this element is drawn by other code, after this.
  if (to instanceof HTMLElement && to.dataset.island !== undefined) return;
  morphChildren(from, to);
}

function morphChildren(from, to) {
  const keyed = new Map();
  for (const child of from.childNodes) if (keyOf(child) !== undefined) keyed.set(keyOf(child), child);
  let place = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    const found = key === undefined ? place : keyed.get(key);
    if (found !== undefined && found !== null && isSame(found, wanted)) {
      keyed.delete(key);
      // The elements before a keyed match are gone: remove them. Moving the match itself would lose the focus.
      if (found !== place && !isStillWanted(place, to)) {
        while (place !== found && place !== null && !isStillWanted(place, to)) place = removed(place);
      }
      if (found !== place) from.insertBefore(found, place);
      else place = place.nextSibling;
      morph(found, wanted);
    } else from.insertBefore(wanted, place);
  }
  while (place !== null) place = removed(place);
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

const keyOf = (node) => (node instanceof HTMLElement ? node.dataset.key : undefined);

const isSame = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

function isStillWanted(node, to) {
  const key = keyOf(node);
  return key !== undefined && [...to.childNodes].some((child) => keyOf(child) === key);
}
