// What people see, what may be stored, and what makes a decision valid: total, deterministic, without side effects.
import { isStillWanted } from '../../src/flows/begin.ts';
import type { PersonScreen } from '../../src/flows/screen.ts';
import { showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { FlowState } from '../../src/flows/state.ts';
import {
  account,
  ada,
  directoryAccount,
  email,
  enrolled,
  foreignContact,
  foreignLink,
  freshLink,
  healthy,
  jane,
  kim,
  mailOnPhone,
  mallory,
  newEmail,
  newText,
  sam,
  samsAccount,
  text,
  thisFlow,
} from './cast.ts';
import { always, answers, closes, isMoved, isProven, type MovedStep, moves, shows } from './claim.ts';
import { isTold } from './claims-telling.ts';
import { isPlain } from './moments.ts';
import { type Step, shifted } from './walk.ts';

/** Each state is drawn once, when the walk first reaches it. */
const isDiscovery = (step: MovedStep): boolean => step.isDiscovery;

const flowOf = ({ subject }: MovedStep, state: FlowState) => ({ ...subject, state, version: 7 });

const screenFor: Readonly<Record<FlowState['at'], readonly PersonScreen['shows'][]>> = {
  identifying: ['looking-you-up'],
  'choosing-contact': ['choose-contact'],
  sending: ['sending-code'],
  challenged: ['enter-code', 'code-dead'],
  checking: ['checking-code'],
  'entering-recovery-code': ['enter-recovery-code'],
  'checking-recovery-code': ['checking-recovery-code'],
  inspecting: ['verified'],
  'awaiting-approval': ['waiting-for-helpdesk'],
  fulfilling: ['unlocking'],
  'change-ready': ['change-link'],
  'link-ready': ['link'],
  opening: ['link-opened'],
  mailing: ['mailing-link'],
  changing: ['link-opened', 'link-mailed'],
  'choosing-password': ['password-page'],
  'setting-password': ['password-page'],
  'confirming-password': ['confirming-password'],
  'in-doubt': ['in-doubt'],
  removing: ['removing'],
  'signing-in': ['contacts', 'remove-contact'],
  'binding-actor': ['contacts'],
  managing: ['contacts'],
  'sending-new': ['contacts'],
  'challenged-new': ['contacts'],
  'checking-new': ['contacts'],
  linking: ['contacts'],
  unlinking: ['contacts'],
  closed: ['ended'],
};

const waitsForOthers: ReadonlySet<FlowState['at']> = new Set([
  'awaiting-approval',
  'in-doubt',
  'link-ready',
  'changing',
  'choosing-password',
  'setting-password',
  'confirming-password',
]);
/** What the person does themselves, also where it comes too late. */
const ofThePerson: ReadonlySet<string> = new Set([
  'code.requested',
  'code.submitted',
  'contact.reconsidered',
  'recovery-code.chosen',
  'recovery-code.submitted',
  'mail.requested',
  'cancelled',
  'disowned',
  'link.opened',
  'change.opened',
  'ticket.minted',
  'ticket.not-minted',
  'password.submitted',
  'password.refused',
  'password.not-set',
  'password.unknown',
  'password.too-soon',
  'old-password.rejected',
  'superseded',
  'account.frozen',
  'sessions.ended',
]);

export const showing = {
  'every ending is shown to the person': moves(closes, (step) => shows(step, 'person') !== undefined),
  'an ending after the proof reaches the person whatever window was closed': moves(
    (step) => closes(step) && isProven(step.before),
    (step) => shows(step, 'person')?.lasting === true,
  ),
  'every state can be shown to the person': moves(isDiscovery, (step) => {
    const { state } = step.decision;
    const screen = showPerson(flowOf(step, state), step.moment.now);
    return screenFor[state.at].includes(screen.shows) && screen.flow === thisFlow && screen.version === 7;
  }),
  'the contact that is shown is the one that was chosen': moves(
    ({ isDiscovery, decision: { state } }) => isDiscovery && 'contact' in state,
    (step) => {
      const { state } = step.decision;
      const screen = showPerson(flowOf(step, state), step.moment.now);
      return (
        'contact' in state &&
        'contact' in screen &&
        screen.contact.ref === state.contact &&
        screen.contact.masked !== '•••'
      );
    },
  ),
  'the person is offered "it wasn\'t me" only where pressing it still works': moves(
    ({ isDiscovery, decision: { state } }) => isDiscovery && state.at === 'closed',
    (step) => {
      const { state } = step.decision;
      const screen = showPerson(flowOf(step, state), step.moment.now);
      if (screen.shows !== 'ended' || !screen.canDisown) return true;
      if (state.at !== 'closed' || state.disownedAt !== undefined) return false;
      const isHeard =
        isProven(step.after) ||
        isTold(state, 'changed-elsewhere', 'requested-elsewhere', 'contact-imported', 'password-changed');
      return isHeard || state.page !== undefined;
    },
  ),
  'what the helpdesk is told it can see': moves(
    (step) => shows(step, 'helpdesk')?.lasting === true,
    (step) => {
      const screen = showHelpdesk(flowOf(step, step.decision.state));
      return screen !== undefined && screen.person === jane && screen.flow === thisFlow;
    },
  ),
  'where the helpdesk is asked, it sees what is needed and who has agreed': moves(
    ({ decision: { state } }) => state.at === 'awaiting-approval' || state.at === 'in-doubt',
    (step) => {
      const screen = showHelpdesk(flowOf(step, step.decision.state));
      if (screen?.shows !== 'approval') return screen?.shows === 'doubt' && step.decision.state.at === 'in-doubt';
      return screen.needed === step.after.approvalsNeeded && screen.approvals.length === step.after.votes.length;
    },
  ),
  'a card in the helpdesk channel shows the end': moves(
    (step) => closes(step) && step.before.helpdeskWasTold,
    (step) => shows(step, 'helpdesk') !== undefined && showHelpdesk(flowOf(step, step.decision.state)) !== undefined,
  ),
  'a card in the helpdesk channel always has something to show': moves(
    (step) => step.after.helpdeskWasTold,
    (step) => showHelpdesk(flowOf(step, step.decision.state)) !== undefined,
  ),
  'the helpdesk sees nothing of a flow that needs nobody': moves(
    ({ isDiscovery, after }) => isDiscovery && !after.helpdeskWasTold,
    (step) => showHelpdesk(flowOf(step, step.decision.state)) === undefined,
  ),
  'news is always shown to whom it is for': moves(
    ({ decision }) => decision.news !== undefined,
    (step) => (step.decision.news ?? []).every((viewer) => shows(step, viewer) !== undefined),
  ),
  "the answer to somebody's own press is no news to them": moves(
    ({ event }) => 'by' in event,
    ({ event, decision: { news = [] } }) => !news.includes('entitled' in event ? 'helpdesk' : 'person'),
  ),
  'what becomes of a request that waited for others is news to the person': moves(
    (step) => closes(step) && waitsForOthers.has(step.from.at) && !ofThePerson.has(step.event.type),
    ({ decision: { news = [] } }) => news.includes('person'),
  ),
  // A new set of recovery codes leaves the list as it is, and is news to whoever else is signed in as the person.
  'progress is no news': moves(
    ({ from, event, decision: { state } }) =>
      state.at === from.at && state.at !== 'closed' && event.type !== 'recovery-codes.renewed',
    ({ decision: { news } }) => news === undefined,
  ),
  'a doubt, a disowned request, and one that nobody answered are news to the helpdesk': moves(
    ({ event, decision: { state } }) => {
      if (state.at === 'in-doubt') return true;
      if (state.at !== 'closed' || 'entitled' in event) return false;
      const isDisowned = event.type === 'disowned' || event.type === 'change.disowned';
      return state.ending.because === 'approval' || (isDisowned && state.disownedAt !== undefined);
    },
    ({ decision: { news = [] } }) => news.includes('helpdesk'),
  ),
  'every order is still wanted by the state that gave it': moves(always, ({ decision }) =>
    decision.effects.every((effect) => isStillWanted(effect, decision.state)),
  ),
  'decide answers everything, and asks nothing of the world': answers(always, (step) => step.thrown === undefined),
  'decide is deterministic, and changes nothing that it is given': answers(
    (step) => (isMoved(step) && (step.isDiscovery || isPlain(step.moment))) || step.thrown !== undefined,
    (step) => step.thrown === undefined && isAlike(askedAgain(step), step.decision),
  ),
  'a decision depends on how long things take, not on the date': moves(
    ({ isDiscovery }) => isDiscovery,
    ({ subject, from, event, moment, decision, ask }) =>
      JSON.stringify(ask(shifted(subject, year), shifted(from, year), shifted(event, year), shifted(moment, year))) ===
      JSON.stringify(shifted(decision, year)),
  ),
  'no state, effect or event holds an address, a code or a link': moves(
    isDiscovery,
    ({ decision, event }) => isMadeOfKnownWords(decision) && isMadeOfKnownWords(event),
  ),
} as const;

const askedAgain = ({ ask, subject, from, event, moment }: Step) => ask(subject, from, event, moment);

/**
 * Compares part by part. What both took unchanged from the input is the same object, so this is fast when all is well.
 */
function isAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isRecord(one) || !isRecord(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => isAlike(one[name], other[name]) && (one[name] !== undefined || name in other));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object';

const year = 365 * 24 * 3_600_000;

const ids: ReadonlySet<string> = new Set([
  ...[
    jane,
    sam,
    kim,
    ada,
    mallory,
    account,
    samsAccount,
    directoryAccount,
    freshLink,
    foreignLink,
    foreignContact,
    thisFlow,
    healthy.connection,
    mailOnPhone.application,
    mailOnPhone.country,
  ],
  ...[email, text, enrolled].flatMap((contact) => [contact.ref, contact.masked]),
  ...[newEmail, newText].flatMap((draft) => [draft.key, draft.masked]),
]);

/** Every text is an id, a mask or a word of the flows' own vocabulary: lower case, short, joined by `-` or `.`. */
function isMadeOfKnownWords(value: unknown): boolean {
  if (typeof value === 'string') return ids.has(value) || /^[a-z]{2,12}([-.][a-z]{1,12}){0,3}$/.test(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.values(value).every(isMadeOfKnownWords);
}
