// The messages of one Teams conversation as one person sees them: a chat as bubbles, a channel as posts with replies.
import { cardFrame } from './adaptive-card.js';
import { avatarNode } from './avatar.js';
import { h, icon } from './dom.js';
import { markdownNodes } from './markdown.js';
import { dayNode } from './messages.js';

/** The same time format as in cards, where Microsoft's library writes it. */
const clock = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit' });

const groupedWithinMs = 5 * 60_000;

const dayOf = ({ at }) => new Date(at).toDateString();

/** Collects each card in `cards`; its content is drawn afterwards. */
export function chatNodes(messages, desk, cards) {
  let before;
  return messages.flatMap((message) => {
    const isNewDay = before === undefined || dayOf(before) !== dayOf(message);
    const isMore = !isNewDay && before.from === message.from && message.at - before.at < groupedWithinMs;
    before = message;
    const node = chatNode(message, isMore, desk, cards);
    return isNewDay ? [dayNode(`teams-${message.conversation}`, message.at), node] : [node];
  });
}

function chatNode(message, isMore, desk, cards) {
  const isMine = message.from === desk.viewer;
  const classes = ['chat', isMine ? 'mine' : 'theirs', isMore && 'more'].filter(Boolean).join(' ');
  return h(
    'article',
    {
      key: `chat-${message.id}`,
      class: classes,
      'aria-label': `${nameOf(message, desk)}, ${clock.format(message.at)}`,
    },
    !isMine && (isMore ? h('span', {}) : avatarNode(avatarOf(message, desk), desk)),
    h('div', { class: 'chat-main' }, !isMore && headNode(message, desk, isMine), bodyOf(message, desk, cards)),
  );
}

export function postNodes(messages, desk, cards) {
  const posts = messages.filter(({ id, root }) => root === null || root === id);
  let before;
  return posts.flatMap((post) => {
    const isNewDay = before === undefined || dayOf(before) !== dayOf(post);
    before = post;
    const replies = messages.filter(({ id, root }) => root === post.id && id !== post.id);
    const node = h(
      'article',
      { key: `post-${post.id}`, class: 'post-card', 'aria-label': `${nameOf(post, desk)}, ${clock.format(post.at)}` },
      postPart(post, desk, cards),
      replies.length > 0 &&
        h(
          'div',
          { key: 'replies', class: 'replies' },
          replies.map((reply) => h('div', { key: `reply-${reply.id}`, class: 'reply' }, postPart(reply, desk, cards))),
        ),
    );
    return isNewDay ? [dayNode(`teams-${post.conversation.split(';')[0]}`, post.at), node] : [node];
  });
}

const postPart = (message, desk, cards) => [
  avatarNode(avatarOf(message, desk), desk),
  h('div', { key: `main-${message.id}`, class: 'chat-main' }, headNode(message, desk), bodyOf(message, desk, cards)),
];

const isApp = (message) => message.from === 'app';
const avatarOf = (message, desk) => (isApp(message) ? desk.app.id : message.from);
const nameOf = (message, desk) => (isApp(message) ? desk.app.name : (desk.people.get(message.from) ?? 'Somebody'));

function headNode(message, desk, isMine = false) {
  return h(
    'p',
    { class: 'chat-head' },
    !isMine && h('strong', {}, nameOf(message, desk)),
    isApp(message) && h('span', { class: 'app-badge' }, 'App'),
    h('time', { datetime: new Date(message.at).toISOString() }, clock.format(message.at)),
  );
}

function bodyOf(message, desk, cards) {
  const card = message.cards[desk.viewer] ?? message.card;
  if (card === null) return h('p', { class: 'bubble' }, wordNodes(message));
  const key = `card-${desk.pane}-${desk.viewer}-${message.id}`;
  const press = (action, inputs) => desk.press(message, card, action, inputs);
  cards.set(key, { card, press });
  const remark = desk.remarkOn(message, card);
  return h(
    'div',
    { key: `around-${key}`, class: 'card-around' },
    cardFrame(key, desk.isBusy(message.id)),
    remark !== undefined &&
      h(
        'p',
        { key: 'remark', class: remark.ok ? 'card-remark' : 'card-remark wrong', role: remark.ok ? 'status' : 'alert' },
        message.root !== null && icon('eye', 'Only visible to you'),
        h('span', {}, remark.said),
      ),
  );
}

/** The bot's messages are Markdown, people's are plain text; mentions are marked in both. */
function wordNodes(message) {
  return message.text
    .split(/<at>(.*?)<\/at>/)
    .map((part, index) =>
      index % 2 === 1
        ? h('span', { class: 'mention' }, part)
        : isApp(message)
          ? markdownNodes(part)
          : part.split('\n').flatMap((line, nth) => (nth === 0 ? [line] : [h('br'), line])),
    );
}
