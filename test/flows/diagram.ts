// Mermaid state diagrams, drawn from what `decide` really does on the walk. Readability comes before completeness: one
// arrow for each pair of states, and what ends a request from nearly every state is drawn once.
import { decide } from '../../src/flows/decide.ts';
import { dueAt } from '../../src/flows/due.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { EventType } from '../../src/flows/event.ts';
import type { FlowKind, FlowState } from '../../src/flows/state.ts';
import { everyPlace } from './events.ts';
import { fewMomentsFor } from './moments.ts';
import { type Step, walk } from './walk.ts';

type Place = FlowState['at'];
type End = Ending['outcome'];

const words: Readonly<Record<EventType, string>> = {
  'code.requested': 'a code is asked for',
  'code.submitted': 'a code is typed',
  'contact.reconsidered': 'another contact is wanted',
  'recovery-code.chosen': 'a recovery code is chosen',
  'recovery-code.submitted': 'a recovery code is typed',
  'mail.requested': 'the mail is asked for again',
  cancelled: 'the person cancels',
  disowned: '"it wasn\'t me"',
  'approval.given': 'an approver agrees',
  'approval.denied': 'an approver declines',
  'doubt.retried': 'the helpdesk orders it again',
  'doubt.settled': 'the helpdesk settles it',
  'operator.ended': 'an administrator ends it',
  'operator.retried': 'an administrator orders it again',
  'pause.lifted': 'an administrator lifts the pause',
  'person.identified': 'one account found',
  'person.unknown': 'no account found',
  'person.refused': 'not an employee',
  'code.sent': 'the code is sent',
  'code.accepted': 'the code is right',
  'code.rejected': 'the code is wrong',
  'code.unchecked': 'no verdict',
  'code.denied': 'the provider will not look',
  'proof.mismatched': "the token is somebody else's",
  'recovery-code.accepted': 'the recovery code is right',
  'recovery-code.rejected': 'the recovery code is wrong',
  'recovery-code.unchecked': 'no verdict',
  'account.inspected': 'the account is looked at',
  'account.found-disabled': 'the account is disabled',
  'account.found-barred': 'the directory lets nobody touch it',
  'lock.stood-again': 'the lock stands again at once',
  'lock.lifted': 'the lock is lifted',
  'ticket.minted': 'the ticket is handed over',
  'ticket.not-minted': 'no ticket',
  'link.mailed': 'the provider mails its link',
  'link.not-mailed': 'no link can be mailed',
  'password.changed': 'the password is changed',
  'password.submitted': 'a password is sent from the page',
  'password.set': 'the password is set',
  'password.refused': 'a rule refuses the password',
  'password.not-set': 'the password is not set',
  'password.unknown': 'no answer',
  'password.not-seen': 'the account does not show the password',
  'password.too-soon': 'the account takes no other password yet',
  'old-password.rejected': 'the old password is not taken',
  'change.opened': 'the link is pressed, and the rule says: our page',
  'sessions.ended': 'sessions are ended',
  'helpdesk.unreachable': 'no channel can be reached',
  'effect.delayed': 'a try fails, another follows',
  'effect.failed': 'the last try fails',
  'effect.doubtful': 'nobody knows whether it was done',
  'link.opened': 'the link is pressed',
  deadline: 'time is up',
  superseded: 'a newer request takes over',
  'account.frozen': 'the account is frozen',
  'signed-in': 'the person signs in',
  'actor.bound': 'the chat person is bound',
  'address.given': 'an address is given',
  'address.dropped': 'the address is dropped',
  'new-code.sent': 'the code is sent',
  'new-code.not-sent': 'the code is not sent',
  'new-code.submitted': 'the code is typed',
  'contact.proven': 'the code is right',
  'new-code.rejected': 'the code is wrong',
  'new-code.unchecked': 'no verdict',
  'new-code.denied': 'the provider will not look',
  'contact.not-new': 'the address is somebody else’s or theirs already',
  'contact.linked': 'the contact is linked',
  'removal.chosen': 'a contact is to be taken out, in the chat',
  'removal.asked': 'a contact is to be taken out',
  'contact.unlinked': 'the contact is taken out',
  'recovery-codes.renewed': 'recovery codes are made',
  'enrolment.finished': 'the person is done',
  'change.undone': 'what was added is out again',
  'change.not-undone': 'what was added cannot be taken out',
  'change.disowned': 'an older contact says "it wasn\'t me"',
};

const phases: Readonly<Record<string, { readonly title: string; readonly places: readonly Place[] }>> = {
  proof: {
    title:
      'Proof: a code sent to an enrolled contact comes back; where the rule asks for two, another one or a recovery code',
    places: [
      ...(['identifying', 'choosing-contact', 'sending', 'challenged', 'checking'] as const),
      ...(['entering-recovery-code', 'checking-recovery-code'] as const),
    ],
  },
  people: { title: 'People: those whom the rule asks for agree', places: ['inspecting', 'awaiting-approval'] },
  link: {
    title: 'Link: it leads to a fresh sign-in, or to a page that asks for the old password',
    places: ['change-ready'],
  },
  act: {
    title: 'Act: nothing here without proof and every approval',
    places: [
      'fulfilling',
      'link-ready',
      'opening',
      'mailing',
      'changing',
      'choosing-password',
      'setting-password',
      'confirming-password',
      'in-doubt',
    ],
  },
  'sign-in': {
    title: 'Sign-in: a fresh one, of the account of the chat person',
    places: ['signing-in', 'binding-actor'],
  },
  contacts: {
    title: 'Contacts: nothing is linked without a code that comes back from its address',
    places: ['managing', 'sending-new', 'challenged-new', 'checking-new', 'linking', 'unlinking', 'removing'],
  },
  always: { title: 'At any place, unless an exception is named', places: [] },
};
/** Where the password is known, nobody sends a code or asks for approval. */
const titlesOfChange: Readonly<Record<string, string>> = {
  proof: 'Who asks: the platform vouches for it',
  people: 'Look: the account is read after the sign-in',
  act: 'Act: nothing here without a sign-in, but the page that asks for the old password',
};
const ends: readonly End[] = ['done', 'refused', 'expired', 'cancelled', 'failed'];

/** From a state to a state or an end, by an event; for an end with its reasons. */
interface Edge {
  readonly from: Place;
  readonly to: Place | End;
  readonly event: EventType;
  readonly reasons: Set<string>;
}

function edgesOf(kind: FlowKind): { readonly edges: readonly Edge[]; readonly heardAfterwards: readonly EventType[] } {
  const edges = new Map<string, Edge>();
  const heard = new Set<EventType>();
  const onStep = ({ from, event, moment, decision }: Step): undefined => {
    if (decision.kind === 'ignored') return;
    if (from.at === 'closed') heard.add(event.type);
    const due = dueAt(from);
    // A late event only finds that the time is up: that arrow belongs to the clock.
    if (due === undefined || (moment.now >= due && event.type !== 'deadline')) return;
    const { state } = decision;
    const to = state.at === 'closed' ? state.ending.outcome : state.at;
    const key = [from.at, event.type, to].join(' ');
    const edge = edges.get(key) ?? { from: from.at, to, event: event.type, reasons: new Set() };
    if (state.at === 'closed') edge.reasons.add(state.ending.because);
    edges.set(key, edge);
  };
  walk({ kind, decide, moments: fewMomentsFor, first: 'breadth', grain: 'coarse', onStep });
  return { edges: [...edges.values()], heardAfterwards: [...heard] };
}

/** Sorted like the list of states above, then ends, then events. The order of the walk does not matter. */
function inReadingOrder(a: Arrow, b: Arrow): number {
  return rankOf(a.from) - rankOf(b.from) || rankOf(a.to) - rankOf(b.to) || eventRank(a) - eventRank(b);
}
const reading: readonly string[] = [...Object.values(phases).flatMap(({ places }) => places), ...ends];
const rankOf = (name: string): number => reading.findIndex((one) => one === name || name.endsWith(`-${one}`));
const eventRank = ({ event }: Arrow): number => Object.keys(words).indexOf(event);

export function drawDiagram(kind: FlowKind): string {
  const { edges, heardAfterwards } = edgesOf(kind);
  const reached = everyPlace.filter((place) => edges.some(({ from }) => from === place));
  const all = gathered(edges, reached);
  const lines = [
    '%% Drawn from src/flows/decide.ts by `npm run diagrams`. A test compares them: do not edit.',
    'stateDiagram-v2',
    '  classDef closed fill:#f4f4f4,stroke:#888,stroke-dasharray:4',
    '  classDef done fill:#e3f5e3,stroke:#2b7a2b',
    '  [*] --> identifying',
    ...Object.keys(phases)
      .filter((phase) => phase === 'always' || phases[phase]?.places.some((place) => reached.includes(place)))
      .flatMap((phase) => drawPhase(phase, kind, all, reached)),
    ...arrows(
      all.filter(({ from, to }) => phaseOf(from) !== phaseOf(to) && !isEnd(to)),
      '  ',
    ),
    `  note left of ${anywhere}`,
    `    A closed request grants nothing. It hears only: ${heardAfterwards
      .map((event) => words[event])
      .sort()
      .join(', ')}.`,
    '  end note',
  ];
  return `${lines.join('\n')}\n`;
}

/** Each phase has its own end nodes beside it, so that no arrow crosses the page. */
function drawPhase(phase: string, kind: FlowKind, all: readonly Arrow[], reached: readonly Place[]): readonly string[] {
  const { title: usual, places } = phases[phase] ?? { title: phase, places: [] };
  const title = (kind === 'change' ? titlesOfChange[phase] : undefined) ?? usual;
  const id = idOf(phase);
  const from = all.filter((arrow) => phaseOf(arrow.from) === phase);
  const within = from.filter(({ to }) => !isEnd(to) && phaseOf(to) === phase);
  const ending = from.filter(({ to }) => isEnd(to)).map((arrow) => ({ ...arrow, to: `${id}-${arrow.to}` }));
  const own = ends.filter((end) => from.some(({ to }) => to === end));
  const here =
    phase === 'always'
      ? [`state "at any place" as ${anywhere}`]
      : places.filter((place) => reached.includes(place)).map(nameOf);
  return [
    `  state "${title}" as ${id} {`,
    ...here.map((line) => `    ${line}`),
    ...own.map((end) => `    state "closed, ${end}" as ${id}_${end}`),
    ...arrows([...within, ...ending], '    '),
    '  }',
    ...own.map((end) => `  class ${id}_${end} ${end === 'done' ? 'done' : 'closed'}`),
  ];
}

const isEnd = (to: string): to is End => ends.some((end) => end === to);
const anywhere = 'anywhere';
const phaseOf = (name: string): string | undefined =>
  name === anywhere ? 'always' : Object.keys(phases).find((phase) => phases[phase]?.places.some((one) => one === name));
const idOf = (name: string): string => name.replaceAll('-', '_');
const nameOf = (place: Place): string => (place.includes('-') ? `state "${place}" as ${idOf(place)}` : place);

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly event: EventType;
  readonly reasons: ReadonlySet<string>;
  /** For what is drawn once: the states it comes from. */
  readonly only?: string;
}

/** One line for each pair: everything that leads from the one to the other. */
function arrows(all: readonly Arrow[], indent: string): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const arrow of [...all].sort(inReadingOrder)) {
    const pair = `${idOf(arrow.from)} --> ${idOf(arrow.to)}`;
    labels.set(pair, [...(labels.get(pair) ?? []), labelOf(arrow)]);
  }
  return [...labels].map(([pair, parts]) => `${indent}${pair} : ${parts.join('<br/>')}`);
}

function labelOf({ event, reasons, only }: Arrow): string {
  const told = [...reasons].filter((reason) => said[event]?.includes(reason) !== true).sort();
  return `${words[event]}${told.length === 0 ? '' : ` (${told.join(', ')})`}${only ?? ''}`;
}

/** Reasons that only repeat the event or the end. */
const said: Partial<Readonly<Record<EventType, readonly string[]>>> = {
  cancelled: ['person'],
  superseded: ['superseded'],
  disowned: ['disowned', 'person'],
  'account.frozen': ['frozen'],
  'account.found-disabled': ['disabled'],
  'account.found-barred': ['barred'],
  'lock.stood-again': ['locked-again'],
  'code.denied': ['denied-by-provider'],
  'proof.mismatched': ['proof-mismatch'],
  'approval.denied': ['denied'],
  'person.unknown': ['no-contact'],
  'effect.failed': ['refused-by-provider', 'unreachable'],
  'helpdesk.unreachable': ['helpdesk-unreachable'],
  'doubt.settled': ['settled-by-helpdesk'],
  'lock.lifted': ['unlocked'],
  'password.changed': ['password-changed'],
  'password.set': ['password-changed'],
  'password.not-seen': ['password-unconfirmed'],
  'enrolment.finished': ['enrolled'],
  'change.disowned': ['disowned'],
};

/** What ends a request in the same way from most states is drawn once. */
function gathered(edges: readonly Edge[], reached: readonly Place[]): readonly Arrow[] {
  const groups = new Map<string, Arrow[]>();
  for (const edge of edges) {
    const key = [edge.event, edge.to].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const froms = reached.filter((place) => group.some(({ from }) => from === place));
    if (first === undefined || !isEnd(first.to) || froms.length < reached.length / 3) return group;
    const reasons = new Set(group.flatMap((edge) => [...edge.reasons]));
    return [{ ...first, from: anywhere, reasons, only: onlyFrom(froms, reached) }];
  });
}

/** The shorter of the two: the states that are meant, or those that are not. */
function onlyFrom(froms: readonly Place[], reached: readonly Place[]): string {
  const missing = reached.filter((place) => !froms.includes(place));
  if (missing.length === 0) return '';
  return missing.length < froms.length - 1 ? ` — not from ${missing.join(', ')}` : ` — only from ${froms.join(', ')}`;
}
