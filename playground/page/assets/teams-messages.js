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
export function chatNodes(messages, context, cards) {
  let before;
  return messages.flatMap((message) => {
    const isNewDay = before === undefined || dayOf(before) !== dayOf(message);
    const isMore = !isNewDay && before.from === message.from && message.at - before.at < groupedWithinMs;
    before = message;
    const node = chatNode(message, isMore, context, cards);
    return isNewDay ? [dayNode(`teams-${message.conversation}`, message.at), node] : [node];
  });
}

function chatNode(message, isMore, context, cards) {
  const isMine = message.from === context.viewer;
  const classes = ['chat', isMine ? 'mine' : 'theirs', isMore && 'more'].filter(Boolean).join(' ');
  return h(
    'article',
    {
      key: `chat-${message.id}`,
      class: classes,
      'aria-label': `${nameOf(message, context)}, ${clock.format(message.at)}`,
    },
    !isMine && (isMore ? h('span', {}) : avatarNode(avatarOf(message, context), context)),
    h('div', { class: 'chat-main' }, !isMore && headNode(message, context, isMine), bodyOf(message, context, cards)),
  );
}

export function postNodes(messages, context, cards) {
  const posts = messages.filter(({ id, root }) => root === null || root === id);
  let before;
  return posts.flatMap((post) => {
    const isNewDay = before === undefined || dayOf(before) !== dayOf(post);
    before = post;
    const replies = messages.filter(({ id, root }) => root === post.id && id !== post.id);
    const node = h(
      'article',
      {
        key: `post-${post.id}`,
        class: 'post-card',
        'aria-label': `${nameOf(post, context)}, ${clock.format(post.at)}`,
      },
      postPart(post, context, cards),
      replies.length > 0 &&
        h(
          'div',
          { key: 'replies', class: 'replies' },
          replies.map((reply) =>
            h('div', { key: `reply-${reply.id}`, class: 'reply' }, postPart(reply, context, cards)),
          ),
        ),
    );
    return isNewDay ? [dayNode(`teams-${post.conversation.split(';')[0]}`, post.at), node] : [node];
  });
}

const postPart = (message, context, cards) => [
  avatarNode(avatarOf(message, context), context),
  h(
    'div',
    { key: `main-${message.id}`, class: 'chat-main' },
    headNode(message, context),
    bodyOf(message, context, cards),
  ),
];

const isApp = (message) => message.from === 'app';
const avatarOf = (message, context) => (isApp(message) ? context.app.id : message.from);
const nameOf = (message, context) =>
  isApp(message) ? context.app.name : (context.people.get(message.from) ?? 'Somebody');

function headNode(message, context, isMine = false) {
  return h(
    'p',
    { class: 'chat-head' },
    !isMine && h('strong', {}, nameOf(message, context)),
    isApp(message) && h('span', { class: 'app-badge' }, 'App'),
    h('time', { datetime: new Date(message.at).toISOString() }, clock.format(message.at)),
  );
}

function bodyOf(message, context, cards) {
  const card = message.cards[context.viewer] ?? message.card;
  if (card === null) return h('p', { class: 'bubble' }, wordNodes(message));
  const key = `card-${context.pane}-${context.viewer}-${message.id}`;
  const press = (action, inputs) => context.press(message, card, action, inputs);
  cards.set(key, { card, press });
  const remark = context.remarkOn(message, card);
  return h(
    'div',
    { key: `around-${key}`, class: 'card-around' },
    cardFrame(key, context.isBusy(message.id)),
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
