// The fresh sign-in that begins an enrolment in the browser.
import type { EnrolmentAccess, EnrolmentSession } from '../flows/enrolment-access.ts';
import { actorParts } from '../flows/ids.ts';
import type { Flow } from '../flows/state.ts';
import type { FlowNotifier } from './flow-notifier.ts';
import { createFreshSignIn, type FreshSignInParts } from './fresh-sign-in.ts';
import type { Links } from './links.ts';

export interface EnrolmentSignInParts extends FreshSignInParts {
  readonly links: Links;
  readonly settled: FlowNotifier['settled'];
  readonly publicUrl: string;
}

export type EnrolmentSignIn = Pick<EnrolmentAccess, 'look' | 'beginSignIn' | 'finishSignIn' | 'confirmSignIn'>;

/** The page that follows shows the contacts, so it waits a little until the account's record is written. */
const bindWithinMs = 4_000;

export function createEnrolmentSignIn(parts: EnrolmentSignInParts): EnrolmentSignIn {
  const { links, store, clock, settled, publicUrl } = parts;
  const find = async (token: string): Promise<Flow | undefined> => {
    const id = links.claimedFlow(token);
    const flow = id === undefined ? undefined : await store.read(id);
    const link = links.opens(token, flow, clock.now());
    return flow !== undefined && link !== undefined && flow.state.at === 'signing-in' ? flow : undefined;
  };
  const signIn = createFreshSignIn<{ readonly session: EnrolmentSession }>(parts, {
    events: {
      unconfirmed: 'enrolment.sign-in.unconfirmed',
      refused: 'enrolment.sign-in.refused',
      foreign: 'enrolment.foreign-account',
    },
    redirectUri: `${publicUrl}/enrol/callback`,
    isOpen: ({ state }) => state.at === 'signing-in' || 'changes' in state,
    async admitted(flow, account) {
      const { state } = (await settled(flow.id, bindWithinMs)) ?? flow;
      if (!('changes' in state)) return { is: state.at === 'closed' ? 'over' : 'foreign' };
      if (state.account !== account) return { is: 'foreign' };
      return { is: 'signed-in', session: { flow: flow.id, account } };
    },
  });
  return {
    async look(token) {
      const flow = await find(token);
      if (flow === undefined) return { is: 'dead' };
      return { is: 'live', platform: actorParts(flow.actor).platform };
    },
    async beginSignIn(token) {
      const flow = await find(token);
      return flow === undefined ? { is: 'dead' } : signIn.begin(flow);
    },
    finishSignIn: signIn.finishSignIn,
    confirmSignIn: signIn.confirmSignIn,
  };
}
