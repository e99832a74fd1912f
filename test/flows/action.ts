// The actions of an interleaving, as data that fast-check generates and shrinks; and how each is applied to the model.
import fc from 'fast-check';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type ActorId, type ContactRef, type FlowId, linkId } from '../../src/flows/ids.ts';
import type { Flow, FlowKind } from '../../src/flows/state.ts';
import { unreachable } from '../../src/flows/unreachable.ts';
import { email, foreignContact, foreignLink, jane, janeElsewhere, kim, mallory, sam, text } from './cast.ts';
import { apply, ask, crash, type Model, sweep, wait } from './model.ts';
import { answer, arrive, type Fate, perform } from './provider.ts';

const people: readonly ActorId[] = [jane, janeElsewhere, sam, kim, mallory];
const fates: readonly Fate[] = [
  ...(['done', 'done', 'done', 'delayed', 'delayed', 'doubtful', 'doubtful', 'doubtful'] as const),
  ...(['doubtful', 'lost', 'lost', 'slow', 'failed', 'disabled', 'left', 'not-asked', 'not-asked'] as const),
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
] as const;
type Press = (typeof presses)[number];

export type Deed =
  /** The next step of this flow, done correctly by whoever has to do it. */
  | { readonly deed: 'goes-on'; readonly flow: number }
  /** The same, but with this outcome: slow, lost, refused. */
  | { readonly deed: 'stumbles'; readonly flow: number; readonly fate: Fate }
  | { readonly deed: 'asks'; readonly kind: FlowKind; readonly who: number }
  | { readonly deed: 'presses'; readonly flow: number; readonly who: number; readonly press: Press }
  /** Enters a code: the newest code of any contact, or a guess. */
  | { readonly deed: 'types'; readonly flow: number; readonly code: 'newest' | 'guess' }
  | { readonly deed: 'opens'; readonly flow: number; readonly link: 'own' | 'older' | 'foreign' }
  | { readonly deed: 'performs'; readonly order: number; readonly fate: Fate }
  /** A send that was under way is carried out, late. */
  | { readonly deed: 'arrives'; readonly flight: number }
  | { readonly deed: 'answers'; readonly call: number; readonly fate: Fate }
  | { readonly deed: 'repeats'; readonly said: number }
  | { readonly deed: 'waits'; readonly seconds: number }
  | { readonly deed: 'sweeps' }
  | { readonly deed: 'crashes' };

const any = fc.nat({ max: 30 });
const flow = fc.nat({ max: 2 });
const fate = fc.constantFrom(...fates);
const of = <D extends Deed['deed']>(deed: D) => fc.constant(deed);

const kind = fc.constantFrom<FlowKind>('reset', 'unlock');
const seconds = fc.constantFrom(1, 1, 30, 30, 60, 60, 180, 900, 3600, 86_400);

export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof(
    { weight: 40, arbitrary: fc.record({ deed: of('goes-on'), flow }) },
    { weight: 8, arbitrary: fc.record({ deed: of('stumbles'), flow, fate }) },
    { weight: 4, arbitrary: fc.record({ deed: of('asks'), kind, who: fc.nat({ max: 1 }) }) },
    {
      weight: 5,
      arbitrary: fc.record({ deed: of('presses'), flow, who: fc.nat({ max: 4 }), press: fc.constantFrom(...presses) }),
    },
    { weight: 5, arbitrary: fc.record({ deed: of('types'), flow, code: fc.constantFrom('newest', 'guess', 'guess') }) },
    { weight: 2, arbitrary: fc.record({ deed: of('opens'), flow, link: fc.constantFrom('own', 'older', 'foreign') }) },
    { weight: 3, arbitrary: fc.record({ deed: of('performs'), order: any, fate }) },
    { weight: 3, arbitrary: fc.record({ deed: of('arrives'), flight: any }) },
    { weight: 2, arbitrary: fc.record({ deed: of('answers'), call: any, fate }) },
    { weight: 3, arbitrary: fc.record({ deed: of('repeats'), said: any }) },
    { weight: 3, arbitrary: fc.record({ deed: of('waits'), seconds }) },
    { weight: 1, arbitrary: fc.record({ deed: of('sweeps') }) },
    { weight: 1, arbitrary: fc.record({ deed: of('crashes') }) },
  ),
  { minLength: 20, maxLength: 120, size: 'max' },
);

export function doDeed(model: Model, deed: Deed): void {
  switch (deed.deed) {
    case 'goes-on':
      withFlow(model, deed.flow, (found) => goOn(model, found));
      break;
    case 'stumbles':
      withFlow(model, deed.flow, ({ id }) => actFor(model, id, deed.fate));
      break;
    case 'asks':
      ask(model, deed.kind, deed.who === 0 ? jane : janeElsewhere);
      break;
    case 'presses':
      withFlow(model, deed.flow, ({ id }) => say(model, id, pressed(deed.press, people[deed.who] ?? mallory)));
      break;
    case 'types':
      withFlow(model, deed.flow, (found) => type(model, found, deed.code));
      break;
    case 'opens':
      withFlow(model, deed.flow, (found) =>
        say(model, found.id, { type: 'link.opened', link: linkOf(found, deed.link) }),
      );
      break;
    case 'performs':
      perform(model, deed.order, deed.fate);
      break;
    case 'arrives':
      arrive(model, deed.flight);
      break;
    case 'answers':
      answer(model, deed.call, deed.fate);
      break;
    case 'repeats': {
      const again = model.said[deed.said % Math.max(1, model.said.length)];
      if (again !== undefined) apply(model, again.flow, again.event);
      break;
    }
    case 'waits':
      wait(model, deed.seconds);
      break;
    case 'sweeps':
      sweep(model);
      break;
    case 'crashes':
      crash(model);
      break;
    default:
      unreachable(deed);
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
    default:
      return unreachable(press);
  }
}

function type(model: Model, { id, actor, state }: Flow, code: 'newest' | 'guess'): void {
  const contact: ContactRef = 'contact' in state ? state.contact : email.ref;
  const typed = code === 'newest' ? model.provider.codes.get(contact)?.code : undefined;
  apply(model, id, { type: 'code.submitted', by: actor }, typed ?? -1);
}

function linkOf({ id, state, version }: Flow, which: 'own' | 'older' | 'foreign') {
  if (which === 'foreign') return foreignLink;
  return which === 'own' && 'link' in state ? state.link : linkId(`link-${id}-${version - 3}`);
}

/** Carries out what this flow waits for, with this outcome. */
function actFor(model: Model, id: FlowId, fate: Fate): void {
  const order = model.outbox.findIndex(({ flow: ordered, effect }) => ordered === id && effect.do !== 'end-sessions');
  const call = model.calls.findIndex(({ flow: ordered }) => ordered === id);
  if (call >= 0) answer(model, call, fate);
  else if (order >= 0) perform(model, order, fate);
}

function goOn(model: Model, found: Flow): void {
  const { id, actor, state } = found;
  switch (state.at) {
    case 'identifying':
    case 'sending':
    case 'inspecting':
    case 'fulfilling':
    case 'checking':
    case 'opening':
      actFor(model, id, 'done');
      break;
    case 'choosing-contact':
      say(model, id, { type: 'code.requested', by: actor, contact: email.ref });
      break;
    case 'challenged':
      type(model, found, 'newest');
      break;
    case 'awaiting-approval':
      say(model, id, pressed('approve', state.approvals.length === 0 ? sam : kim));
      break;
    case 'link-ready':
      say(model, id, { type: 'link.opened', link: state.link });
      break;
    case 'changing':
      say(model, id, { type: 'password.changed', changedAt: model.now });
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
