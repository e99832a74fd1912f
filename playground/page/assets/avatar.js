// The small square beside a name: initials for a person, the app's own icon.
import { h } from './dom.js';

export function avatarNode(userId, context, size = '') {
  if (userId === context.app.id) return h('img', { class: `avatar app ${size}`, src: '/icon.svg', alt: '' });
  const name = context.people.get(userId) ?? '?';
  const initials = name
    .split(' ')
    .slice(0, 2)
    .map((word) => word.charAt(0))
    .join('');
  return h('span', { class: `avatar ${size}`, 'data-person': userId, 'aria-hidden': 'true' }, initials);
}
