// The actions of an interleaving, as data that fast-check generates and shrinks; and how each is applied to the model.
import fc from 'fast-check';
import type { SigningIn } from '../../src/flows/enrolment-state.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type ActorId, type ContactRef, type FlowId, linkId } from '../../src/flows/ids.ts';
import {
  accountOf,
  type ChangeReady,
  type ChoosingContact,
  type ChoosingPassword,
  changesOf,
  type Flow,
  type FlowKind,
} from '../../src/flows/state.ts';
import { unreachable } from '../../src/flows/unreachable.ts';
import {
  email,
  foreignContact,
  foreignLink,
  healthy,
  jane,
  janeElsewhere,
  kim,
  mallory,
  newEmail,
  sam,
  samsAccount,
  text,
} from './cast.ts';
import { apply, ask, crash, type Model, sweep, theAccount, wait } from './model.ts';
import {
  addressOf,
  answer,
  arrive,
  type Fate,
  isOwed,
  makeRecoveryCodes,
  ownAddressAgain,
  perform,
  rightPassword,
  wrongPassword,
} from './provider.ts';

const people: readonly ActorId[] = [jane, janeElsewhere, sam, kim, mallory];
const fates: readonly Fate[] = [
  ...(['done', 'done', 'done', 'delayed', 'delayed', 'doubtful', 'doubtful', 'doubtful'] as const),
  ...(['doubtful', 'lost', 'lost', 'slow', 'failed', 'disabled', 'left', 'not-asked', 'not-asked'] as const),
  ...(['barred', 'again'] as const),
];

const presses = [
  'approve',
  'deny',
  'retry',
  'settle',
  'cancel',
  'disown',
  'reconsider',
  'request',
  'request-foreign',
  'recovery-code',
  'remove',
] as const;
type Press = (typeof presses)[number];

const browses = [
  'sign-in',
  'foreign',
  'add',
  'add-again',
  'remove',
  'drop',
  'finish',
  'disown-change',
  'renew',
] as const;
type Browse = (typeof browses)[number];

export type Action =
  /** The next step of this flow, done correctly by whoever has to do it. */
  | { readonly action: 'goes-on'; readonly flow: number }
  /** The same, but with this outcome: slow, lost, refused. */
  | { readonly action: 'stumbles'; readonly flow: number; readonly fate: Fate }
  | { readonly action: 'asks'; readonly kind: FlowKind; readonly who: number }
  | { readonly action: 'presses'; readonly flow: number; readonly who: number; readonly press: Press }
  /** Enters a code: the newest code of any contact, or a guess. */
  | { readonly action: 'types'; readonly flow: number; readonly code: 'newest' | 'guess' }
  | { readonly action: 'opens'; readonly flow: number; readonly link: 'own' | 'older' | 'foreign' }
  | { readonly action: 'performs'; readonly order: number; readonly fate: Fate }
  /** A send that was under way is carried out, late. */
  | { readonly action: 'arrives'; readonly flight: number }
  | { readonly action: 'answers'; readonly call: number; readonly fate: Fate }
  | { readonly action: 'repeats'; readonly said: number }
  /** What a person does in the browser during an enrolment. */
  | { readonly action: 'browses'; readonly flow: number; readonly what: Browse }
  /** An administrator on the command line. */
  | { readonly action: 'operates'; readonly flow: number; readonly what: 'operator.ended' | 'operator.retried' }
  | { readonly action: 'waits'; readonly seconds: number }
  | { readonly action: 'sweeps' }
  | { readonly action: 'crashes' };

const any = fc.nat({ max: 30 });
const flow = fc.nat({ max: 2 });
const fate = fc.constantFrom(...fates);
const of = <D extends Action['action']>(action: D) => fc.constant(action);

const kind = fc.constantFrom<FlowKind>('reset', 'unlock', 'change', 'enroll');
const seconds = fc.constantFrom(1, 1, 30, 30, 60, 60, 180, 900, 3600, 86_400);

export const actions: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: fc.record({ action: of('goes-on'), flow }) },
    { weight: 12, arbitrary: fc.record({ action: of('stumbles'), flow, fate }) },
    { weight: 4, arbitrary: fc.record({ action: of('asks'), kind, who: fc.nat({ max: 1 }) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        action: of('presses'),
        flow,
        who: fc.nat({ max: 4 }),
        press: fc.constantFrom(...presses),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ action: of('types'), flow, code: fc.constantFrom('newest', 'guess', 'guess') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ action: of('opens'), flow, link: fc.constantFrom('own', 'older', 'foreign') }),
    },
    { weight: 3, arbitrary: fc.record({ action: of('performs'), order: any, fate }) },
    { weight: 3, arbitrary: fc.record({ action: of('arrives'), flight: any }) },
    { weight: 2, arbitrary: fc.record({ action: of('answers'), call: any, fate }) },
    { weight: 3, arbitrary: fc.record({ action: of('repeats'), said: any }) },
    {
      weight: 8,
      arbitrary: fc.record({ action: of('browses'), flow, what: fc.constantFrom(...browses, 'disown-change') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        action: of('operates'),
        flow,
        what: fc.constantFrom('operator.ended' as const, 'operator.retried' as const),
      }),
    },
    { weight: 3, arbitrary: fc.record({ action: of('waits'), seconds }) },
    { weight: 1, arbitrary: fc.record({ action: of('sweeps') }) },
    { weight: 1, arbitrary: fc.record({ action: of('crashes') }) },
  ),
  { minLength: 20, maxLength: 120, size: 'max' },
);

export function doAction(model: Model, action: Action): void {
  switch (action.action) {
    case 'goes-on':
      withFlow(model, action.flow, (found) => goOn(model, found));
      break;
    case 'stumbles':
      withFlow(model, action.flow, ({ id }) => actFor(model, id, action.fate));
      break;
    case 'asks':
      ask(model, action.kind, action.who === 0 ? jane : janeElsewhere);
      break;
    case 'presses':
      withFlow(model, action.flow, ({ id }) => say(model, id, pressed(action.press, people[action.who] ?? mallory)));
      break;
    case 'operates':
      withFlow(model, action.flow, ({ id }) => apply(model, id, { type: action.what }));
      break;
    case 'types':
      withFlow(model, action.flow, (found) => type(model, found, action.code));
      break;
    case 'opens':
      withFlow(model, action.flow, (found) =>
        say(model, found.id, { type: 'link.opened', link: linkOf(found, action.link) }),
      );
      break;
    case 'performs':
      perform(model, action.order, action.fate);
      break;
    case 'arrives':
      arrive(model, action.flight);
      break;
    case 'answers':
      answer(model, action.call, action.fate);
      break;
    case 'repeats': {
      const again = model.said[action.said % Math.max(1, model.said.length)];
      if (again !== undefined) apply(model, again.flow, again.event);
      break;
    }
    case 'browses':
      withFlow(model, action.flow, (found) => browse(model, found, action.what));
      break;
    case 'waits':
      wait(model, action.seconds);
      break;
    case 'sweeps':
      sweep(model);
      break;
    case 'crashes':
      crash(model);
      break;
    default:
      unreachable(action);
  }
}

function withFlow(model: Model, index: number, act: (flow: Flow) => void): void {
  const newestFirst = model.flows.toReversed();
  const found = newestFirst[index % Math.max(1, newestFirst.length)];
  if (found !== undefined) act(found);
}

function say(model: Model, id: FlowId, event: FlowEvent): void {
  apply(model, id, event);
  model.said.push({ flow: id, event });
}

/** Jane is the same human on both platforms. */
const apartFrom = (by: ActorId): readonly ActorId[] =>
  [jane, janeElsewhere, sam, kim].filter((other) => other !== by && !(isJane(other) && isJane(by)));
const isJane = (actor: ActorId): boolean => actor === jane || actor === janeElsewhere;

/** Sam and Kim are approvers, and according to the policy the person is one, too; Mallory is not. */
function pressed(press: Press, by: ActorId): FlowEvent {
  const entitled = by !== mallory && by !== janeElsewhere;
  switch (press) {
    case 'approve':
      return { type: 'approval.given', by, entitled, distinctFrom: apartFrom(by) };
    case 'deny':
      return { type: 'approval.denied', by, entitled, distinctFrom: apartFrom(by), reason: 'suspicious' };
    case 'retry':
      return { type: 'doubt.retried', by, entitled, distinctFrom: apartFrom(by) };
    case 'settle':
      return { type: 'doubt.settled', by, entitled, distinctFrom: apartFrom(by) };
    case 'cancel':
      return { type: 'cancelled', by };
    case 'disown':
      return { type: 'disowned', by };
    case 'reconsider':
      return { type: 'contact.reconsidered', by };
    case 'request':
      return { type: 'code.requested', by, contact: text.ref };
    case 'request-foreign':
      return { type: 'code.requested', by, contact: foreignContact };
    case 'recovery-code':
      return { type: 'recovery-code.chosen', by };
    case 'remove':
      return { type: 'removal.chosen', by, contact: email.ref };
    default:
      return unreachable(press);
  }
}

/** `guess` in place of a recovery code: one that was used already, as long as there is one. */
function typeRecoveryCode(model: Model, { id, actor }: Flow, code: 'newest' | 'guess'): void {
  const codes = [...model.provider.recoveryCodes.used];
  const typed = codes.find(([, isUsed]) => isUsed === (code === 'guess'))?.[0];
  apply(model, id, { type: 'recovery-code.submitted', by: actor }, typed ?? -1);
}

function type(model: Model, found: Flow, code: 'newest' | 'guess'): void {
  const { id, actor, state } = found;
  if (state.at === 'entering-recovery-code') {
    typeRecoveryCode(model, found, code);
    return;
  }
  const contact: ContactRef = 'draft' in state ? state.draft.key : 'contact' in state ? state.contact : email.ref;
  const typed = code === 'newest' ? model.provider.codes.get(addressOf(contact))?.code : undefined;
  const event: FlowEvent = 'draft' in state ? { type: 'new-code.submitted' } : { type: 'code.submitted', by: actor };
  apply(model, id, event, typed ?? -1);
}

/** The set is made once the request has said so; it is not where the account is frozen. */
function renew(model: Model, id: FlowId): void {
  const isFrozen = model.frozenUntil !== undefined && model.frozenUntil > model.now;
  const decision = apply(model, id, { type: 'recovery-codes.renewed' });
  if (decision.kind === 'moved' && decision.state.at === 'managing' && !isFrozen) makeRecoveryCodes(model);
}

function browse(model: Model, { id, state }: Flow, what: Browse): void {
  if (what === 'renew') {
    renew(model, id);
    return;
  }
  // Of an account that is not the chat person's own, whoever checks that tells no request.
  if (what === 'foreign' && accountOf(state) === undefined) return;
  // Of what is being removed the first notice goes out before it is a change.
  const newest = Math.max(0, changesOf(state).length - 1);
  say(model, id, browsed(what, 'contacts' in state ? state.contacts : [], newest));
}

function browsed(
  what: Exclude<Browse, 'renew'>,
  contacts: readonly { readonly ref: ContactRef }[],
  change: number,
): FlowEvent {
  switch (what) {
    case 'sign-in':
      return { type: 'signed-in', account: theAccount };
    case 'foreign':
      return { type: 'signed-in', account: samsAccount };
    case 'add':
      return { type: 'address.given', draft: newEmail };
    case 'add-again':
      return { type: 'address.given', draft: ownAddressAgain };
    case 'remove':
      return { type: 'removal.asked', contact: contacts[0]?.ref ?? email.ref };
    case 'drop':
      return { type: 'address.dropped' };
    case 'finish':
      return { type: 'enrolment.finished' };
    case 'disown-change':
      return { type: 'change.disowned', change };
    default:
      return unreachable(what);
  }
}

function linkOf({ id, state, version }: Flow, which: 'own' | 'older' | 'foreign') {
  if (which === 'foreign') return foreignLink;
  const own = state.at === 'changing' ? state.again?.link : 'link' in state ? state.link : undefined;
  return which === 'own' && own !== undefined ? own : linkId(`link-${id}-${version - 3}`);
}

/** Carries out what this flow waits for, with this outcome. */
function actFor(model: Model, id: FlowId, fate: Fate): void {
  const order = model.outbox.findIndex((one) => one.flow === id && one.effect.do !== 'end-sessions' && !isOwed(one));
  const call = model.calls.findIndex(({ flow: ordered }) => ordered === id);
  if (call >= 0) answer(model, call, fate);
  else if (order >= 0) perform(model, order, fate);
}

/** One that was enrolled here, if there is one. */
const newestOf = (contacts: readonly { readonly ref: ContactRef }[]): ContactRef =>
  contacts.findLast(({ ref }) => ref !== email.ref && ref !== text.ref)?.ref ?? email.ref;

/** As the second proof the one or the other. */
function chosen({ said }: Model, { actor }: Flow, { contacts, first }: ChoosingContact): FlowEvent {
  const codes = first?.recoveryCodes ?? 0;
  if (codes > 0 && (contacts.length === 0 || said.length % 2 === 0)) return { type: 'recovery-code.chosen', by: actor };
  return { type: 'code.requested', by: actor, contact: first ? (contacts[0]?.ref ?? text.ref) : newestOf(contacts) };
}

/** Some sign in; others take a contact out, with a code from another one. Where none will do, they may try one all the same. */
function goOnFromList(model: Model, found: Flow, { contacts, removal }: SigningIn): void {
  const [first, second] = contacts;
  const turn = (model.ordersGiven + model.said.length) % 3;
  const code = removal?.proving[0]?.ref ?? (removal !== undefined && turn === 1 ? second?.ref : undefined);
  if (first !== undefined && second !== undefined && removal === undefined && turn === 1) {
    // The older one, or the newer one.
    const contact = model.said.length % 3 === 0 ? second.ref : first.ref;
    say(model, found.id, { type: 'removal.chosen', by: found.actor, contact });
  } else if (code !== undefined) say(model, found.id, { type: 'code.requested', by: found.actor, contact: code });
  else browse(model, found, 'sign-in');
}

/** The press opens our page where the rule says so; otherwise they sign in, now and then with another account. */
function goOnFromLink(model: Model, { id, state: from }: Flow, { link }: ChangeReady): void {
  say(model, id, { type: 'change.opened', link, facts: healthy });
  const isStill = model.flows.find((one) => one.id === id)?.state === from;
  // Of an account that is not the chat person's own, whoever checks that tells no request, unless it is bound to another.
  const isOther = model.ordersGiven % 4 === 0 && 'account' in from;
  if (isStill) say(model, id, { type: 'signed-in', account: isOther ? samsAccount : theAccount });
}

/** With the old password, where the page asks for it: it is wrong now and then. */
function submitPassword(model: Model, id: FlowId, { link, oldLeft }: ChoosingPassword): void {
  const event: FlowEvent = { type: 'password.submitted', link };
  if (oldLeft === undefined) say(model, id, event);
  else apply(model, id, event, (model.ordersGiven + model.said.length) % 2 === 0 ? wrongPassword : rightPassword);
}

function goOn(model: Model, found: Flow): void {
  const { id, state } = found;
  switch (state.at) {
    case 'identifying':
    case 'sending':
    case 'inspecting':
    case 'fulfilling':
    case 'checking':
    case 'opening':
    case 'mailing':
    case 'confirming-password':
    case 'binding-actor':
    case 'sending-new':
    case 'checking-new':
    case 'linking':
    case 'unlinking':
    case 'removing':
      actFor(model, id, 'done');
      break;
    case 'setting-password':
      // No answer comes now and then, where the old password was sent too.
      actFor(model, id, state.oldLeft !== undefined && model.ordersGiven % 3 === 0 ? 'slow' : 'done');
      break;
    case 'checking-recovery-code':
      // Sometimes the code no longer works, and the verdict is lost.
      actFor(model, id, model.ordersGiven % 2 === 0 ? 'failed' : 'done');
      break;
    case 'signing-in':
      goOnFromList(model, found, state);
      break;
    case 'change-ready':
      goOnFromLink(model, found, state);
      break;
    case 'managing':
      browse(model, found, state.changes.length === 0 ? 'add' : state.changes.length === 1 ? 'remove' : 'finish');
      break;
    case 'choosing-contact':
      say(model, id, chosen(model, found, state));
      break;
    case 'challenged':
    case 'challenged-new':
    case 'entering-recovery-code':
      type(model, found, 'newest');
      break;
    case 'awaiting-approval':
      say(model, id, pressed('approve', state.approvals.length === 0 ? sam : kim));
      break;
    case 'link-ready':
      say(model, id, { type: 'link.opened', link: state.link });
      break;
    case 'choosing-password':
      submitPassword(model, id, state);
      break;
    case 'changing':
      // Some do not wait for the mail.
      if (state.mail !== undefined && state.mail.resendFrom === undefined && model.said.length % 2 === 0)
        say(model, id, { type: 'mail.requested', by: found.actor });
      else say(model, id, { type: 'password.changed', changedAt: model.now });
      break;
    case 'in-doubt':
      say(model, id, pressed('retry', sam));
      break;
    case 'closed':
      break;
    default:
      unreachable(state);
  }
}
