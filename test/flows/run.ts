// Runs one interleaving from its first to its last action, and states claims about the whole run.
import { isStillWanted } from '../../src/flows/begin.ts';
import type { MadeChange } from '../../src/flows/enrolment-state.ts';
import { type ActorId, type ContactRef, type FlowId, type Instant, type LinkId, later } from '../../src/flows/ids.ts';
import { daySeconds, hourSeconds, reopensAtMost } from '../../src/flows/limits.ts';
import type { PolicyRules } from '../../src/flows/policy.ts';
import { hasOpened } from '../../src/flows/reset.ts';
import { showHelpdesk, showPerson } from '../../src/flows/show.ts';
import { changesOf, type Flow, type FlowKind, type FlowState, isOpen } from '../../src/flows/state.ts';
import { type Action, doAction } from './action.ts';
import { account, email, jane, text } from './cast.ts';
import { type Applied, ask, createModel, type Model } from './model.ts';
import { carryOutAll } from './provider.ts';
import type { Decide } from './walk.ts';

export interface Run {
  readonly model: Model;
  readonly history: readonly Applied[];
}

export interface Script {
  readonly kind: FlowKind;
  readonly policy: PolicyRules;
  readonly actions: readonly Action[];
}

export function run({ kind, policy, actions }: Script, decide: Decide): Run {
  const history: Applied[] = [];
  const model = createModel(policy, decide, (applied) => history.push(applied));
  ask(model, kind, jane);
  for (const action of actions) doAction(model, action);
  carryOutAll(model);
  return { model, history };
}

interface Vote {
  readonly by: ActorId;
  readonly entitled: boolean;
  readonly person: ActorId;
}
const votesOf = (history: readonly Applied[], flow: FlowId): readonly Vote[] =>
  history.flatMap(({ before, event, decision }) =>
    before.id === flow && event.type === 'approval.given' && decision.kind === 'moved' && decision.state.at !== 'closed'
      ? [{ by: event.by, entitled: event.entitled, person: before.actor }]
      : [],
  );

/** The largest number that ever fell into one sliding window. */
function mostWithin(times: readonly Instant[], seconds: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const upTo = (last: number, end: number) => sorted.slice(0, last + 1).filter((at) => at > end - seconds * 1000);
  return Math.max(0, ...sorted.map((end, last) => upTo(last, end).length));
}

const timesOf = (model: Model, what: string) => model.counted.filter((row) => row.what === what).map((row) => row.at);
const fulfilments = ({ provider }: Pick<Model, 'provider'>): readonly FlowId[] => [
  ...provider.lifts,
  ...provider.tickets,
  ...provider.mails,
  ...provider.passwords.map(({ flow }) => flow),
];
const acts: readonly string[] = [
  ...['send-code', 'check-code', 'check-recovery-code', 'lift-lock', 'mint-ticket', 'mail-link'],
  ...['set-password', 'change-password'],
  ...['bind-actor', 'send-new-code', 'check-new-code', 'link-contact'],
];
const gives = ({ decision }: Applied): boolean =>
  decision.kind === 'moved' && decision.effects.some((effect) => acts.includes(effect.do));
/** An enrolment or a change acts only after the sign-in, or on the page for the old password: before it, nothing stands in its way. */
const isActing = ({ state }: Flow): boolean =>
  isOpen(state) && 'account' in state && state.at !== 'signing-in' && state.at !== 'change-ready';

/** Requests of those who have forgotten their password, or are locked out. */
const recoveries = (model: Model): readonly FlowId[] =>
  fulfilments(model).filter((id) => kindOf(model, id) !== 'change');
const changes = (model: Model): readonly FlowId[] => fulfilments(model).filter((id) => kindOf(model, id) === 'change');
const kindOf = ({ flows }: Model, id: FlowId): FlowKind | undefined => flows.find((flow) => flow.id === id)?.kind;

const isSignedInFor = (history: readonly Applied[], flow: FlowId): boolean =>
  history.some(
    ({ before, event, decision }) =>
      before.id === flow && event.type === 'signed-in' && event.account === account && decision.kind === 'moved',
  );

/** How often each request did that. */
const mostOf = (flows: readonly FlowId[]): number =>
  Math.max(0, ...flows.map((id) => flows.filter((other) => other === id).length));
const isInspected = (decision: Applied['decision']): boolean =>
  decision.kind === 'moved' && decision.state.at === 'inspecting';
const isDone = ({ decision }: Applied): boolean =>
  decision.kind === 'moved' && decision.state.at === 'closed' && decision.state.ending.outcome === 'done';

/** This request has made such a change, and nobody's word takes it back. */
function isTrusted(
  history: readonly Applied[],
  flow: Flow | undefined,
  isMeant: (made: MadeChange) => boolean,
): boolean {
  const made = flow === undefined ? undefined : changesOf(flow.state).find(isMeant);
  return made !== undefined && history.every((applied) => applied.before.id !== flow?.id || !takesBack(applied, made));
}

/**
 * Whether this is a word that takes the change back, as decision 0061 has it. About the very request, it takes back all. About another one,
 * it takes back all of an open request, unless it is the word of a newcomer about themselves; and what a request that is over has changed
 * since the doubt began. Whoever says it of their own chat stays connected.
 */
function takesBack({ before: { actor, state }, event, decision }: Applied, made: MadeChange): boolean {
  if (decision.kind === 'moved' && decision.freezeUntil !== undefined) return true;
  const doubt = event.type === 'account.frozen' ? event.doubt : undefined;
  const isOfThem = doubt?.of === actor;
  if (isOpen(state)) {
    const isFrozen = decision.kind === 'moved' && endOf(decision.state) === 'frozen';
    return isFrozen && (doubt === undefined || doubt.reach === 'all' || isOfThem);
  }
  if (doubt === undefined || (isOfThem && doubt.staysConnected === true && made.what === 'bound')) return false;
  const since = isOfThem ? doubt.theirsSince : doubt.othersSince;
  return since !== undefined && made.at >= since;
}
const endOf = (state: FlowState) => (state.at === 'closed' ? state.ending.because : undefined);

export const claimsOfRuns = {
  'no lock is lifted, no ticket minted and no forgotten password set without a code that the provider accepted in that request':
    ({ model }) => recoveries(model).every((flow) => model.provider.acceptedFor.has(flow)),
  'no known password is changed without a sign-in of that account in that request, or an old password that was right':
    ({ model, history }) =>
      changes(model).every((flow) => isSignedInFor(history, flow) || model.provider.rightPasswords.includes(flow)),
  'no request has more than three wrong old passwords looked at': ({ model: { provider } }) =>
    mostOf(provider.wrongPasswords) <= 3,
  'where the provider asked for more than the old password, that request sends none again': ({
    model: { provider },
    history,
  }) =>
    provider.askedForMore.every((flow) => {
      const after = history.findIndex(
        ({ before, event, decision }) =>
          before.id === flow &&
          decision.kind === 'moved' &&
          event.type === 'old-password.rejected' &&
          event.because === 'not-enough',
      );
      return (
        after < 0 ||
        history
          .slice(after)
          .every(
            ({ before, decision }) =>
              before.id !== flow ||
              decision.kind === 'ignored' ||
              decision.effects.every((effect) => effect.do !== 'change-password'),
          )
      );
    }),
  'nobody is proven by an old password that was wrong, whatever the account says later': ({ model, history }) =>
    history.every(({ before, decision }) => {
      if (decision.kind === 'ignored' || before.kind !== 'change') return true;
      const proof = 'proof' in decision.state ? decision.state.proof : undefined;
      return proof?.channel !== 'old-password' || model.provider.rightPasswords.includes(before.id);
    }),
  'where two proofs are asked for, none without codes of two different contacts, or of a contact and a recovery code':
    ({ model }) =>
      recoveries(model).every((id) => {
        const { provider, policy } = model;
        const kind = kindOf(model, id) === 'unlock' ? 'unlock' : 'reset';
        if (policy.rules[0]?.[kind]?.proofs !== 2) return true;
        const proven = new Set(provider.proofs.filter(({ flow }) => flow === id).map(({ by }) => by));
        return proven.size >= 2;
      }),
  'a recovery code that was wrong, used or void proves nothing': ({ model: { provider }, history }) => {
    const taken = (flow: FlowId) =>
      history.filter(
        ({ before, decision }) =>
          before.id === flow && before.state.at === 'checking-recovery-code' && isInspected(decision),
      );
    const used = (flow: FlowId) => provider.proofs.filter((one) => one.flow === flow && one.by === 'recovery-code');
    return history.every(({ before }) => taken(before.id).length <= used(before.id).length);
  },
  'a recovery code whose verdict is lost costs that code alone: the request asks for another one, and keeps its first proof':
    ({ history }) =>
      history.every(({ before: { state }, event, decision }) => {
        if (state.at !== 'checking-recovery-code' || decision.kind === 'ignored') return true;
        if (event.type !== 'deadline' && event.type !== 'recovery-code.unchecked') return true;
        return decision.state.at === 'entering-recovery-code' && decision.state.first === state.first;
      }),
  'none without the approvals of as many different approvers, none of them the person': ({ model, history }) =>
    recoveries(model).every((flow) => {
      const votes = votesOf(history, flow);
      const honest = new Set(votes.filter((vote) => vote.entitled && vote.by !== vote.person).map((vote) => vote.by));
      return honest.size === votes.length && honest.size >= (model.policy.rules[0]?.reset?.approvals ?? 0);
    }),
  'a code that was ordered for another request proves nothing for this one': ({ model }) =>
    model.provider.acceptedElsewhere === 0,
  'at most one fulfilment a request': ({ model, history }) =>
    model.flows.every(({ id }) => {
      const ends = history.filter((one) => one.before.id === id && isOpen(one.before.state) && isDone(one));
      const unlocks = model.counted.filter((row) => row.what === 'unlock' && row.flow === id);
      const handovers = model.handedOver.filter((flow) => flow === id);
      return ends.length <= 1 && unlocks.length <= 1 && handovers.length <= 1 + reopensAtMost;
    }),
  'a link that has opened the page opens it never again, and no page is opened after its first link has expired': ({
    history,
  }) => {
    const used = new Set<LinkId>();
    const limits = new Map<FlowId, Instant>();
    return history.every(({ before: { id, state: from }, event, decision, now }) => {
      if (decision.kind === 'ignored') return true;
      if (from.at === 'link-ready') limits.set(id, from.until);
      if (event.type === 'link.opened' && decision.state.at === 'opening')
        return !used.has(event.link) && now < (limits.get(id) ?? 0);
      if (from.at === 'opening' && event.type === 'ticket.minted' && hasOpened(from, decision.state))
        used.add(from.link);
      return true;
    });
  },
  "the provider refuses no more codes of an account in a day than the day's budget, over all requests": ({ model }) =>
    mostWithin(model.provider.refusedAt, daySeconds) <= model.policy.limits.codeFailuresPerDay,
  'the provider refuses no more tries of one code than it has': ({ model }) =>
    [...model.provider.refusals.values()].every((times) => times <= model.policy.limits.codeAttempts),
  "no more codes are ordered in an hour than the hour's budget, over all requests": ({ model }) =>
    mostWithin(
      model.codeOrders.map((order) => order.orderedAt),
      hourSeconds,
    ) <= model.policy.limits.codesPerHour,
  'between two codes for one contact lies the cool-down, over all requests, unless the first came back rightly or is used up':
    ({ model, history }) => {
      const out = new Map<ContactRef, { readonly at: Instant; readonly flow: FlowId }>();
      return history.every(({ before, event, decision, now }) => {
        if (decision.kind === 'ignored') return true;
        const { contact = undefined } = 'contact' in before.state ? before.state : {};
        if (contact !== undefined && event.type === 'code.sent') out.set(contact, { at: now, flow: before.id });
        if (contact !== undefined && decision.counts.includes('passed')) out.delete(contact);
        const hasUsedUp = before.state.at === 'challenged' && before.state.after === 'used-up';
        return decision.effects.every((effect) => {
          const last = effect.do === 'send-code' ? out.get(effect.contact) : undefined;
          if (last === undefined || now >= later(last.at, model.policy.limits.resendSeconds)) return true;
          return hasUsedUp && effect.do === 'send-code' && effect.contact === contact && last.flow === before.id;
        });
      });
    },
  "no more unlocks are ordered in a day than the day's budget, over all requests": ({ model }) =>
    mostWithin(timesOf(model, 'unlock'), daySeconds) <= model.policy.limits.unlocksPerDay,
  'while the account rests nothing is given': ({ history }) =>
    history.every((one) => one.frozenUntil === undefined || one.frozenUntil <= one.now || !gives(one)),
  'an account has one open request a kind': ({ model }) =>
    (['reset', 'unlock', 'change', 'enroll'] as const).every((kind) => {
      const open = model.flows.filter((flow) => flow.kind === kind && isActing(flow));
      return open.length <= 1;
    }),
  'a contact is linked only in a request that its person signed in for, after a code came back from its address there':
    ({ model: { provider }, history }) =>
      provider.links.every(
        ({ flow, contact }) =>
          provider.proven.some((one) => one.flow === flow && one.contact === contact) && isSignedInFor(history, flow),
      ),
  'no code goes to a contact before its cool-off is over, whichever were taken out before': ({ model }) =>
    model.provider.usedTooSoon === 0,
  'what is linked in the end was announced, and nobody has disowned it': ({ model: { provider, flows }, history }) =>
    provider.links.every(({ flow: id, contact }) => {
      if (!provider.linked.has(contact)) return true;
      const isAnnounced = provider.announced.some((made) => made.what === 'added' && made.contact.ref === contact);
      const isIt = (made: MadeChange) => made.what === 'added' && made.contact.ref === contact;
      const flow = flows.find((one) => one.id === id);
      return isAnnounced && isTrusted(history, flow, isIt);
    }),
  'whoever is bound in the end was announced, and nobody has disowned it': ({ model: { provider, flows }, history }) =>
    [...provider.bound.values()].every((id) => {
      const flow = flows.find((one) => one.id === id);
      if (flow === undefined || flow.state.at === 'binding-actor') return true;
      const isAnnounced = provider.announced.some(({ what }) => what === 'bound');
      return isAnnounced && isTrusted(history, flow, ({ what }) => what === 'bound');
    }),
  'no contact is taken out unheard: it was announced, or somebody said that it was not them': ({ model, history }) =>
    [email, text].every(({ ref }) => {
      if (model.provider.linked.has(ref)) return true;
      const isAnnounced = model.provider.announced.some((made) => made.what === 'removed' && made.contact.ref === ref);
      return (
        isAnnounced || history.some(({ decision }) => decision.kind === 'moved' && decision.freezeUntil !== undefined)
      );
    }),
  'a closed request stays closed, and acts no more': ({ history }) =>
    history.every((one) => {
      const { before, decision } = one;
      if (isOpen(before.state) || decision.kind === 'ignored') return true;
      return (
        decision.state.at === 'closed' && decision.state.ending.because === before.state.ending.because && !gives(one)
      );
    }),
  'a ticket that somebody holds is voided when its request is broken off': ({ history }) =>
    history.every(({ before, decision }) => {
      if (
        !['changing', 'opening', 'mailing'].includes(before.state.at) ||
        decision.kind === 'ignored' ||
        decision.state.at !== 'closed'
      )
        return true;
      const isMailed =
        before.state.at === 'mailing' || (before.state.at === 'changing' && before.state.mail !== undefined);
      // Used, or found expired: then the ticket is already invalid. A mailed one works for days, and may not be the newest that is used.
      if (!isMailed && ['done', 'expired'].includes(decision.state.ending.outcome)) return true;
      // Where the page was never opened before, no ticket was issued.
      if (before.state.at === 'opening' && before.state.before === undefined) return true;
      return decision.effects.some((effect) => effect.do === 'void-tickets');
    }),
  'wherever a request stands both sides can be shown it, and its orders are still wanted': ({ history }) =>
    history.every(({ before, decision, now }) => {
      if (decision.kind === 'ignored') return true;
      const flow = { ...before, state: decision.state };
      return (
        showPerson(flow, now).flow === flow.id &&
        [undefined, flow.actor].includes(showHelpdesk(flow)?.person) &&
        decision.effects.every((effect) => isStillWanted(effect, decision.state))
      );
    }),
} as const satisfies Readonly<Record<string, (run: Run) => boolean>>;

export type RunClaim = keyof typeof claimsOfRuns;
export const runClaims = Object.keys(claimsOfRuns) as readonly RunClaim[];
