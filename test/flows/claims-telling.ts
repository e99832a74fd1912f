// What people are told without having asked for it: it grants nothing, and they are heard about it.
import type { Ending } from '../../src/flows/ending.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { answersTo, fulfils, isMoved, type MovedStep, moves, orders, shows } from './claim.ts';

/** As an outside observer sees it. */
export const isTold = (state: FlowState, ...because: readonly Ending['because'][]): boolean =>
  state.at === 'closed' && because.includes(state.ending.because);

/** That somebody asks on the web, and not that they have changed the password. */
const announcesRequest = ({ decision }: MovedStep): boolean =>
  decision.effects.some((effect) => effect.do === 'announce-request' && effect.changedAt === undefined);

const permitted: ReadonlySet<string> = new Set(['void-tickets', 'end-sessions', 'unlink-contact', 'show']);

export const telling = {
  'what somebody is told without having asked stays ended, and orders nothing but safety and drawings': moves(
    ({ from }) => isTold(from, 'changed-elsewhere', 'requested-elsewhere', 'contact-imported'),
    ({ decision: { state, effects, counts } }) =>
      state.at === 'closed' && counts.length === 0 && effects.every((effect) => permitted.has(effect.do)),
  ),
  'whoever is told of a password changed elsewhere stops it: pause, sessions, helpdesk, though they have proven nothing':
    answersTo(
      ['disowned'],
      ({ from, event, subject }) =>
        isTold(from, 'changed-elsewhere') &&
        event.type === 'disowned' &&
        event.by === subject.actor &&
        from.at === 'closed' &&
        from.disownedAt === undefined,
      (step) =>
        !isMoved(step)
          ? step.from.at === 'closed' && step.moment.now >= step.from.closedAt + 86_400_000
          : step.decision.freezeUntil === step.moment.now + 86_400_000 &&
            orders(step, 'end-sessions') &&
            shows(step, 'helpdesk')?.lasting === true &&
            step.decision.news?.includes('helpdesk') === true,
    ),
  'whoever is told of a request on the web stops it: pause, sessions, tickets of a reset, helpdesk, though they have proven nothing':
    answersTo(
      ['disowned'],
      ({ from, event, subject }) =>
        isTold(from, 'requested-elsewhere') &&
        event.type === 'disowned' &&
        event.by === subject.actor &&
        from.at === 'closed' &&
        from.disownedAt === undefined,
      (step) =>
        !isMoved(step)
          ? step.from.at === 'closed' && step.moment.now >= step.from.closedAt + 86_400_000
          : step.decision.freezeUntil === step.moment.now + 86_400_000 &&
            orders(step, 'end-sessions') &&
            orders(step, 'void-tickets') === (step.subject.kind === 'reset') &&
            shows(step, 'helpdesk')?.lasting === true &&
            step.decision.news?.includes('helpdesk') === true,
    ),
  'a request that no chat vouches for is announced with the first code that is accepted, and no other request is':
    moves(
      (step) => announcesRequest(step) || (step.from.at === 'checking' && step.decision.state.at === 'inspecting'),
      (step) => {
        const { from, moment, subject } = step;
        const isFirst = from.at === 'checking' && from.first === undefined;
        const isOwed = moment.policy.announcesRequests === true && isFirst && subject.kind !== 'enroll';
        return announcesRequest(step) === isOwed;
      },
    ),
  'a request that no chat vouches for skips no approval: those of its rule and those beyond': moves(
    ({ event, moment }) => event.type === 'account.inspected' && moment.policy.extraApprovals !== undefined,
    (step) => {
      const { subject, moment, decision } = step;
      const { rules, extraApprovals = 0 } = moment.policy;
      const byRule = (subject.kind === 'unlock' ? rules[0]?.unlock : rules[0]?.reset)?.approvals ?? 0;
      if (decision.state.at !== 'awaiting-approval') return !fulfils(step);
      return decision.state.needed === byRule + extraApprovals && decision.state.approvals.length === 0;
    },
  ),
  'a contact from a file is taken out by the word of whoever is believed about everybody, and by no other': moves(
    ({ from, event }) =>
      isTold(from, 'contact-imported') && ['disowned', 'change.disowned', 'account.frozen'].includes(event.type),
    (step) => {
      const { event, decision } = step;
      const doubt = event.type === 'account.frozen' ? event.doubt : decision.doubt;
      return orders(step, 'unlink-contact') === (doubt?.reach === 'all');
    },
  ),
} as const;
