// The messages of one conversation as one person sees them: grouped by author; messages that only this person sees are
// marked.
import { avatarNode } from './avatar.js';
import { blockNodes } from './blocks.js';
import { h, icon } from './dom.js';
import { clockTime, mrkdwnNodes, plainNodes } from './mrkdwn.js';

const groupedWithinMs = 5 * 60_000;

const dayOf = (message) => new Date(msOf(message)).toDateString();
const dayName = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

export function messageNodes(messages, context) {
  let before;
  return messages.flatMap((message) => {
    const isNewDay = before === undefined || dayOf(before) !== dayOf(message);
    const isMore =
      !isNewDay &&
      before.user === message.user &&
      before.only === message.only &&
      msOf(message) - msOf(before) < groupedWithinMs;
    before = message;
    const node = messageNode(message, isMore, context);
    return isNewDay ? [dayNode(message.channel, msOf(message)), node] : [node];
  });
}

const msOf = ({ ts }) => Math.floor(Number(ts) * 1000);

/** `at` in milliseconds. */
export function dayNode(conversation, at) {
  const day = new Date(at);
  return h('p', { key: `day-${conversation}-${day.toDateString()}`, class: 'day' }, h('span', {}, dayName.format(day)));
}

function messageNode(message, isMore, context) {
  const isApp = message.user === context.app.id;
  const isOnlyForYou = message.only !== undefined;
  const name = isApp ? context.app.name : (context.people.get(message.user) ?? 'Somebody');
  const at = msOf(message);
  const key = `${message.channel}-${message.ts}`;
  const surface = { kind: 'message', channel: message.channel, ts: message.ts };
  const classes = ['message', isMore && 'more', isOnlyForYou && 'only-you', isApp && 'from-app']
    .filter(Boolean)
    .join(' ');
  return h(
    'article',
    { key, class: classes, 'aria-label': `${name}, ${clockTime(at)}`, 'data-ts': message.ts },
    isOnlyForYou && h('p', { class: 'only-you-note' }, icon('eye'), 'Only visible to you'),
    isMore
      ? h('time', { class: 'message-side', datetime: new Date(at).toISOString() }, clockTime(at))
      : avatarNode(message.user, context),
    h(
      'div',
      { class: 'message-main' },
      !isMore &&
        h(
          'p',
          { class: 'message-head' },
          h('strong', {}, name),
          isApp && h('span', { class: 'app-badge' }, 'App'),
          h('time', { datetime: new Date(at).toISOString() }, clockTime(at)),
        ),
      h('div', { class: 'message-body' }, bodyOf(message, context, surface, key)),
    ),
  );
}

function bodyOf(message, context, surface, key) {
  const isApp = message.user === context.app.id || message.user === context.slackbot;
  if (isApp && message.blocks.length > 0)
    return blockNodes(message.blocks, context.placeOf(surface, `${context.pane}-${key}`, {}));
  return h('p', { class: 'bk-section' }, isApp ? mrkdwnNodes(message.text, context.people) : plainNodes(message.text));
}
