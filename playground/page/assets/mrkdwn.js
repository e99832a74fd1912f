// Slack's mrkdwn → DOM nodes: the subset that apps use. Everything becomes text nodes in known elements, never HTML.
import { h } from './dom.js';

const emoji = {
  white_check_mark: '✅',
  warning: '⚠️',
  lock: '🔒',
  unlock: '🔓',
  key: '🔑',
  x: '❌',
  hourglass_flowing_sand: '⏳',
};

/** A `text` object of Block Kit as nodes. `people` is id → name. */
export function textNodes(text, people) {
  if (text === undefined || text === null) return [];
  if (text.type === 'mrkdwn') return mrkdwnNodes(text.text, people);
  return lines(text.emoji === false ? text.text : withEmoji(text.text));
}

/** The text of a message without blocks, or of a `mrkdwn` object. */
export function mrkdwnNodes(source, people) {
  const nodes = [];
  for (const [index, part] of String(source).split('```').entries()) {
    if (index % 2 === 1) nodes.push(h('pre', {}, withSigns(part.replace(/^\n/, ''))));
    else nodes.push(...blockNodes(part, people));
  }
  return nodes;
}

/** What a person typed: no markup is interpreted; mentions are shown as names. */
export function plainNodes(source) {
  return lines(withSigns(String(source)));
}

function blockNodes(source, people) {
  const nodes = [];
  for (const [index, line] of source.split('\n').entries()) {
    const quoted = /^(?:&gt;|>) ?(.*)$/s.exec(line);
    if (quoted !== null) {
      nodes.push(h('blockquote', {}, inline(quoted[1], people)));
      continue;
    }
    if (index > 0 && nodes.at(-1)?.nodeName !== 'BLOCKQUOTE') nodes.push(h('br'));
    nodes.push(...inline(line, people));
  }
  return nodes;
}

const inlinePattern =
  /<([^<>\s][^<>]*)>|(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])|(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])|(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])|`([^`\n]+)`/g;

function inline(source, people) {
  const nodes = [];
  let from = 0;
  for (const match of source.matchAll(inlinePattern)) {
    if (match.index > from) nodes.push(withEmoji(withSigns(source.slice(from, match.index))));
    const [, angle, bold, italic, strike, code] = match;
    if (angle !== undefined) nodes.push(...angleNodes(angle, people));
    else if (bold !== undefined) nodes.push(h('strong', {}, inline(bold, people)));
    else if (italic !== undefined) nodes.push(h('em', {}, inline(italic, people)));
    else if (strike !== undefined) nodes.push(h('s', {}, inline(strike, people)));
    else nodes.push(h('code', {}, withSigns(code)));
    from = match.index + match[0].length;
  }
  if (from < source.length) nodes.push(withEmoji(withSigns(source.slice(from))));
  return nodes;
}

function angleNodes(inside, people) {
  const [head, label] = split(inside, '|');
  if (head.startsWith('!date^')) return [dateNode(head, label)];
  if (head.startsWith('@'))
    return [h('span', { class: 'mention' }, `@${people.get(head.slice(1)) ?? label ?? 'somebody'}`)];
  if (head.startsWith('#')) return [h('span', { class: 'mention' }, `#${label ?? head.slice(1)}`)];
  if (head.startsWith('!')) return [h('span', { class: 'mention' }, `@${label ?? head.slice(1).split('^')[0]}`)];
  const url = URL.parse(withSigns(head));
  if (url === null || !/^(?:https?|mailto):$/.test(url.protocol)) return [withSigns(`<${inside}>`)];
  const attributes = { href: url.href, target: '_blank', rel: 'noopener noreferrer' };
  return [h('a', attributes, withSigns(label ?? head))];
}

/** `<!date^1700000000^{time}|fallback>`, in the viewer's time zone, as Slack draws it. */
function dateNode(head, fallback) {
  const [, seconds, format = '{date} {time}'] = head.split('^');
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return h('span', {}, withSigns(fallback ?? ''));
  const words = format.replaceAll(/\{(\w+)\}/g, (whole, name) => dateWords[name]?.(date) ?? whole);
  return h('time', { datetime: date.toISOString() }, words);
}

const written = (options) => (date) => new Intl.DateTimeFormat('en-GB', options).format(date);
const time = written({ hour: '2-digit', minute: '2-digit' });
const dateShort = written({ day: 'numeric', month: 'short', year: 'numeric' });
const nearDays = [
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
];

/** Today, tomorrow and yesterday by name; every other day as `otherwise` formats it. */
const pretty = (otherwise) => (date) => {
  const isDay = ([, days]) => {
    const day = new Date();
    day.setDate(day.getDate() + days);
    return day.toDateString() === date.toDateString();
  };
  return nearDays.find(isDay)?.[0] ?? otherwise(date);
};
const dateWords = {
  time,
  time_secs: written({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  date: written({ day: 'numeric', month: 'long', year: 'numeric' }),
  date_num: (date) => date.toISOString().slice(0, 10),
  date_short: dateShort,
  date_short_pretty: pretty(dateShort),
  date_long: written({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
  date_pretty: pretty(written({ day: 'numeric', month: 'long', year: 'numeric' })),
};

export const clockTime = (ms) => time(new Date(ms));

function lines(text) {
  return text.split('\n').flatMap((line, index) => (index === 0 ? [line] : [h('br'), line]));
}

const withEmoji = (text) => text.replaceAll(/:([a-z_]+):/g, (whole, name) => emoji[name] ?? whole);

const withSigns = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function split(text, at) {
  const index = text.indexOf(at);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
