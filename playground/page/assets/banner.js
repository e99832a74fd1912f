// A phone's notification: a new code is shown above everything while its window waits for it. On a wide screen the
// mailbox is visible anyway, so the style sheet hides the banner there.
import { draw, h, icon } from './dom.js';

/** `pane` is the viewer and the platform: `{ viewer, platform }`. */
export function drawBanner(element, state, pane) {
  const delivery = awaited(state, pane);
  element.hidden = delivery === undefined;
  draw(
    element,
    delivery !== undefined && [
      icon(delivery.channel === 'email' ? 'mail' : 'phone', delivery.channel === 'email' ? 'Mail' : 'Text message'),
      h('span', {}, 'Acme: your code is ', h('strong', { class: 'code' }, delivery.code)),
    ],
  );
}

function awaited(state, { viewer, platform }) {
  const isAwaited = platform === 'slack' ? isAskedInSlack(state, viewer) : isAskedInTeams(state, viewer);
  if (!isAwaited) return undefined;
  const addresses = state.auth0.accounts[viewer]?.contacts.map(({ address }) => address) ?? [];
  return state.auth0.deliveries.findLast(({ to, code }) => code !== null && addresses.includes(to));
}

function isAskedInSlack(state, viewer) {
  const [modal] = state.slack.views[viewer].modals;
  return modal?.view.blocks.some(({ element }) => element?.type === 'plain_text_input') === true;
}

function isAskedInTeams(state, viewer) {
  return state.teams.messages[viewer].some(({ card, cards }) =>
    (cards[viewer] ?? card)?.body?.some(({ type }) => type === 'Input.Text'),
  );
}
