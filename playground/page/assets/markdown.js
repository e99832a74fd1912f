// The subset of Markdown that Teams draws in cards and messages → DOM nodes: bold, italic, links, lists. Never HTML.
// A mention, which Teams highlights, is drawn in bold.
import { h } from './dom.js';

export function markdownNodes(source) {
  const nodes = [];
  let list;
  const text = String(source).replaceAll(/<at>(.*?)<\/at>/g, '**$1**');
  for (const line of text.split(/\r\n?|\n/)) {
    const [, bullet, number, item] = /^\s*(?:([-*])|(\d{1,9})[.)])\s+(.*)$/.exec(line) ?? [];
    if (item !== undefined) {
      const tag = bullet === undefined ? 'OL' : 'UL';
      if (list?.nodeName !== tag) {
        list = h(tag, number === undefined ? {} : { start: number });
        nodes.push(list);
      }
      list.append(h('li', {}, inlineNodes(item)));
      continue;
    }
    if (nodes.length > 0 && list === undefined) nodes.push(h('br'));
    list = undefined;
    nodes.push(...inlineNodes(line));
  }
  return nodes;
}

const pattern =
  /\[([^\]\n]+)\]\(([^()\s]+)\)|\*\*(?!\s)(.+?)(?<!\s)\*\*|(?<![\p{L}\p{N}*])\*(?![\s*])([^*\n]+?)(?<!\s)\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}_])_(?![\s_])([^_\n]+?)(?<!\s)_(?![\p{L}\p{N}])/gu;

function inlineNodes(source) {
  const nodes = [];
  let from = 0;
  for (const match of source.matchAll(pattern)) {
    nodes.push(source.slice(from, match.index));
    const [whole, words, address, bold, ...italic] = match;
    const slanted = italic.slice(0, 2).find((each) => each !== undefined);
    if (words !== undefined) nodes.push(linkNode(words, address) ?? whole);
    else if (bold !== undefined) nodes.push(h('strong', {}, inlineNodes(bold)));
    else nodes.push(h('em', {}, inlineNodes(slanted)));
    from = match.index + whole.length;
  }
  nodes.push(source.slice(from));
  return nodes.filter((node) => node !== '');
}

function linkNode(words, address) {
  const url = URL.parse(address);
  if (url === null || !/^(?:https?|mailto):$/.test(url.protocol)) return undefined;
  return h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, words);
}
