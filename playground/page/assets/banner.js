// What a phone does by itself: a code that has just come shows above everything while its window waits for it.
// On a wide screen the mailbox is in sight anyway, so the style sheet hides this there.
import { draw, h, icon } from './dom.js';

export function drawBanner(element, state, viewer) {
  const delivery = awaited(state, viewer);
  element.hidden = delivery === undefined;
  draw(
    element,
    delivery !== undefined && [
      icon(delivery.channel === 'email' ? 'mail' : 'phone', delivery.channel === 'email' ? 'Mail' : 'Text message'),
      h('span', {}, 'Acme: your code is ', h('strong', { class: 'code' }, delivery.code)),
    ],
  );
}

function awaited(state, viewer) {
  const [modal] = state.slack.views[viewer].modals;
  const isWaiting = modal?.view.blocks.some(({ element }) => element?.type === 'plain_text_input') === true;
  const addresses = state.auth0.accounts[viewer]?.contacts.map(({ address }) => address) ?? [];
  if (!isWaiting) return undefined;
  return state.auth0.deliveries.findLast(({ to, code }) => code !== null && addresses.includes(to));
}
