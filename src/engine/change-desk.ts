// Behind the link of somebody who knows their password: the press leads to a fresh sign-in, or to a page of ours that asks for the old
// password too. Which of them, the account's record and the rules say.
import type { Logger } from 'pino';
import type { LinkId } from '../flows/ids.ts';
import { factsRead } from '../flows/inspection.ts';
import { changeWayFor, mayStillRecover, type PolicyRules } from '../flows/policy.ts';
import type { Directory } from '../flows/ports.ts';
import type { BegunSignIn, ChangeAccess } from '../flows/sign-in-access.ts';
import { type ChangeReady, type ChoosingPassword, type Flow, isOpen, listedAccount } from '../flows/state.ts';
import type { FlowNotifier } from './flow-notifier.ts';
import { createFreshSignIn, type FreshSignInParts } from './fresh-sign-in.ts';
import { isPermanent } from './giving-up.ts';
import type { Links } from './links.ts';

export interface ChangeDeskParts extends FreshSignInParts {
  readonly links: Pick<Links, 'tokenOf'>;
  readonly settled: FlowNotifier['settled'];
  readonly policy: PolicyRules;
  readonly directory: Pick<Directory, 'inspect'>;
  readonly publicUrl: string;
  readonly log: Logger;
}

export type OpenedChange =
  | BegunSignIn
  /** The page of ours is open. */
  | { readonly is: 'choosing'; readonly state: ChoosingPassword }
  | { readonly is: 'limited'; readonly inMs: number }
  | { readonly is: 'dead' | 'unreachable' | 'refused' };

export interface ChangeDesk extends ChangeAccess {
  open(flow: Flow, state: ChangeReady, link: LinkId): Promise<OpenedChange>;
}

/** The browser waits a little until the account was read. */
const inspectWithinMs = 4_000;

export function createChangeDesk(parts: ChangeDeskParts): ChangeDesk {
  const { links, settled, policy, directory, deliver, publicUrl, log } = parts;
  const { begin, finishSignIn, confirmSignIn } = createFreshSignIn<{
    readonly token: string;
    readonly isFirst: boolean;
  }>(parts, {
    events: {
      unconfirmed: 'change.sign-in.unconfirmed',
      refused: 'change.sign-in.refused',
      foreign: 'change.foreign-account',
    },
    redirectUri: `${publicUrl}/change/callback`,
    isOpen: ({ kind, state }) => kind === 'change' && isOpen(state),
    async admitted(flow, account) {
      const now = (await settled(flow.id, inspectWithinMs)) ?? flow;
      const { state } = now;
      if (state.at === 'closed') return { is: 'over' };
      // Whatever this browser has signed in to: only what that sign-in has proven goes on.
      if (!('proof' in state) || state.account !== account) return { is: 'foreign' };
      if (state.at === 'inspecting' || state.at === 'opening') return { is: 'unknown' };
      const token = links.tokenOf(now);
      return token === undefined
        ? { is: 'over' }
        : { is: 'signed-in', token, isFirst: state.at === 'link-ready' && !state.retried };
    },
  });
  return {
    finishSignIn,
    confirmSignIn,
    async open(flow, state, link) {
      const account = listedAccount(state);
      if (account === undefined || state.needsSignIn === true) return begin(flow);
      const facts = await directory.inspect(account, { ...factsRead.change, actor: flow.actor });
      if (!facts.ok) {
        log.error(
          { flow: flow.id, failure: facts.failure },
          'an account whose password is to be changed could not be read',
        );
        if (facts.failure.kind === 'rate-limited') return { is: 'limited', inMs: facts.failure.retryAfterMs };
        return { is: isPermanent(facts.failure) ? 'refused' : 'unreachable' };
      }
      if (changeWayFor(policy.rules, account, facts.value) === 'sign-in') return begin(flow);
      // The sign-in shows whose it is by now.
      if (!mayStillRecover(facts.value, policy.binding)) return begin(flow);
      const opened = await deliver(flow.id, { type: 'change.opened', link, facts: facts.value });
      const now = opened.kind === 'unknown' ? undefined : opened.flow.state;
      return now?.at === 'choosing-password' ? { is: 'choosing', state: now } : { is: 'dead' };
    },
  };
}
