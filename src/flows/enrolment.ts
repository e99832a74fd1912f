// A person changes their own recovery contacts, in the browser after a fresh sign-in, and so binds their chat user to the account:
// the sign-in, the list, and the end. `new-contact.ts` adds a contact, `removal.ts` takes one out.

import { type ListedContact, listed } from './contact.ts';
import { announced, endBy, finish, managing, openEnd, removedLater } from './contact-change.ts';
import {
  close,
  type Decision,
  delay,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  resting,
  tell,
  tooSoon,
} from './decision.ts';
import type { BindingActor, ChallengedNew, MadeChange, Managing, SignedInState, SigningIn } from './enrolment-state.ts';
import type { FlowEvent, Giving } from './event.ts';
import { type AccountId, type Instant, later } from './ids.ts';
import { hourSeconds, recoveryCodeSetsPerHour } from './limits.ts';
import { sendCode, submit } from './new-contact.ts';
import { remove } from './removal.ts';
import { listedInChat } from './removal-by-code.ts';
import { recoveryCodesFrom } from './second-proof.ts';
import { isDeadCode, listedAccount, type Subject } from './state.ts';

export function signingIn(subject: Subject, state: SigningIn, event: FlowEvent, moment: Moment): Decision {
  if (event.type !== 'signed-in') return listedInChat(subject, state, event, moment);
  const { account } = event;
  if (state.account !== undefined && state.account !== account) return ignored('not-yours');
  if (moment.rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, moment.now);
  const refusal = resting(moment);
  if (refusal !== undefined) return close({ ...state, account }, refusal, moment.now);
  const next: BindingActor = {
    at: 'binding-actor',
    ...{ account, contacts: listOf(state, account), signedInAt: moment.now, changes: [], sentTo: [] },
    ...{ delayed: false, until: sessionEnd(moment) },
  };
  const bound = moved(next, [{ do: 'bind-actor', account }, redraw]);
  return moment.rival === 'replaceable' ? { ...bound, supersede: true } : bound;
}

/** The list that was shown may be that of another account with the same address. */
const listOf = (state: SigningIn, account: AccountId): readonly ListedContact[] =>
  account === listedAccount(state) ? state.contacts : [];

const sessionEnd = ({ now, policy }: Moment): Instant => later(now, policy.limits.flowSeconds);

export function bindingActor(state: BindingActor, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'actor.bound':
      return bound(state, event, moment);
    case 'effect.delayed':
      return event.of === 'bind-actor' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'bind-actor' ? notBound(state, event, moment) : ignored('stale');
    case 'effect.doubtful':
      return event.of === 'bind-actor' ? notBound(state, { because: 'unreachable' }, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

type Bound = Extract<FlowEvent, { type: 'actor.bound' }>;

/** A chat person who is new is a change like a contact that is new: whoever had the account before can say that it was not them. */
function bound(state: BindingActor, { contacts: known, binding }: Bound, moment: Moment): Moved {
  const contacts = listed(known, moment.policy.contacts, moment.now);
  const next = managing({ ...state, contacts });
  if (binding === undefined) return moved(next, [redraw]);
  const isFirst = binding === 'first';
  const made: MadeChange = { what: 'bound', at: moment.now, ...(isFirst ? { isFirst } : {}) };
  const changes = [...state.changes, made];
  const told = isFirst ? [] : announced(state.account, state.changes.length, made);
  return moved({ ...next, changes }, [...told, tell]);
}

/** Nobody knows how far it came. */
function notBound(state: BindingActor, why: Giving, moment: Moment): Moved {
  const ended = giveUp(state, why, moment.now);
  return { ...ended, effects: [...openEnd(state, moment.now).effects, ...ended.effects] };
}

/** The list, and the code input below it: a person may do anything else meanwhile. */
export function managingContacts(state: Managing | ChallengedNew, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'signed-in':
      // Again, in another tab or after the cookie had gone.
      return event.account === state.account
        ? moved({ ...state, until: sessionEnd(moment) }, [redraw])
        : ignored('not-yours');
    case 'address.given':
      return sendCode(state, event.draft, moment);
    case 'removal.asked':
      return remove(state, event.contact, moment);
    case 'recovery-codes.renewed':
      return renewCodes(state, moment);
    case 'enrolment.finished':
      return finish(state, moment);
    case 'address.dropped':
      return state.at === 'challenged-new' ? moved(managing(state), [redraw]) : ignored('stale');
    case 'new-code.submitted':
      return state.at === 'challenged-new' ? submit(state, moment) : ignored('stale');
    case 'deadline':
      return state.at === 'challenged-new' && !isDeadCode(state.after) && moment.now >= state.codeUntil
        ? moved({ ...state, after: 'expired' }, [redraw])
        : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** The list, or the code input, stays as it is: the codes are shown in the answer to the request that made them. */
function renewCodes(state: Managing | ChallengedNew, moment: Moment): Decision {
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
  const { account, changes } = state;
  const { now, policy } = moment;
  const again = nextSetFrom(changes, now);
  if (again > now) return tooSoon(again);
  const from = recoveryCodesFrom(now, policy.contacts.coolOffHours);
  const made: MadeChange = { what: 'recovery-codes', at: now, ...(from > now ? { usableFrom: from } : {}) };
  return moved({ ...state, changes: [...changes, made] }, [...announced(account, changes.length, made), tell]);
}

function nextSetFrom(changes: readonly MadeChange[], now: Instant): Instant {
  const oldest = changes.filter(({ what }) => what === 'recovery-codes').at(-recoveryCodeSetsPerHour)?.at;
  return oldest === undefined ? now : later(oldest, hourSeconds);
}

/**
 * The time of the browser session is over. What is under way is not known to be done: an addition is taken out again, a removal is
 * finished.
 */
export function runOut(state: SignedInState, moment: Moment): Moved {
  if (state.at === 'unlinking') {
    const { next, effects } = removedLater(state, moment.now);
    const ended = finish(next, moment);
    return { ...ended, effects: [...effects, ...ended.effects] };
  }
  if (state.at !== 'linking' && state.at !== 'binding-actor') return finish(state, moment);
  const closing = close(state, { outcome: 'failed', because: 'unreachable' }, moment.now);
  return { ...closing, effects: [...openEnd(state, moment.now).effects, ...closing.effects] };
}

/** Whether what is under way must be finished or given up before anything else may end this. */
export const isChanging = (state: SignedInState): boolean =>
  state.at === 'linking' || state.at === 'unlinking' || state.at === 'binding-actor';
