// The third pane: one person's mailbox and phone, what Auth0 stores about them, and the switches for faults.
import { draw, h, icon } from './dom.js';
import { clockTime } from './mrkdwn.js';
import { switchesNode } from './switches.js';

/**
 * `ui` is the pane's state: `{ copied, signIn: { said, ok }, busy }`; `act(act, key)` posts the action and returns the
 * answer.
 */
export function drawWorldPane(element, state, viewer, ui, act, redraw) {
  const person = state.people.find(({ id }) => id === viewer);
  const account = state.auth0.accounts[viewer] ?? null;
  draw(
    element,
    postNode(state, person, account, ui, redraw),
    accountNode(person, account, ui, act, redraw),
    switchesNode(state, person, account, ui, act),
    askedNode(state),
  );
}

function postNode(state, person, account, ui, redraw) {
  // What goes to an address that is nobody's yet is shown to everybody: whoever looks may be the one who typed it.
  const received = state.auth0.deliveries.filter(({ owner }) => owner === person.id || owner === null).toReversed();
  return h(
    'section',
    { key: 'post', class: 'card', 'aria-labelledby': 'post-title' },
    h('h3', { id: 'post-title' }, `${person.name}’s mailbox and phone`),
    contactsNode(person, account),
    h(
      'div',
      { key: 'received', role: 'log', 'aria-label': `What ${person.name} received` },
      received.length === 0
        ? h('p', { key: 'none', class: 'quiet nothing' }, 'Nothing yet. Codes arrive here.')
        : h(
            'ol',
            { key: 'some', class: 'post' },
            received.slice(0, 6).map((delivery) => deliveryNode(delivery, person, ui, redraw)),
          ),
    ),
  );
}

function contactsNode(person, account) {
  if (account === null || account.contacts.length === 0) {
    const why = account === null ? 'has no account at Auth0' : 'has enrolled no contact';
    return h('p', { key: 'contacts', class: 'quiet' }, `${person.name} ${why}.`);
  }
  return h(
    'ul',
    { key: 'contacts', class: 'contacts' },
    account.contacts.map(({ provider, address }) =>
      h('li', {}, icon(provider === 'email' ? 'mail' : 'phone', provider === 'email' ? 'Mail' : 'Phone'), address),
    ),
  );
}

function deliveryNode({ id, to, owner, channel, code, subject, at, text }, person, ui, redraw) {
  const copy = async () => {
    await navigator.clipboard?.writeText(code).catch(() => {});
    ui.copied = id;
    redraw();
  };
  return h(
    'li',
    { key: id, class: 'delivery' },
    icon(channel === 'email' ? 'mail' : 'phone', channel === 'email' ? 'Mail' : 'Text message'),
    h(
      'div',
      {},
      h('p', { class: 'delivery-head' }, h('strong', {}, subject ?? 'Acme'), h('time', {}, clockTime(at))),
      (owner === null || to === person.email) && h('p', { class: 'delivery-to' }, 'To ', to),
      contentNode(code, subject, text),
    ),
    code !== null &&
      h(
        'button',
        { type: 'button', class: 'small', onclick: copy, 'aria-label': `Copy the code ${code}` },
        icon(ui.copied === id ? 'tick' : 'copy'),
        ui.copied === id ? 'Copied' : 'Copy',
      ),
  );
}

function contentNode(code, subject, text) {
  if (code !== null) return h('p', {}, 'Your code is ', h('strong', { class: 'code', 'data-code': true }, code));
  if (subject === null) return h('p', { class: 'delivery-text' }, withLinks(text));
  return h('details', {}, h('summary', {}, 'Read it'), h('p', { class: 'delivery-text' }, withLinks(text)));
}

/** Addresses in plain text become links, as in every mail program. */
function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s<>]+)/)
    .map((part, nth) =>
      nth % 2 === 0 ? part : h('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part),
    );
}

function accountNode(person, account, ui, act, redraw) {
  if (account === null) {
    return h(
      'section',
      { key: 'account', class: 'card', 'aria-labelledby': 'account-title' },
      h('h3', { id: 'account-title' }, `Auth0’s view of ${person.name}`),
      h('p', { class: 'quiet' }, 'No such user.'),
    );
  }
  const fact = (name, value) => [h('dt', {}, name), h('dd', {}, value)];
  return h(
    'section',
    { key: 'account', class: 'card', 'aria-labelledby': 'account-title' },
    h('h3', { id: 'account-title' }, `Auth0’s view of ${person.name}`),
    h(
      'p',
      { class: 'states' },
      account.locked
        ? h('span', { class: 'state bad' }, icon('lock'), `Locked since ${clockTime(account.lockedAt)}`)
        : h('span', { class: 'state good' }, icon('unlock'), 'Not locked'),
      account.blocked && h('span', { class: 'state bad' }, icon('stop'), 'Blocked by an administrator'),
    ),
    h(
      'dl',
      {},
      fact('Sign-in', account.username === null ? account.email : `${account.email} or ${account.username}`),
      fact('Failed sign-ins', String(account.failures)),
      fact('Password changed', account.passwordChangedAt === null ? 'never' : clockTime(account.passwordChangedAt)),
      fact('Open sessions', String(account.sessions)),
    ),
    signInNode(person, account, ui, act, redraw),
  );
}

function signInNode(person, account, ui, act, redraw) {
  const onsubmit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const answer = await act({ act: 'sign-in', user: person.id, password: form.elements.password.value }, 'sign-in');
    ui.signIn = { user: person.id, ...answer };
    form.reset();
    redraw();
  };
  const said = ui.signIn?.user === person.id ? ui.signIn : undefined;
  return h(
    'form',
    { key: `sign-in-${person.id}`, class: 'sign-in', onsubmit },
    h('label', { for: 'sign-in-password' }, `Sign in as ${person.name}`),
    h(
      'div',
      { class: 'row' },
      h('input', {
        id: 'sign-in-password',
        name: 'password',
        type: 'text',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'Password',
        required: true,
        'aria-describedby': 'sign-in-said',
      }),
      h('button', { type: 'submit' }, 'Try'),
    ),
    h(
      'p',
      {
        id: 'sign-in-said',
        class: said === undefined ? 'quiet' : said.ok ? 'good-words' : 'bad-words',
        role: 'status',
      },
      said?.said ?? ['At the start the password is ', h('code', {}, account.firstPassword), '.'],
    ),
  );
}

function askedNode(state) {
  const asked = state.auth0.asked.toReversed();
  return h(
    'details',
    { key: 'asked', class: 'card asked' },
    h('summary', {}, 'What Latchkey asked of Auth0', h('span', { class: 'count' }, String(state.auth0.askedCount))),
    asked.length === 0 && h('p', { class: 'quiet' }, 'Nothing yet.'),
    h(
      'ol',
      {},
      asked.map(({ id, method, route, status, changed }) =>
        h(
          'li',
          { key: id },
          h('code', {}, method),
          h('code', { class: 'route' }, route),
          changed && h('span', { class: 'changed' }, 'changes'),
          h(
            'span',
            { class: status >= 400 || status === 0 ? 'status bad-words' : 'status' },
            status === 0 ? 'none' : status,
          ),
        ),
      ),
    ),
  );
}
