// The engine: runs flows and performs their effects, each once. Knows the flows and their ports, but no platform.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { createBackground } from '../concurrency/background-tasks.ts';
import type { Deadline } from '../concurrency/deadline.ts';
import { untilFinished } from '../concurrency/stop-times.ts';
import { begin } from '../flows/begin.ts';
import type { Effect, EffectName, EffectOutcome } from '../flows/effect.ts';
import type { EnrolmentAccess } from '../flows/enrolment-access.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type ActorId, type DeliveryId, type FlowId, flowId, instant, linkId } from '../flows/ids.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Clock, PasswordChange, PasswordChanges, Unmatched } from '../flows/ports.ts';
import type { ChangeAccess } from '../flows/sign-in-access.ts';
import type { Flow } from '../flows/state.ts';
import { type Applied, type EngineStore, type Intake, isStoreUnavailable, type Occasions } from '../flows/store.ts';
import { createChangeDesk } from './change-desk.ts';
import { checkCode } from './code-check.ts';
import { createDeliver, type Deliver, type ObserveEnded } from './deliver.ts';
import { createEnrolmentService, type EnrolmentServiceParts } from './enrolment-service.ts';
import { createFlowNotifier, type FlowNotifier } from './flow-notifier.ts';
import { takeOver } from './instance-takeover.ts';
import { createLinkService, type LinkService } from './link-service.ts';
import type { Links } from './links.ts';
import { createOccasionTelling, type ObserveOccasion } from './occasions.ts';
import { createPasswordChangePoller } from './password-change-poller.ts';
import type { World } from './perform.ts';
import { checkRecoveryCode, type RecoveryCodeParts } from './recovery-codes.ts';
import { createScheduler } from './scheduler.ts';
import { createReportUnmatched, unmatchedLater } from './unmatched.ts';
import { createWakeSignal, type WakeSignal } from './wake-signal.ts';
import { createWorker, type OrderUnderWay } from './worker.ts';

export interface Engine {
  /** Durable when it resolves: only then may the platform be told that the request arrived. */
  accept(intake: Intake): Promise<'accepted' | 'duplicate'>;
  /** The open flow of this person and kind, or a new one. */
  begin(intake: Intake): Promise<Flow>;
  deliver(flow: FlowId, event: FlowEvent, delivery?: DeliveryId): Promise<Applied>;
  /** Resolves when the attempt is reserved; the provider is asked in the background. The code stays in memory. */
  submitCode(flow: FlowId, by: ActorId, code: string, delivery: DeliveryId): Promise<Applied>;
  /** The same for a recovery code, without separators. */
  submitRecoveryCode(flow: FlowId, by: ActorId, code: string, delivery: DeliveryId): Promise<Applied>;
  settled: FlowNotifier['settled'];
  readonly links: LinkService;
  /** The sign-in of somebody who changes a known password. */
  readonly change: ChangeAccess;
  /** The pages of an enrolment. */
  readonly enrolment: EnrolmentAccess;
  /** The provider told us that a password was changed, by a request here or not. */
  passwordChanged(change: PasswordChange): Promise<void>;
  /**
   * Returns at once. `onResumed` is called for every flow whose person may see nothing of it yet, because the process that
   * accepted or began the request has died.
   */
  start(onResumed: OnResumed): void;
  /** Processes at once what is due. */
  wake(): void;
  /**
   * Begins nothing new from now on. Waits for what is under way, and for `answers`: what is asked for meanwhile is finished too.
   * `deadline`: of the whole stop; absent: this is all that stops.
   */
  stop(answers?: Promise<unknown>, deadline?: Deadline): Promise<void>;
  /** What `stop` waits for. */
  underWay(): EngineUnderWay;
}

export interface EngineUnderWay {
  readonly orders: readonly OrderUnderWay[];
  readonly codeChecks: number;
  readonly tasks: number;
}

type OnResumed = (flow: Flow) => void;

export interface EngineParts {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly policy: PolicyRules;
  /** The policy for the requests of one person. Absent: it is the same for everybody. */
  readonly policyOf?: (actor: ActorId) => PolicyRules;
  readonly world: World;
  readonly passwordChanges: PasswordChanges;
  readonly links: Links;
  /** What the pages of an enrolment need in addition. */
  readonly enrolment: Pick<EnrolmentServiceParts, 'signIns' | 'publicUrl' | 'keys' | 'rules' | 'noticeLinks'>;
  readonly recoveryCodes: RecoveryCodeParts;
  readonly log: Logger;
  readonly observe: (effect: EffectName, outcome: EffectOutcome) => void;
  /** Somebody was not matched to an account with a contact. */
  readonly observeUnmatched: (reason: Unmatched) => void;
  readonly observeEnded?: ObserveEnded | undefined;
  readonly occasions: Occasions;
  readonly observeOccasion: ObserveOccasion;
}

/** A request that was accepted this long ago and never begun: its process has died. */
const lostAfterMs = 5_000;

export function createEngine(parts: EngineParts): Engine {
  const { store, clock, policy, world, links, log, observe, observeUnmatched } = parts;
  const changes = createFlowNotifier(store);
  const wake = createWakeSignal();
  const newLinkId = () => linkId(randomId());
  const reportUnmatched = createReportUnmatched(log, observeUnmatched);
  const deliver = createDeliver({
    ...{ store, clock, policy, changes, newLinkId, wake },
    ...(parts.policyOf === undefined ? {} : { policyOf: parts.policyOf }),
    observeEnded(flow, ending, ms) {
      parts.observeEnded?.(flow, ending, ms);
      const unmatched = unmatchedLater(flow, ending.because);
      if (unmatched !== undefined) reportUnmatched(flow, unmatched);
    },
  });
  const passwordChanges = createPasswordChangePoller({ store, clock, changes: parts.passwordChanges, deliver, log });
  const occasions = createOccasionTelling({
    ...{ occasions: parts.occasions, clock, policy, wake, log },
    ...{ bindings: world.bindings, enrolments: world.enrolments },
    newId: () => flowId(randomId()),
    observe: parts.observeOccasion,
  });
  const worker = createWorker({
    store,
    clock,
    world,
    policy,
    deliver,
    log,
    random: Math.random,
    observe,
    reportUnmatched,
  });
  const scheduler = createScheduler({ store, clock, worker, deliver, passwordChanges, occasions, wake, log });
  const beginFlow = createBegin(parts, wake);
  const codes = createCodeSubmission(deliver, parts);
  const background = createBackground(log, 'enrolment.background.failed');
  const { signIns, publicUrl } = parts.enrolment;
  const changeDesk = createChangeDesk({
    ...{ links, store, policy, deliver, settled: changes.settled, signIns, publicUrl, log },
    ...world,
  });
  return {
    accept: (intake) => store.accept(intake),
    begin: beginFlow,
    deliver: (flow, event, delivery) => deliver(flow, event, delivery === undefined ? {} : { delivery }),
    submitCode: codes.submit,
    submitRecoveryCode: codes.submitRecoveryCode,
    settled: changes.settled,
    links: createLinkService({ links, store, policy, deliver, ...world, changeDesk, clock, log }),
    change: changeDesk,
    enrolment: createEnrolmentService({
      ...parts.enrolment,
      recoveryCodes: parts.recoveryCodes,
      ...{ links, store, deliver, settled: changes.settled, background, log },
      ...world,
    }),
    async passwordChanged(change) {
      if (!(await passwordChanges.report(change))) await occasions.changedElsewhere(change);
    },
    start(onResumed) {
      scheduler.start(async () => {
        await takeOver({ store, clock, deliver, wake, show: onResumed, log });
        await resume(parts, beginFlow, onResumed);
      });
    },
    wake: wake.raise,
    async stop(answers = Promise.resolve(), deadline = untilFinished()) {
      const answered = answers.then(async () => {
        await codes.idle();
        await background.settled(deadline.leftMs());
      });
      await scheduler.stop(answered);
    },
    underWay: () => ({ orders: worker.underWay(), codeChecks: codes.count(), tasks: background.count() }),
  };
}

type Begin = (intake: Intake) => Promise<Flow>;

function createBegin({ store, clock, policy, log }: EngineParts, wake: WakeSignal): Begin {
  return async (intake) => {
    const now = clock.now();
    const { state, effects } = begin(now, policy.limits);
    const { flow, began } = await store.begin({ intake, id: flowId(randomId()), state, effects, now });
    // The one line that has both ids: that of the web request, and that which all further work for this request is logged with.
    if (began) log.info({ flow: flow.id, kind: flow.kind, actor: flow.actor }, 'a request began');
    if (began) wake.raise();
    return flow;
  };
}

/** Begins the requests that were accepted by a process that died before it began them. */
async function resume({ store, clock, log }: EngineParts, beginFlow: Begin, onResumed: OnResumed): Promise<void> {
  const resumeOne = async (intake: Intake): Promise<void> => {
    log.warn({ actor: intake.actor, kind: intake.kind }, 'a request was accepted but not begun; beginning it now');
    try {
      onResumed(await beginFlow(intake));
    } catch (error) {
      if (isStoreUnavailable(error)) throw error;
      // It must not hold up the requests after it.
      log.error({ actor: intake.actor, err: error }, 'a request that was accepted cannot be begun');
    }
  };
  const before = instant(clock.now() - lostAfterMs);
  for await (const intakes of store.unbegun(before)) for (const intake of intakes) await resumeOne(intake);
}

function createCodeSubmission(deliver: Deliver, { world, clock, log, recoveryCodes }: EngineParts) {
  const inBackground = new Set<Promise<void>>();
  const run = (check: Promise<void>): void => {
    const work = check.finally(() => inBackground.delete(work));
    inBackground.add(work);
  };
  const submit: Engine['submitCode'] = async (flow, by, code, delivery) => {
    const applied = await deliver(flow, { type: 'code.submitted', by }, { delivery });
    const order = applied.kind === 'moved' ? applied.volatile.find(isCheck) : undefined;
    if (applied.kind === 'moved' && order !== undefined)
      run(checkCode(applied.flow, order, code, { codes: world.codes, clock, deliver, log }));
    return applied;
  };
  const submitRecoveryCode: Engine['submitRecoveryCode'] = async (flow, by, code, delivery) => {
    const applied = await deliver(flow, { type: 'recovery-code.submitted', by }, { delivery });
    const order = applied.kind === 'moved' ? applied.volatile.find(isRecoveryCheck) : undefined;
    if (applied.kind === 'moved' && order !== undefined)
      run(checkRecoveryCode(applied.flow, order.account, code, { ...recoveryCodes, clock, deliver, log }));
    return applied;
  };
  return {
    submit,
    submitRecoveryCode,
    idle: async () => void (await Promise.allSettled(inBackground)),
    count: () => inBackground.size,
  };
}

const isCheck = (effect: Effect): effect is Extract<Effect, { do: 'check-code' }> => effect.do === 'check-code';
const isRecoveryCheck = (effect: Effect): effect is Extract<Effect, { do: 'check-recovery-code' }> =>
  effect.do === 'check-recovery-code';

/** 128 random bits, 22 base64url characters. */
const randomId = (): string => randomBytes(16).toString('base64url');
