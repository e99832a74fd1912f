// The browser's side of enrolment as one service: the sign-in, what is done afterwards, what the page shows, and the notice's link.
import { isContestable } from '../flows/disowned.ts';
import type { EnrolmentAccess, EnrolmentTrouble, EnrolmentView } from '../flows/enrolment-access.ts';
import type { SignedInState } from '../flows/enrolment-state.ts';
import type { Flow } from '../flows/state.ts';
import type { Applied } from '../flows/store.ts';
import { createEnrolmentSession, type EnrolmentSessionParts } from './enrolment-session.ts';
import { createEnrolmentSignIn, type EnrolmentSignInParts } from './enrolment-sign-in.ts';
import { isBusy } from './flow-notifier.ts';
import type { NoticeLinks } from './notice-links.ts';
import { makeRecoveryCodes, type RecoveryCodeParts } from './recovery-codes.ts';

export interface EnrolmentServiceParts extends EnrolmentSignInParts, EnrolmentSessionParts {
  readonly enrolments: EnrolmentSignInParts['enrolments'] & EnrolmentSessionParts['enrolments'];
  readonly noticeLinks: NoticeLinks;
  readonly recoveryCodes: RecoveryCodeParts;
}

type Challenge = NonNullable<EnrolmentView['challenge']>;

export function createEnrolmentService(parts: EnrolmentServiceParts): EnrolmentAccess {
  const { store, clock, deliver, noticeLinks, recoveryCodes } = parts;
  const { find, ...sessions } = createEnrolmentSession(parts);
  return {
    ...createEnrolmentSignIn(parts),
    ...sessions,
    async view(session, patienceMs) {
      const flow = await find(session, patienceMs);
      if (flow === undefined) return { is: 'over' };
      const known = await recoveryCodes.codes.find(flow.state.account);
      return { ...viewOf(flow), ...(known === undefined ? {} : { recoveryCodesLeft: known.left }) };
    },
    async makeRecoveryCodes(session) {
      const flow = await find(session, 0);
      if (flow === undefined) return { is: 'over' };
      const applied = await deliver(flow.id, { type: 'recovery-codes.renewed' });
      if (applied.kind !== 'moved' || !('changes' in applied.flow.state)) return whyNone(applied);
      const made = await makeRecoveryCodes(flow.state.account, clock.now(), recoveryCodes);
      return made === 'frozen' ? { is: 'over' } : { is: 'made', ...made };
    },
    async lookAtNotice(token) {
      const noticed = noticeLinks.openNotice(token, clock.now());
      const flow = noticed === undefined ? undefined : await store.read(noticed.flow);
      return {
        is:
          noticed !== undefined && flow !== undefined && isContestable(flow.state, noticed.change, clock.now())
            ? 'live'
            : 'dead',
      };
    },
    async disown(token) {
      const noticed = noticeLinks.openNotice(token, clock.now());
      if (noticed === undefined) return { is: 'dead' };
      const applied = await deliver(noticed.flow, { type: 'change.disowned', change: noticed.change });
      const state = applied.kind === 'unknown' ? undefined : applied.flow.state;
      // Pressed twice: what it is for has been done.
      return { is: state?.at === 'closed' && state.disownedAt !== undefined ? 'done' : 'dead' };
    },
  };
}

/** Nothing was made: there were enough of late, the request has ended, or it is busy with something else. */
function whyNone(applied: Applied): EnrolmentTrouble {
  if (applied.kind === 'unknown' || !('changes' in applied.flow.state)) return { is: 'over' };
  const again = applied.kind === 'ignored' ? applied.again : undefined;
  return again === undefined ? { is: 'unreachable' } : { is: 'limited', again };
}

function viewOf({ state }: Flow & { readonly state: SignedInState }): EnrolmentView {
  const { contacts, news, until } = state;
  return {
    is: 'view',
    contacts,
    ...(state.at === 'challenged-new' || state.at === 'checking-new' ? { challenge: challengeOf(state) } : {}),
    isBusy: isBusy(state),
    ...(news === undefined ? {} : { news }),
    until,
  };
}

function challengeOf(state: Extract<SignedInState, { at: 'challenged-new' | 'checking-new' }>): Challenge {
  const { attemptsLeft, resendFrom, codeUntil, draft } = state;
  const { channel, masked } = draft;
  return {
    channel,
    masked,
    attemptsLeft,
    resendFrom,
    codeUntil,
    after: state.at === 'challenged-new' ? state.after : 'sent',
  };
}
