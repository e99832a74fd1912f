// The emulated Auth0 and Slack in a process of their own, and the people who live there and use the product.
import { startAuth0 } from '../playground/auth0/server.ts';
import { startSlack } from '../playground/slack/server.ts';
import { answering } from './channel.ts';
import { createResident } from './resident.ts';
import { account, helpdesk, mailbox, tenant, userId, webhookSecret, workEmail, workspace } from './settings.ts';

const [auth0, slack] = await Promise.all([startAuth0({ ...tenant, ticketOrigin: 'self' }), startSlack(workspace)]);
slack.control.addChannel({ id: helpdesk, name: 'helpdesk', isPrivate: true });
let productUrl = '';
let residents = 0;

/** Tells the product of a changed password as Auth0's log stream would. */
auth0.control.onLog((entry) => {
  if (entry.type !== 'scp' || productUrl === '') return;
  const { type, user_id, date } = entry;
  fetch(`${productUrl}/hooks/auth0`, {
    method: 'POST',
    headers: { authorization: `Bearer ${webhookSecret}` },
    body: JSON.stringify({ data: { type, user_id, date } }),
  }).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
});

answering({
  where: () => ({ auth0Url: auth0.url, slackApiUrl: slack.apiUrl }),
  settle(count: number) {
    for (; residents < count; residents += 1) {
      const nth = residents;
      slack.control.addUser({
        id: userId(nth),
        name: `bench${nth}`,
        realName: 'Bench Resident',
        email: workEmail(nth),
      });
      auth0.control.addUser({
        userId: account(nth),
        connection: 'CorpUsers',
        email: workEmail(nth),
        emailVerified: true,
        name: 'Bench Resident',
        givenName: 'Bench',
        password: 'Old-Passw0rd-of-theirs',
        contacts: [{ provider: 'email', address: mailbox(nth) }],
      });
    }
  },
  connect(url: string) {
    productUrl = url;
    slack.control.connect(`${url}/slack/events`);
  },
  latency(ms: number) {
    auth0.control.faults.set({ latencyMs: ms });
    slack.control.faults.latencyMs = ms;
  },
  /** How many windows the product has opened so far. */
  requests: () => slack.control.requests.length + auth0.control.requests.length,
  windows: () =>
    slack.control.requests.filter(({ method, reply }) => method === 'views.open' && reply?.['ok'] === true).length,
  forget() {
    slack.control.forget();
    auth0.control.requests.length = 0;
  },
  reset: (nth: number) => createResident(auth0, slack, nth).resets(),
});
