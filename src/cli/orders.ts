// What each order is and what it means to try it again, in an operator's words.
import { isStillWanted } from '../flows/begin.ts';
import type { Effect, EffectName } from '../flows/effect.ts';
import { type Instant, later } from '../flows/ids.ts';
import type { Limits } from '../flows/limits.ts';
import type { Flow } from '../flows/state.ts';
import type { OrderEntry } from '../store/operator/work.ts';
import { time } from './operator.ts';

const again: Readonly<Record<EffectName, string>> = {
  identify: 'The person and their account are looked up again. This only reads.',
  'send-code':
    'A code is sent. If an earlier try was carried out, the person gets a second message, and the first code stops working.',
  'check-code': 'A code is never kept, so it cannot be checked again.',
  'check-recovery-code': 'A code is never kept, so it cannot be checked again.',
  'inspect-account': 'The account is looked at again. This only reads.',
  'lift-lock': 'The lock of the account is lifted. If that was done already, nothing changes.',
  'mint-ticket': 'A link to the password page is never kept, so it cannot be made again.',
  'mail-link':
    'Auth0 mails its link. If an earlier try was carried out, the person gets a second mail, and the first link stops working.',
  'set-password': 'A password is never kept, so it cannot be set again.',
  'change-password': 'A password is never kept, so it cannot be changed again.',
  'look-at-password': 'The account is looked at again. This only reads.',
  'void-tickets': 'A page for a new password that may still be open stops working.',
  'end-sessions': 'All sessions of the account are ended, also those that began since: the person signs in again.',
  'bind-actor': 'The chat user is written into the record of the account. If that was done already, nothing changes.',
  'unbind-actor':
    'The chat user is taken out of the record of the account, if this request had connected them. If that was done already, nothing changes.',
  'send-new-code': 'A new address is never kept, so no code can be sent to it again.',
  'check-new-code': 'A code is never kept, so it cannot be checked again.',
  'link-contact': 'The contact is linked. If that was done already, nothing changes.',
  'unlink-contact':
    'The contact is taken out of the account, also if somebody has added the same one again since. If it is out already, nothing changes.',
  'discard-contact':
    'What was made for a contact that was not linked is deleted, unless it belongs to an account by now.',
  'confirm-contact': 'The contact is marked as confirmed. If that was done already, nothing changes.',
  announce: 'The other contacts are told of a change. If that was done already, they are told twice.',
  'announce-request':
    'The chat users of the account are told of a request on the web. If that was done already, nothing changes.',
  show: 'The message is drawn as the request stands now. If an earlier try was carried out, there may be two messages.',
};

export type RetryAdvice =
  | { readonly may: true; readonly means: string }
  | { readonly may: false; readonly why: string };

/** What another try of this order means. Refused where it would do what nobody wants any more. */
export function adviceOnRetry(order: OrderEntry, flow: Flow | undefined, limits: Limits, now: Instant): RetryAdvice {
  const { effect } = order;
  if (flow === undefined) return { may: false, why: 'its request was removed some time after its end' };
  if (effect === undefined) return { may: false, why: 'only a newer release can read it' };
  if (!isStillWanted(effect, flow.state))
    return {
      may: false,
      why: 'its request has gone on or ended without it, and the person was told. They start again; nothing is sent or done for a request that is over',
    };
  // The ticket is older than the order to void it. A ticket of a newer request must not be voided in its place. A mailed link lives on.
  const isMailed = flow.state.at === 'closed' && flow.state.page?.byMail === true;
  const hasExpired = !isMailed && now >= later(order.orderedAt, limits.linkSeconds);
  if (effect.do === 'void-tickets' && order.state === 'given-up' && hasExpired)
    return { may: false, why: 'the page that it was to close has expired by itself, and a newer one may be open' };
  return { may: true, means: again[effect.do] };
}

export const nameOf = (effect: Effect | undefined): string => {
  if (effect === undefined) return 'unknown';
  return effect.do === 'show' ? `show to ${effect.to}` : effect.do;
};

/** An order as `--json` shows it. */
export const orderShown = ({ effect, orderedAt, nextAt, givenUpAt, ...order }: OrderEntry) => ({
  ...order,
  order: nameOf(effect),
  orderedAt: time(orderedAt),
  ...(nextAt === undefined ? {} : { nextAt: time(nextAt) }),
  ...(givenUpAt === undefined ? {} : { givenUpAt: time(givenUpAt) }),
});

export function orderRow(order: OrderEntry): string {
  const doubt = order.isInDoubt ? ', one of them may have been carried out' : '';
  const failure = order.failure === undefined ? '' : `, last failure: ${order.failure}`;
  return `${order.key}  ${nameOf(order.effect)}  ${order.state}, ordered ${time(order.orderedAt)}, tries: ${order.tries}${doubt}${failure}`;
}
