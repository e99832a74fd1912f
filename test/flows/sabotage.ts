// For each claim, a `decide` that breaks it. A claim that its own saboteur does not break could never fail.
import { type Decision, type Moved, moved, redraw, tell, tellHelpdesk } from '../../src/flows/decision.ts';
import type { Effect } from '../../src/flows/effect.ts';
import type { EventType } from '../../src/flows/event.ts';
import { actorId, contactRef, instant, later } from '../../src/flows/ids.ts';
import type { Closed, FlowState, Granted } from '../../src/flows/state.ts';
import { account, ada, email, foreignContact, freshLink, jane, kim, sam } from './cast.ts';
import type { ClaimName } from './claims.ts';
import type { changing } from './claims-changing.ts';
import type { enrolling } from './claims-enrolling.ts';
import type { provingTwice } from './claims-proving-twice.ts';
import type { telling } from './claims-telling.ts';
import type { Decide } from './walk.ts';

export type Sabotage = (honest: Decide) => Decide;

/** Returns `move` where `where` applies, and the honest decision elsewhere. */
export const instead =
  (where: (...asked: Parameters<Decide>) => boolean, move: (...asked: Parameters<Decide>) => Decision): Sabotage =>
  (honest) =>
  (...asked) =>
    where(...asked) ? move(...asked) : honest(...asked);

/** Decides honestly, then changes the decision. */
export const spoilt =
  (spoil: (decision: Moved, ...asked: Parameters<Decide>) => Decision): Sabotage =>
  (honest) =>
  (...asked) => {
    const decision = honest(...asked);
    return decision.kind === 'moved' ? spoil(decision, ...asked) : decision;
  };

/** Decides honestly, but about another question than the one that was asked. */
export const misheard =
  (mishear: (...asked: Parameters<Decide>) => Parameters<Decide>): Sabotage =>
  (honest) =>
  (...asked) =>
    honest(...mishear(...asked));

const at =
  (place: FlowState['at'], type: EventType) =>
  (...[, state, event]: Parameters<Decide>): boolean =>
    state.at === place && event.type === type;

const proof = { channel: 'email' as const, at: instant(0) };
const granted: Granted = { account, proof, approvals: [] };
const until = (now: number) => later(instant(now), 900);
const lift: Effect = { do: 'lift-lock', account };
export const without = (decision: Moved, name: Effect['do']): Moved => ({
  ...decision,
  effects: decision.effects.filter((effect) => effect.do !== name),
});
const unseenBy = (decision: Moved, viewer: 'person' | 'helpdesk'): Moved => ({
  ...decision,
  effects: decision.effects.filter((effect) => effect.do !== 'show' || effect.to !== viewer),
});
const everybody = ['person', 'helpdesk'] as const;
const open = (state: FlowState): boolean => state.at !== 'closed';
const patched = (decision: Moved, patch: object): Moved => ({ ...decision, state: { ...decision.state, ...patch } });
const extended = spoilt((decision, _subject, _state, _event, { now }) =>
  open(decision.state) ? patched(decision, { until: later(now, 48 * 3600) }) : decision,
);
export const unlimited = misheard((subject, state, event, moment) => [
  subject,
  state,
  event,
  { ...moment, budget: { counted: [] } },
]);
const asIf = (event: EventType, patch: object): Sabotage =>
  misheard((subject, state, happened, moment) => [
    subject,
    state,
    happened.type === event ? { ...happened, ...patch } : happened,
    moment,
  ]);
const entitledToAll = misheard((subject, state, event, moment) => [
  subject,
  state,
  'entitled' in event ? { ...event, entitled: true } : event,
  moment,
]);
const nobody = actorId({ platform: 'slack', tenant: 'T1', user: 'NOBODY' });
export const blindToThePerson = misheard((subject, state, event, moment) => [
  'entitled' in event ? { ...subject, actor: nobody } : subject,
  state,
  'distinctFrom' in event ? { ...event, distinctFrom: [nobody, ...(event.distinctFrom ?? [])] } : event,
  moment,
]);
const toInspecting = instead(at('checking', 'code.rejected'), (_subject, _state, _event, { now }) =>
  moved({ at: 'inspecting', account, proof, delayed: false, until: until(now) }, [redraw]),
);
export const rivalless = misheard((subject, state, event, moment) => [
  subject,
  state,
  event,
  { ...moment, rival: 'none' },
]);
let answersGiven = 0;

export const sabotages: Readonly<
  Record<
    Exclude<
      ClaimName,
      keyof typeof changing | keyof typeof enrolling | keyof typeof provingTwice | keyof typeof telling
    >,
    Sabotage
  >
> = {
  'nothing is beyond the proof without an accepted code, but for a change of a known password': toInspecting,
  'nothing fulfils without an accepted code, but a change of a known password': instead(
    at('checking', 'code.rejected'),
    (_subject, _state, _event, { now }) =>
      moved({ ...granted, at: 'fulfilling', delayed: false, until: until(now) }, [lift], ['unlock']),
  ),
  'nothing fulfils without the approvals that its rule asks for': instead(
    at('awaiting-approval', 'approval.given'),
    (_subject, _state, _event, { now }) =>
      moved({ ...granted, at: 'fulfilling', delayed: false, until: until(now) }, [lift], ['unlock']),
  ),
  'an approval never comes from the person': blindToThePerson,
  'no person approves twice': misheard((subject, state, event, moment) => [
    subject,
    state.at === 'awaiting-approval' ? { ...state, approvals: [] } : state,
    event,
    moment,
  ]),
  'nobody approves who was not told apart from the person and from everybody before': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event.type === 'approval.given' ? { ...event, distinctFrom: [jane, sam, kim, ada] } : event,
      moment,
    ],
  ),
  'the approvals that a flow carries are those that were given': spoilt((decision) =>
    decision.state.at === 'link-ready' || decision.state.at === 'fulfilling'
      ? patched(decision, { approvals: [] })
      : decision,
  ),
  'nobody who is not entitled decides': entitledToAll,
  'nobody decides about their own request': blindToThePerson,
  'what somebody else presses changes nothing': misheard((subject, state, event, moment) => [
    subject,
    state,
    event.type === 'cancelled' ? { ...event, by: jane } : event,
    moment,
  ]),
  'a code goes only to a contact that was offered': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.map((effect) =>
      effect.do === 'send-code' ? { ...effect, contact: foreignContact } : effect,
    ),
  })),
  'a code is not asked about once another request of the account sent a newer one': unlimited,
  'a code is not asked about once its time is over': misheard((subject, state, event, moment) => [
    subject,
    state.at === 'challenged' ? { ...state, codeUntil: later(moment.now, 60) } : state,
    event,
    moment,
  ]),
  'while a code is being sent for another request of the account, none is ordered': misheard(
    (subject, state, event, moment) => [subject, state, event, { ...moment, isSendingElsewhere: false }],
  ),
  "no code is ordered where one of another request's may still come": unlimited,
  'between two codes for one contact lies the cool-down, over all requests, unless the first came back rightly or is used up':
    unlimited,
  'whoever has used up the tries of their own code gets a new one at once, while the hour has one': misheard(
    (subject, state, event, moment) => [
      subject,
      state.at === 'challenged' && state.after === 'used-up' ? { ...state, after: 'expired' } : state,
      event,
      moment,
    ],
  ),
  'the cool-down holds nobody up who may have a code': misheard((subject, state, event, moment) => [
    subject,
    state,
    event,
    { ...moment, budget: { counted: moment.budget.counted.filter(({ what }) => what !== 'passed') } },
  ]),
  'whoever asks for a code too soon is told from when': instead(at('challenged', 'code.requested'), () => ({
    kind: 'ignored',
    because: 'too-soon',
  })),
  'only the link of this flow opens it': asIf('link.opened', { link: freshLink }),
  'the page is opened again only before its link expires, at most three times, and never for longer': spoilt(
    (decision, _subject, state) =>
      state.at === 'opening' && decision.state.at === 'changing' && decision.state.again !== undefined
        ? patched(decision, { again: { ...decision.state.again, left: 3, until: decision.state.until } })
        : decision,
  ),
  'the provider mails its link only where the rule of the account says so, and no other link is given there': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event.type === 'account.inspected'
        ? { ...event, facts: { ...event.facts, appMetadata: { mailed: true } } }
        : event,
      moment,
    ],
  ),
  'a mail is asked for again by the person alone, three times at most, and a minute after the last': misheard(
    (subject, state, event, moment) => [
      subject,
      state.at === 'changing' && state.mail !== undefined ? { ...state, mail: { left: state.mail.left } } : state,
      event,
      moment,
    ],
  ),
  'that a mail was asked for is told only after the provider took the order, and counts from the first order': spoilt(
    (decision, _subject, state, _event, { now }) =>
      state.at === 'mailing' && decision.state.at === 'changing'
        ? patched(decision, { openedAt: later(now, 1) })
        : decision,
  ),
  'a password is set only for whoever has the link of this request, on the page that it opened': asIf(
    'password.submitted',
    { link: freshLink },
  ),
  'a page of ours is opened only where the account was found to need it, and the provider gives no ticket then':
    misheard((subject, state, event, moment) => [
      subject,
      state.at === 'link-ready' && state.isHere === undefined ? { ...state, isHere: true } : state,
      event,
      moment,
    ]),
  'each password that is sent costs a try before the provider is asked, and a link has five': spoilt((decision) =>
    'left' in decision.state ? patched(decision, { left: 5 }) : decision,
  ),
  'a try comes back only where the provider certainly did not look at the password': spoilt(
    (decision, _subject, state, event) =>
      event.type === 'password.refused' && 'left' in state ? patched(decision, { left: state.left + 1 }) : decision,
  ),
  'no password is sent while another one may be at the provider': spoilt((decision, _subject, state) =>
    state.at === 'setting-password'
      ? { ...decision, effects: [...decision.effects, { do: 'set-password', account }] }
      : decision,
  ),
  'no password is sent before the provider takes one again': misheard((subject, state, event, moment) => [
    subject,
    state.at === 'choosing-password' && state.again !== undefined ? { ...state, again: instant(0) } : state,
    event,
    moment,
  ]),
  'after a password was set from here, older links to the provider’s page are voided': sabotageOfTickets(),
  'a password that was sent from here and is set is told, wherever its request stands': instead(
    at('confirming-password', 'password.set'),
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  'a password of which nobody knows whether it was set is looked at by reading, and the person is told': spoilt(
    (decision) => without(decision, 'look-at-password'),
  ),
  'only what is known for certain leads back from there to the page': instead(
    at('confirming-password', 'password.not-seen'),
    (_subject, _state, _event, { now }) =>
      moved({ ...granted, at: 'choosing-password', link: freshLink, left: 1, until: until(now) }, [redraw]),
  ),
  'a password of which nobody knows in the end is told as that to the person and the helpdesk, and old sessions end':
    spoilt((decision) => without(decision, 'end-sessions')),
  'nobody is told that nothing was changed while a password may still be set': spoilt((decision, _subject, state) =>
    state.at === 'confirming-password'
      ? patched(decision, { ending: { outcome: 'expired', because: 'link' } })
      : decision,
  ),
  'after the deadline nothing is granted, and an act under way is only brought to its end': misheard(
    (subject, state, event, moment) => [
      subject,
      open(state) && 'until' in state ? { ...state, until: later(moment.now, 1) } : state,
      event,
      moment,
    ],
  ),
  'a frozen account is granted nothing': misheard((subject, state, event, moment) => [
    subject,
    state,
    event,
    { ...moment, budget: { counted: moment.budget.counted } },
  ]),
  'a freeze from another flow ends this one, unless its unlock is on its way': instead(
    at('inspecting', 'account.frozen'),
    () => ({ kind: 'ignored', because: 'too-soon' }),
  ),
  'a disabled account gets neither link nor unlock': misheard((subject, state, event, moment) => [
    subject,
    state,
    event.type === 'account.inspected' ? { ...event, facts: { ...event.facts, disabled: false } } : event,
    moment,
  ]),
  'whoever is found to be no employee any more right before the act gets neither link nor unlock': instead(
    (_subject, state, event) => event.type === 'person.refused' && state.at === 'fulfilling',
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  "an account that used up the day's wrong codes gets neither code nor check": unlimited,
  "an account that used up the hour's codes gets none": unlimited,
  "an account that used up the day's unlocks is not considered for another": unlimited,
  'while another request is at the act, none is begun': rivalless,
  'an attempt is counted before the provider is asked': spoilt((decision) => ({ ...decision, counts: [] })),
  'a send is counted before a code goes out': spoilt((decision) => ({ ...decision, counts: [] })),
  'an unlock is counted when it is ordered, and once': spoilt((decision) => ({
    ...decision,
    counts: decision.effects.some((effect) => effect.do === 'lift-lock') ? ['unlock'] : [],
  })),
  'no counter ever goes down': spoilt((decision, _subject, _state, event) =>
    event.type === 'code.rejected' ? { ...decision, counts: ['void'] } : decision,
  ),
  'a wrong code stays counted: only a right one, or one that was not looked at, is taken off': spoilt(
    (decision, _subject, _state, event) =>
      event.type === 'code.rejected' ? { ...decision, counts: ['passed'] } : decision,
  ),
  'a wrong old password stays counted for the day: only one that was right, that is not all the provider asks for, or that nobody looked at is taken off':
    spoilt((decision, _subject, _state, event) =>
      event.type === 'old-password.rejected' ? { ...decision, counts: ['void'] } : decision,
    ),
  'a try that was not looked at is given back to the code and to the day alike': spoilt(
    (decision, _subject, _state, event) => (event.type === 'code.unchecked' ? { ...decision, counts: [] } : decision),
  ),
  'the tries of one code only fall, one by one, and never below none, but for one that was not looked at': spoilt(
    (decision) => (decision.state.at === 'challenged' ? patched(decision, { attemptsLeft: 2 }) : decision),
  ),
  'new tries come only with a new code': instead(
    at('choosing-contact', 'contact.reconsidered'),
    (_subject, _state, _event, { now }) =>
      moved(
        {
          ...{ at: 'challenged', account, contacts: [email], contact: email.ref, attemptsLeft: 2, after: 'sent' },
          ...{ resendFrom: now, codeUntil: until(now), until: until(now) },
        },
        [redraw],
      ),
  ),
  'a code without tries is not asked about': misheard((subject, state, event, moment) => [
    subject,
    state.at === 'challenged' ? { ...state, after: 'sent' } : state,
    event,
    moment,
  ]),
  'approvals are only added': spoilt((decision) =>
    'approvals' in decision.state ? patched(decision, { approvals: decision.state.approvals.slice(-1) }) : decision,
  ),
  'a flow keeps its account': spoilt((decision, _subject, state) =>
    'account' in state ? patched(decision, { account: 'auth0|mallory' }) : decision,
  ),
  'a request that no longer waits for its code says so while one may still come': spoilt((decision) => ({
    ...decision,
    counts: decision.counts.filter((count) => count !== 'adrift'),
  })),
  'an enrolment that no longer waits for its code says so while one may still come': spoilt((decision) => ({
    ...decision,
    counts: decision.counts.filter((count) => count !== 'adrift'),
  })),
  'only an order counts: the rest of a flow costs no budget': spoilt((decision) => ({
    ...decision,
    counts: ['attempt'],
  })),
  'a closed flow stays closed': instead(at('closed', 'lock.lifted'), (_subject, _state, _event, { now }) =>
    moved({ ...granted, at: 'fulfilling', delayed: false, until: until(now) }, []),
  ),
  'what is known of a lock is kept to the end of an unlock': spoilt((decision) => {
    const { state } = decision;
    if (state.at !== 'fulfilling' && state.at !== 'closed') return decision;
    const { lock: _, ...forgotten } = state;
    return { ...decision, state: forgotten };
  }),
  'after the end only "it wasn\'t me", what was or was not undone after it, the end of its pause, a changed password and the report about ended sessions are heard':
    instead(at('closed', 'code.accepted'), (_subject, state) => moved(state, [tell])),
  'a flow that ends orders nothing but safety and drawings': spoilt((decision) =>
    decision.state.at === 'closed' ? { ...decision, effects: [...decision.effects, lift] } : decision,
  ),
  'every open state has a time at which the clock ends it': spoilt((decision) =>
    decision.state.at === 'link-ready' || decision.state.at === 'fulfilling'
      ? patched(decision, { until: Number.POSITIVE_INFINITY })
      : decision,
  ),
  'a new state does not wait longer than the longest wait that is allowed': extended,
  'the deadline moves a flow on when it is due': instead(
    (_subject, state, event) => state.at === 'choosing-contact' && event.type === 'deadline',
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  'a deadline that comes early changes nothing': misheard((subject, state, event, moment) => [
    subject,
    state,
    event,
    event.type === 'deadline' ? { ...moment, now: later(moment.now, 3600) } : moment,
  ]),
  'an act that may be at the provider is neither cancelled nor replaced': instead(
    (_subject, state, event) => (state.at === 'fulfilling' || state.at === 'opening') && event.type === 'superseded',
    (_subject, _state, _event, { now }) => moved(cancelledAt(now), [tell]),
  ),
  'an administrator ends any request, except while an act is at the provider': instead(
    at('opening', 'operator.ended'),
    (_subject, _state, _event, { now }) => moved(cancelledAt(now), []),
  ),
  'an unlock in doubt that an administrator ends is not said to be cancelled': instead(
    at('in-doubt', 'operator.ended'),
    (_subject, _state, _event, { now }) => moved(cancelledAt(now), [tell]),
  ),
  'only an administrator lifts a pause, once for each "it wasn\'t me", and the person and the helpdesk are told':
    spoilt((decision) => (decision.liftsFreeze === undefined ? decision : unseenBy(decision, 'person'))),
  'an administrator grants nothing: what they order again had every proof and approval before': instead(
    at('awaiting-approval', 'operator.retried'),
    (_subject, _state, _event, { now }) =>
      moved({ ...granted, at: 'fulfilling', delayed: false, until: until(now) }, [lift], ['unlock']),
  ),
  'whoever cancels in time has cancelled': instead(
    (_subject, state, event) => state.at === 'sending' && event.type === 'cancelled',
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  'a flow that may be replaced is, and no other': instead(
    (_subject, state, event) => state.at === 'sending' && event.type === 'superseded',
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  'only a flow that goes on replaces another': spoilt((decision) => ({ ...decision, supersede: true })),
  '"it wasn\'t me" ends whatever is open, at once': instead(
    (_subject, state, event) => state.at === 'checking' && event.type === 'disowned' && event.by === jane,
    () => ({ kind: 'ignored', because: 'too-soon' }),
  ),
  '"it wasn\'t me" before the proof ends this request and touches nothing else': spoilt(
    (decision, _subject, _state, event, { now }) =>
      event.type === 'disowned' ? { ...decision, freezeUntil: later(now, 60) } : decision,
  ),
  '"it wasn\'t me" after the proof freezes the account, ends its sessions and tells the helpdesk': spoilt((decision) =>
    without(decision, 'end-sessions'),
  ),
  '"it wasn\'t me" is heard for a day after a proven end, or after a notice that nobody asked for, once': instead(
    (_subject, state, event) => state.at === 'closed' && event.type === 'disowned' && event.by === jane,
    (_subject, state) => moved(state, [tell]),
  ),
  'whoever was connected a moment ago doubts nobody else, and voids only their own recovery codes': spoilt(
    (decision) => ({
      ...decision,
      ...(decision.doubt === undefined ? {} : { doubt: { ...decision.doubt, reach: 'all' as const } }),
    }),
  ),
  'whoever has been connected for long, was the first, or has a notice doubts everybody, and voids all recovery codes':
    spoilt((decision) => ({
      ...decision,
      ...(decision.doubt === undefined ? {} : { doubt: { ...decision.doubt, reach: 'theirs' as const } }),
    })),
  '"it wasn\'t me" about a request that changed nothing takes back what was enrolled since its proof, or still rests':
    spoilt((decision, _subject, _state, _event, { now }) => ({
      ...decision,
      ...(decision.doubt === undefined ? {} : { doubt: { ...decision.doubt, theirsSince: now } }),
    })),
  'only the person or an older contact freezes the account, by "it wasn\'t me"': spoilt(
    (decision, _subject, _state, _event, { now }) => ({
      ...decision,
      freezeUntil: later(now, 60),
    }),
  ),
  'a ticket that may be out is voided when its flow is broken off': sabotageOfTickets(),
  '"it wasn\'t me" after the end voids a ticket that has not expired, however the request has ended':
    sabotageOfTickets(),
  'a link that the provider may have mailed is voided with its request, whatever ends it': sabotageOfTickets(),
  'a change of the password counts only while the page for it stood open': misheard((subject, state, event, moment) => [
    subject,
    state,
    event.type === 'password.changed' && state.at === 'changing' ? { ...event, changedAt: state.openedAt } : event,
    moment,
  ]),
  'a password that was changed at the page is told within a day, however the request has ended, and once': instead(
    at('closed', 'password.changed'),
    () => ({ kind: 'ignored', because: 'closed' }),
  ),
  'a ticket that may be newer than the change of password is voided with it': sabotageOfTickets(),
  'an open page is not left usable where it may not be opened again': sabotageOfTickets(),
  'sessions are ended after a change of password': spoilt((decision) => without(decision, 'end-sessions')),
  'an unlock is told as done only when the lock was lifted': instead(
    at('fulfilling', 'effect.failed'),
    (_subject, _state, _event, { now }) =>
      moved({ ...cancelledAt(now), ending: { outcome: 'done', because: 'unlocked' } }, [tell]),
  ),
  'an unlock in doubt that nobody has looked at ends as just that': spoilt((decision, _subject, state) =>
    state.at === 'in-doubt'
      ? patched(decision, { ending: { outcome: 'failed', because: 'refused-by-provider' } })
      : decision,
  ),
  'a late press on something closed is told as such': instead(
    (_subject, state, event) => state.at === 'closed' && event.type === 'approval.given',
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  'news is always shown to whom it is for': spoilt((decision) =>
    decision.news === undefined ? decision : unseenBy(decision, 'person'),
  ),
  "the answer to somebody's own press is no news to them": spoilt((decision) => ({ ...decision, news: everybody })),
  'what becomes of a request that waited for others is news to the person': spoilt(({ news: _news, ...rest }) => rest),
  'progress is no news': spoilt((decision) => ({ ...decision, news: everybody })),
  'a doubt, a disowned request, and one that nobody answered are news to the helpdesk': spoilt(
    ({ news: _news, ...rest }) => rest,
  ),
  'every ending is shown to the person': spoilt((decision) => unseenBy(decision, 'person')),
  'an ending after the proof reaches the person whatever window was closed': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.map((effect) => (effect.do === 'show' ? { ...effect, lasting: false } : effect)),
  })),
  'every state can be shown to the person': spoilt((decision) => patched(decision, { at: 'nowhere' })),
  'the contact that is shown is the one that was chosen': spoilt((decision) =>
    'contact' in decision.state ? patched(decision, { contact: contactRef('email|unknown') }) : decision,
  ),
  'the person is offered "it wasn\'t me" only where pressing it still works': spoilt((decision) =>
    patched(decision, { proof }),
  ),
  'what the helpdesk is told it can see': spoilt((decision) => ({
    ...decision,
    effects: [...decision.effects, tellHelpdesk],
  })),
  'where the helpdesk is asked, it sees what is needed and who has agreed': spoilt((decision) =>
    decision.state.at === 'awaiting-approval' ? patched(decision, { needed: 1, approvals: [] }) : decision,
  ),
  'where trying again does not help, the request ends at once and the helpdesk gets a card': spoilt(
    (decision, _subject, _state, event) => (event.type === 'effect.failed' ? unseenBy(decision, 'helpdesk') : decision),
  ),
  'a pause that the request does not outlive ends it at once, with the time of its end': spoilt(
    (decision, _subject, state, event) => (event.type === 'code.unchecked' ? { ...decision, state } : decision),
  ),
  'a pause that the request outlives is kept until it is over': spoilt((decision, _subject, _state, event) =>
    event.type === 'effect.delayed' ? patched(decision, { again: instant(0) }) : decision,
  ),
  'a card in the helpdesk channel shows the end': spoilt((decision) =>
    decision.state.at === 'closed' ? unseenBy(decision, 'helpdesk') : decision,
  ),
  'a card in the helpdesk channel always has something to show': spoilt((decision) =>
    decision.state.at === 'closed' ? patched(decision, { helpdeskKnows: false }) : decision,
  ),
  'the helpdesk sees nothing of a flow that needs nobody': spoilt((decision) =>
    decision.state.at === 'closed' ? patched(decision, { helpdeskKnows: true }) : decision,
  ),
  'every order is still wanted by the state that gave it': spoilt((decision) => ({
    ...decision,
    effects: [...decision.effects, { do: 'identify' }],
  })),
  'decide answers everything, and asks nothing of the world': instead(at('sending', 'lock.lifted'), () => {
    throw new Error('out of order');
  }),
  'decide is deterministic, and changes nothing that it is given': spoilt((decision) => {
    answersGiven += 1;
    return patched(decision, { answersGiven });
  }),
  'a decision depends on how long things take, not on the date': spoilt((decision, _subject, _state, _event, { now }) =>
    patched(decision, { delayed: new Date(now).getUTCFullYear() > 2026 }),
  ),
  'no state, effect or event holds an address, a code or a link': spoilt((decision) =>
    patched(decision, { contacts: [{ ...email, masked: 'jane@example.com' }] }),
  ),
};

function sabotageOfTickets(): Sabotage {
  return spoilt((decision) => without(decision, 'void-tickets'));
}

function cancelledAt(now: number): Closed {
  const ending = { outcome: 'cancelled' as const, because: 'superseded' as const };
  return { at: 'closed', ending, closedAt: instant(now), account, proof, approvals: [], helpdeskKnows: true };
}
