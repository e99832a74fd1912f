// What the store contract's tests share: people, times, requests, and the real `decide` with a policy.
import { randomBytes } from 'node:crypto';
import { begin } from '../../src/flows/begin.ts';
import { decide } from '../../src/flows/decide.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import {
  type AccountId,
  type ActorId,
  accountId,
  actorId,
  contactRef,
  deliveryId,
  type FlowId,
  flowId,
  type Instant,
  instant,
  later,
  linkId,
} from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import type { Flow, FlowKind, MaskedContact } from '../../src/flows/state.ts';
import type { Applied, Decider, FlowStore, Intake, Lease, Pieces, Transition } from '../../src/flows/store.ts';

export const start = instant(1_800_000_000_000);
export const after = (seconds: number): Instant => later(start, seconds);

const fresh = (): string => randomBytes(12).toString('base64url');

export const someone = (platform = 'slack'): ActorId => actorId({ platform, tenant: 'T1', user: fresh() });
export const someAccount = (): AccountId => accountId(`auth0|${fresh()}`);
export const someDelivery = () => deliveryId(fresh());
export const agent = actorId({ platform: 'slack', tenant: 'T1', user: 'AGENT' });

const mail = contactRef('email|1');
export const contacts: readonly MaskedContact[] = [{ ref: mail, channel: 'email', masked: 'j•••@g•••.com' }];

/** A test may order codes as fast as it likes. */
const limits = { ...defaultLimits, codesPerHour: 100, resendSeconds: 0 };
export const policy: PolicyRules = {
  rules: [],
  binding: 'optional',
  contacts: defaultContactRules,
  hasHelpdesk: true,
  limits,
};

export const deciderAt =
  (now: Instant, rules: PolicyRules = policy): Decider =>
  (flow, event, known) =>
    decide(flow, flow.state, event, { ...known, now, policy: rules, freshLink: linkId(fresh()) });

export const intakeOf = (actor: ActorId, kind: FlowKind, at: Instant = start): Intake => ({
  delivery: someDelivery(),
  actor,
  kind,
  at,
});

export async function beginFlow(
  store: FlowStore,
  { actor = someone(), kind = 'reset', now = start }: { actor?: ActorId; kind?: FlowKind; now?: Instant } = {},
): Promise<Flow> {
  const { state, effects } = begin(now, policy.limits);
  const { flow } = await store.begin({ intake: intakeOf(actor, kind, now), id: flowId(fresh()), state, effects, now });
  return flow;
}

type Extra = Partial<Pick<Transition, 'delivery' | 'settles' | 'givesUp' | 'asOf' | 'decide'>>;

export const report = (
  store: FlowStore,
  flow: FlowId,
  event: FlowEvent,
  now: Instant = start,
  extra: Extra = {},
): Promise<Applied> => store.apply({ flow, event, now, decide: deciderAt(now), ...extra });

export async function movedBy(store: FlowStore, flow: FlowId, event: FlowEvent, now: Instant = start): Promise<Flow> {
  const applied = await report(store, flow, event, now);
  if (applied.kind !== 'moved') throw new Error(`expected a move by ${event.type}, got ${JSON.stringify(applied)}`);
  return applied.flow;
}

/** A flow whose person has received a code. */
export async function challengedFlow(
  store: FlowStore,
  {
    account = someAccount(),
    now = start,
    ...rest
  }: { account?: AccountId; kind?: FlowKind; now?: Instant; actor?: ActorId } = {},
): Promise<Flow> {
  const { id, actor } = await beginFlow(store, { now, ...rest });
  await movedBy(store, id, { type: 'person.identified', account, contacts }, now);
  await movedBy(store, id, { type: 'code.requested', by: actor, contact: mail }, now);
  return movedBy(store, id, { type: 'code.sent', contact: mail }, now);
}

/** A flow whose person has proven who they are, before the account is inspected. */
export async function provenFlow(store: FlowStore, options: Parameters<typeof challengedFlow>[1] = {}): Promise<Flow> {
  const { now = start } = options;
  const { id, actor } = await challengedFlow(store, options);
  await movedBy(store, id, { type: 'code.submitted', by: actor }, now);
  return movedBy(store, id, { type: 'code.accepted' }, now);
}

export const lockedAccount: FlowEvent = {
  type: 'account.inspected',
  facts: {
    connection: 'CorpUsers',
    appMetadata: {},
    multifactor: false,
    disabled: false,
    locked: true,
    choosesPassword: 'at-provider',
  },
};

/** An approval by somebody who is known to be another person. */
export const givenBy = (by: ActorId, person: ActorId, entitled = true): FlowEvent => ({
  ...{ type: 'approval.given', by, entitled, distinctFrom: [person] },
});
/** Reads a long result completely. */
export async function all<T>(pieces: Pieces<T>): Promise<readonly T[]> {
  const whole: T[] = [];
  for await (const piece of pieces) whole.push(...piece);
  return whole;
}

/** Completes everything that is waiting without doing any of it. */
export async function drain(store: FlowStore, now: Instant): Promise<void> {
  for (;;) {
    const claimed = await store.claim(now, 60_000, 100);
    if (claimed.length === 0) return;
    for (const { lease } of claimed) await store.finish(lease, now);
  }
}

export const lostLease = (lease: Lease): Lease => ({ ...lease, token: 'of somebody else' });
