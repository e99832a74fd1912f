// For each claim about a known password, a `decide` that breaks it.
import { moved, redraw, tellHelpdesk } from '../../src/flows/decision.ts';
import type { Effect } from '../../src/flows/effect.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { EventType } from '../../src/flows/event.ts';
import { instant, later } from '../../src/flows/ids.ts';
import type { ChoosingPassword, FlowState } from '../../src/flows/state.ts';
import { account, formPolicy, freshLink, samsAccount } from './cast.ts';
import type { changing } from './claims-changing.ts';
import { instead, misheard, type Sabotage, spoilt, unlimited } from './sabotage.ts';

const at =
  (place: FlowState['at'], type: EventType) =>
  (...[{ kind }, state, event]: Parameters<Parameters<typeof instead>[0]>): boolean =>
    kind === 'change' && state.at === place && event.type === type;

const patched = (state: FlowState, patch: object): FlowState => ({ ...state, ...patch });
const form = (now: number): ChoosingPassword => ({
  ...{ at: 'choosing-password', account, approvals: [], link: freshLink, left: 5 },
  until: later(instant(now), 600),
});
const proof = { channel: 'old-password', at: instant(0) } as const;

/** The page of ours does not ask for the old password. */
const withoutOld = instead(at('change-ready', 'change.opened'), (_subject, _state, _event, { now }) =>
  moved(form(now), [redraw]),
);
/** Every account is taken for one that the provider looks after. */
const blindToDirectories: Sabotage =
  (honest) =>
  (...[subject, state, event, moment]) => {
    if (!('account' in state) || state.account?.startsWith('ad|') !== true)
      return honest(subject, state, event, moment);
    const decision = honest(subject, patched(state, { account }), event, moment);
    return decision.kind === 'moved' && 'account' in decision.state
      ? { ...decision, state: patched(decision.state, { account: state.account }) }
      : decision;
  };
const endsWith = (type: EventType, ending: Ending): Sabotage =>
  spoilt((decision, _subject, _state, event) =>
    event.type === type && decision.state.at === 'closed'
      ? { ...decision, state: { ...decision.state, ending } }
      : decision,
  );
const patchedAt = (place: FlowState['at'], patch: object): Sabotage =>
  misheard((subject, state, event, moment) => [
    subject,
    state.at === place ? patched(state, patch) : state,
    event,
    moment,
  ]);
const more = (...effects: readonly Effect[]): Sabotage =>
  spoilt((decision, { kind }) =>
    kind === 'change' ? { ...decision, effects: [...decision.effects, ...effects] } : decision,
  );

export const changeSabotages: Readonly<Record<keyof typeof changing, Sabotage>> = {
  'a known password is changed only after a fresh sign-in of this very account in this request, or in the call that carries the old password':
    withoutOld,
  'before that sign-in there is no link to the provider’s page, and no page of ours but the one that asks for the old password':
    instead(at('change-ready', 'link.opened'), (_subject, _state, _event, { now }) =>
      moved(
        {
          ...{ at: 'link-ready', account, proof, approvals: [], link: freshLink, retried: false },
          until: later(now, 600),
        },
        [redraw],
      ),
    ),
  'a request to change a password is proven by a sign-in, or by what the call with the old password said, and by nothing else':
    spoilt((decision, _subject, _state, event) =>
      event.type === 'old-password.rejected' && decision.state.at === 'choosing-password'
        ? { ...decision, state: patched(decision.state, { proof }) }
        : decision,
    ),
  'whoever has shown nothing ends without a proof, also where the password was changed at that time': spoilt(
    (decision, _subject, state) =>
      state.at === 'confirming-password' && decision.state.at === 'closed'
        ? { ...decision, state: patched(decision.state, { proof }) }
        : decision,
  ),
  'nothing that is known of the account is shown before a sign-in or a right old password: locked, blocked and protected read the same':
    endsWith('old-password.rejected', { outcome: 'refused', because: 'disabled' }),
  'an account that takes no password now reads so, alike for every reason, and nobody is called': more(tellHelpdesk),
  'each old password costs one of three tries, and an attempt of the account’s day, before anybody is asked': spoilt(
    (decision, _subject, _state, event) =>
      event.type === 'old-password.rejected'
        ? { ...decision, state: patched(decision.state, { oldLeft: 3 }) }
        : decision,
  ),
  'the third wrong old password ends it, also where nobody heard that one was wrong': misheard(
    (subject, state, event, moment) => [
      subject,
      state.at === 'setting-password' && state.oldLeft === 1 ? patched(state, { oldLeft: 2 }) : state,
      event,
      moment,
    ],
  ),
  'an account that used up its day gets no further old password looked at, nor a page for one': unlimited,
  'where the provider asks for more than the password, the way becomes the sign-in, and this request asks for no old password again':
    patchedAt('change-ready', { needsSignIn: undefined }),
  'a directory that asks for more than the password ends it: no sign-in at the provider changes a password there':
    blindToDirectories,
  'whoever signs in with another account changes nothing': misheard((subject, state, event, moment) => {
    if (state.at !== 'change-ready') return [subject, state, event, moment];
    const { account: _account, ...rest } = state;
    return [subject, rest, event, moment];
  }),
  'whoever is not bound goes on with the account that they sign in to, or with the one that their address led to by its old password':
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event.type === 'signed-in' && state.at === 'change-ready' && state.account === undefined
        ? { ...event, account: samsAccount }
        : event,
      moment,
    ]),
  'before anything is shown, a change names the account only of a chat person who is bound to it': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event.type === 'person.identified' ? { ...event, binding: 'bound' } : event,
      moment,
    ],
  ),
  'only whoever has the link of this request opens the page for the old password, within its time, where the rule says so':
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event,
      event.type === 'change.opened' ? { ...moment, policy: formPolicy } : moment,
    ]),
  'a frozen account changes no password': misheard((subject, state, event, moment) => [
    subject,
    state,
    event,
    { ...moment, budget: { counted: moment.budget.counted } },
  ]),
  'an account in a directory is never changed without its old password': blindToDirectories,
  'while an old password is looked at, a change that the provider reports is nobody’s yet': misheard(
    (subject, state, event, moment) => [
      subject,
      state.at === 'setting-password' && event.type === 'password.changed' ? patched(state, { proof }) : state,
      event,
      moment,
    ],
  ),
  'a request in which an old password was looked at for nothing leaves no page behind on which it could be said to have changed':
    spoilt((decision, _subject, state, _event, { now }) =>
      state.at === 'setting-password' && decision.state.at === 'closed'
        ? { ...decision, state: patched(decision.state, { page: { openedAt: state.since, until: later(now, 60) } }) }
        : decision,
    ),
  'whoever knows the password is not taken for verified by the helpdesk': spoilt(
    (decision, { kind }, _state, _event, { now }) =>
      kind === 'change' && decision.state.at === 'link-ready'
        ? { ...decision, state: patched(decision.state, { proof: { channel: 'email', at: now } }) }
        : decision,
  ),
  'no rule asks for codes or approvals where the password is known': misheard((subject, state, event, moment) => [
    event.type === 'account.inspected' ? { ...subject, kind: 'reset' } : subject,
    state,
    event,
    moment,
  ]),
};
