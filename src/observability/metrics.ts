// The text of /metrics, in Prometheus' format. Counts and times only: labels come from closed sets and never name
// anybody. Has a registry of its own, so that two can exist in one process.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { withTimeout } from '../concurrency/timeout.ts';
import type { CheckState } from '../doctor/check.ts';
import type { EffectName, EffectOutcome } from '../flows/effect.ts';
import type { Ending } from '../flows/ending.ts';
import { type ActorId, actorParts } from '../flows/ids.ts';
import type { Occasion } from '../flows/notice.ts';
import type { Failure } from '../flows/outcome.ts';
import type { Clock, Unmatched } from '../flows/ports.ts';
import { type FlowKind, type FlowState, places } from '../flows/state.ts';

export interface Metrics {
  /** A request for a flow arrived. */
  readonly request: (platform: string, kind: FlowKind, outcome: 'accepted' | 'duplicate' | 'throttled') => void;
  /** A request ended, so long after it began. */
  readonly ended: (
    flow: { readonly actor: ActorId; readonly kind: FlowKind },
    ending: Pick<Ending, 'outcome' | 'because'>,
    ms: number,
  ) => void;
  readonly effect: (name: EffectName, outcome: EffectOutcome) => void;
  /** A request ended before any contact could be offered. */
  readonly unmatched: (reason: Unmatched) => void;
  /** What happened to an account without a request here, and what became of telling its people. */
  readonly occasion: (what: Occasion['what'], outcome: 'told' | 'nobody' | 'known' | 'given-up') => void;
  /** No code was sent to somebody who typed a name: those of the hour for all of them are used up. */
  readonly typedCodesUsedUp: () => void;
  /** A text message to somebody who typed a name. `country`: ISO 3166 or a calling code. */
  readonly typedText: (country: string, outcome: 'sent' | 'capped') => void;
  /** How many accounts of a connection have a contact. `connection`: a name from the policy. */
  readonly coverage: (connection: string, counted: { readonly accounts: number; readonly withContact: number }) => void;
  /** The notice about a changed contact to one address. */
  readonly notice: (outcome: 'sent' | Failure['kind']) => void;
  /** A call to another system; `call` is a fixed name such as `ticket-mint`. */
  readonly outsideCall: (system: OutsideSystem, call: string, outcome: 'ok' | Failure['kind'], ms: number) => void;
  /** A web request was answered; `route` is the pattern, never the address. */
  readonly answered: (route: string, status: number, ms: number) => void;
  /** Entries of Auth0's log stream that could not be read. */
  readonly hookSkipped: (entries: number) => void;
  /** How far Auth0's clock is ahead of ours, in milliseconds. */
  readonly auth0Clock: (aheadMs: number) => void;
  /**
   * How many calls of a group Auth0 still allows at once, as it said in an answer. Nothing is known any more when that was
   * `isFullInMs` ago.
   */
  readonly auth0Budget: (limit: string, left: number, isFullInMs: number) => void;
  /** Slack said that it withholds events; it says so once for each minute. */
  readonly slackEventsWithheld: () => void;
  /** The present state of each of the doctor's checks, by name. */
  readonly checks: (states: ReadonlyMap<string, CheckState>) => void;
  readonly contentType: string;
  text(): Promise<string>;
}

type OutsideSystem = 'auth0' | 'slack' | 'teams' | 'mail' | 'directory';

export interface Tally {
  readonly open: Readonly<Record<string, number>>;
  readonly waitingEffects: number;
  /** When the oldest order was given that is not carried out yet; absent: there is none. Milliseconds, as the next one. */
  readonly oldestEffectAt?: number;
  /** From when the next order can be carried out; may be to come. */
  readonly readySince?: number;
}

/** A request that another process has ended. */
type EndedElsewhere = {
  readonly actor: ActorId;
  readonly kind: FlowKind;
  readonly startedAt: number;
  readonly state: FlowState;
};

interface MetricsSources {
  tally(): Promise<Tally>;
  /** Each is returned once. */
  takeUncounted?(): Promise<readonly EndedElsewhere[]>;
  readonly clock: Clock;
}

/** How long /metrics waits for the database before it answers without the gauges of flows. */
const tallyWithinMs = 2_000;

/** What becomes of requests. */
function createRequestInstruments(registers: Registry[]) {
  const requests = new Counter({
    name: 'latchkey_requests_total',
    help: 'Requests for a reset, an unlock or an enrolment, by what became of them on arrival',
    labelNames: ['platform', 'kind', 'outcome'] as const,
    registers,
  });
  const closed = new Counter({
    name: 'latchkey_requests_closed_total',
    help: 'Requests that ended, by how and why',
    labelNames: ['platform', 'kind', 'outcome', 'because'] as const,
    registers,
  });
  // A rule that waits for the first one sees a rise only where the series was there before.
  for (const platform of ['slack', 'teams'])
    for (const kind of ['reset', 'unlock']) closed.inc({ platform, kind, outcome: 'expired', because: 'approval' }, 0);
  const resolution = new Histogram({
    name: 'latchkey_request_seconds',
    help: 'From the request to its end, by how it ended',
    labelNames: ['platform', 'kind', 'outcome'] as const,
    buckets: [15, 30, 60, 120, 180, 300, 450, 600, 900, 1800, 3600],
    registers,
  });
  return { requests, closed, resolution };
}

/** What is sent to people who typed a name. */
function createTypedInstruments(registers: Registry[]) {
  const texts = new Counter({
    name: 'latchkey_typed_texts_total',
    help: 'Text messages to people who typed a name, by country',
    labelNames: ['country'] as const,
    registers,
  });
  const textsCapped = new Counter({
    name: 'latchkey_typed_texts_capped_total',
    help: 'Text messages to people who typed a name that were not sent, because those of the day to that country are used up',
    registers,
  });
  const codesUsedUp = new Counter({
    name: 'latchkey_typed_codes_used_up_total',
    help: 'Codes that people who typed a name were not sent, because those of the hour for all of them are used up',
    registers,
  });
  return { texts, textsCapped, codesUsedUp };
}

/** What else is counted and measured while it happens. */
function createInstruments(registers: Registry[]) {
  const effects = new Counter({
    name: 'latchkey_effects_total',
    help: 'Orders to the world, by what became of each try',
    labelNames: ['effect', 'outcome'] as const,
    registers,
  });
  const unmatched = new Counter({
    name: 'latchkey_people_unmatched_total',
    help: 'Requests of people without an account and contact that can be used, by the reason',
    labelNames: ['reason'] as const,
    registers,
  });
  const notices = new Counter({
    name: 'latchkey_notices_total',
    help: 'Notices by mail about changed contacts, one for each address, by what became of them',
    labelNames: ['outcome'] as const,
    registers,
  });
  const occasions = new Counter({
    name: 'latchkey_occasions_total',
    help: 'Requests on the web, passwords changed elsewhere and contacts from a file, by what became of telling the people of the account',
    labelNames: ['what', 'outcome'] as const,
    registers,
  });
  // As above: the first one must show as a rise.
  for (const what of ['requested-elsewhere', 'password-changed', 'contact-imported'])
    occasions.inc({ what, outcome: 'given-up' }, 0);
  const calls = new Histogram({
    name: 'latchkey_outside_call_seconds',
    help: 'Calls to other systems, by name and outcome',
    labelNames: ['system', 'call', 'outcome'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16],
    registers,
  });
  const answers = new Histogram({
    name: 'latchkey_http_seconds',
    help: 'Web requests answered, by route and status class',
    labelNames: ['route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
    registers,
  });
  const skipped = new Counter({
    name: 'latchkey_hook_entries_skipped_total',
    help: 'Entries of the Auth0 log stream that could not be read',
    registers,
  });
  const withheld = new Counter({
    name: 'latchkey_slack_events_withheld_total',
    help: 'How often Slack said that it withholds events because there were too many',
    registers,
  });
  const auth0Clock = new Gauge({
    name: 'latchkey_auth0_clock_ahead_seconds',
    help: 'How far the clock of Auth0 is ahead of this machine; negative where it is behind',
    registers,
  });
  const checks = new Gauge({
    name: 'latchkey_check',
    help: 'What the doctor last found: 1 for the present state of each check',
    labelNames: ['check', 'state'] as const,
    registers,
  });
  return {
    effects,
    unmatched,
    notices,
    occasions,
    calls,
    answers,
    skipped,
    withheld,
    auth0Clock,
    checks,
  };
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const instruments = createInstruments(registers);
  const { requests, closed, resolution } = createRequestInstruments(registers);
  const { effects, unmatched, notices, occasions, calls, answers } = instruments;
  const { texts, textsCapped, codesUsedUp } = createTypedInstruments(registers);
  const { skipped, withheld, auth0Clock, checks } = instruments;
  const budgets = createBudgetGauge(sources.clock, registers);
  const platforms = closedSet(8);
  const flowGauges = createFlowGauges(sources, registers);
  const coverage = createCoverageGauges(registers);
  const callNames = closedSet(64);
  const routes = closedSet(64);

  const ended: Metrics['ended'] = ({ actor, kind }, { outcome, because }, ms) => {
    const labels = { platform: platforms(actorParts(actor).platform), kind, outcome };
    closed.inc({ ...labels, because });
    resolution.observe(labels, Math.max(0, ms) / 1000);
  };
  // Counted also where it takes too long for this answer: what was taken is not returned again.
  const countUncounted = async (): Promise<void> => {
    for (const { state, startedAt, ...flow } of (await sources.takeUncounted?.()) ?? [])
      if (state.at === 'closed') ended(flow, state.ending, state.closedAt - startedAt);
  };

  return {
    request: (platform, kind, outcome) => requests.inc({ platform: platforms(platform), kind, outcome }),
    ended,
    effect: (effect, outcome) => effects.inc({ effect, outcome }),
    unmatched: (reason) => unmatched.inc({ reason }),
    notice: (outcome) => notices.inc({ outcome }),
    typedCodesUsedUp: () => codesUsedUp.inc(),
    typedText: (country, outcome) => (outcome === 'sent' ? texts.inc({ country }) : textsCapped.inc()),
    occasion: (what, outcome) => occasions.inc({ what, outcome }),
    coverage,
    outsideCall: (system, call, outcome, ms) =>
      calls.observe({ system, call: callNames(call), outcome }, Math.max(0, ms) / 1000),
    answered: (route, status, ms) =>
      answers.observe({ route: routes(route), status: `${Math.floor(status / 100)}xx` }, Math.max(0, ms) / 1000),
    hookSkipped: (entries) => skipped.inc(entries),
    slackEventsWithheld: () => withheld.inc(),
    auth0Budget: budgets.note,
    auth0Clock: (aheadMs) => auth0Clock.set(aheadMs / 1000),
    checks: (states) => {
      checks.reset();
      for (const [check, state] of states) checks.set({ check, state }, 1);
    },
    contentType: registry.contentType,
    text: async () => {
      budgets.refresh();
      const counted = withTimeout(countUncounted(), tallyWithinMs).catch(() => undefined);
      await Promise.all([flowGauges.refresh(), counted]);
      return registry.metrics();
    },
  };
}

function createBudgetGauge(clock: Clock, registers: Registry[]) {
  const gauge = new Gauge({
    name: 'latchkey_auth0_budget_left',
    help: 'Calls that Auth0 still allows at once, by its group, as it said last; absent where it has not said so lately',
    labelNames: ['limit'] as const,
    registers,
  });
  const said = new Map<string, number>();
  const limits = closedSet(16);
  return {
    note(group: string, left: number, isFullInMs: number) {
      const limit = limits(group);
      gauge.set({ limit }, left);
      said.set(limit, clock.now() + isFullInMs);
    },
    refresh() {
      for (const [limit, until] of said) {
        if (clock.now() < until) continue;
        gauge.remove({ limit });
        said.delete(limit);
      }
    },
  };
}

/** What the label says, see `coverageGroups`. */
const byConnection =
  'by connection of the policy; where it names none, every database together and every Active Directory together';

function createCoverageGauges(registers: Registry[]): Metrics['coverage'] {
  const labelNames = ['connection'] as const;
  const accounts = new Gauge({
    name: 'latchkey_enrolment_accounts',
    help: `Accounts, ${byConnection}; counted now and then, absent before that`,
    labelNames,
    registers,
  });
  const withContact = new Gauge({
    name: 'latchkey_enrolment_accounts_with_contact',
    help: `Accounts to which a contact is linked, usable or not, ${byConnection}`,
    labelNames,
    registers,
  });
  return (connection, counted) => {
    accounts.set({ connection }, counted.accounts);
    withContact.set({ connection }, counted.withContact);
  };
}

function createFlowGauges(sources: MetricsSources, registers: Registry[]) {
  const open = new Gauge({
    name: 'latchkey_open_flows',
    help: 'Open flows, by the place where they stand',
    labelNames: ['at'] as const,
    registers,
  });
  const approvals = new Gauge({
    name: 'latchkey_approvals_waiting',
    help: 'Flows that wait for the helpdesk',
    registers,
  });
  const waiting = new Gauge({ name: 'latchkey_effects_waiting', help: 'Orders not carried out yet', registers });
  const oldest = new Gauge({
    name: 'latchkey_effects_oldest_seconds',
    help: 'Age of the oldest order that is not carried out yet; 0 where there is none',
    registers,
  });
  const overdue = new Gauge({
    name: 'latchkey_effects_overdue_seconds',
    help: 'For how long an order has been ready without anybody carrying it out; 0 where there is none',
    registers,
  });
  const isUp = new Gauge({
    name: 'latchkey_database_up',
    help: '1 where the database could be counted for this answer; 0: the gauges of flows are absent or old',
    registers,
  });
  return {
    async refresh() {
      const tally = await withTimeout(sources.tally(), tallyWithinMs).catch(() => undefined);
      isUp.set(tally === undefined ? 0 : 1);
      if (tally === undefined) return;
      for (const at of places) if (at !== 'closed') open.set({ at }, tally.open[at] ?? 0);
      approvals.set(tally.open['awaiting-approval'] ?? 0);
      waiting.set(tally.waitingEffects);
      const secondsSince = (at: number | undefined) =>
        at === undefined ? 0 : Math.max(0, sources.clock.now() - at) / 1000;
      oldest.set(secondsSince(tally.oldestEffectAt));
      overdue.set(secondsSince(tally.readySince));
    },
  };
}

/**
 * Accepts names from other code if they are well-formed and few, and turns the rest into `other`, so that an id can never become
 * a label.
 */
function closedSet(size: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= size || !/^[a-z/][A-Za-z0-9/.:*_-]{0,40}$/.test(name)) return 'other';
    known.add(name);
    return name;
  };
}
