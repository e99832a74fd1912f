// Makes it happen once: knows the flows and their ports, no platform. Everything outside talks to this face.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { begin } from '../flows/begin.ts';
import type { Effect, EffectName, EffectOutcome } from '../flows/effect.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type ActorId, type DeliveryId, type FlowId, flowId, instant, linkId } from '../flows/ids.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import { type Applied, type FlowStore, type Intake, isStoreUnavailable } from '../flows/store.ts';
import { checkCode } from './code-check.ts';
import { createDeliver } from './deliver.ts';
import { createFlowNotifier, type FlowNotifier } from './flow-notifier.ts';
import { createLinkService, type LinkService } from './link-service.ts';
import type { Links } from './links.ts';
import { createPasswordChangePoller } from './password-change-poller.ts';
import type { World } from './perform.ts';
import { createScheduler } from './scheduler.ts';
import { takeOver } from './take-over.ts';
import { createWorker } from './worker.ts';

export interface Engine {
  /** Durable when it resolves: only then may the platform be told that the request arrived. */
  accept(intake: Intake): Promise<'accepted' | 'duplicate'>;
  /** The open flow of this person and kind, or a new one. */
  begin(intake: Intake): Promise<Flow>;
  deliver(flow: FlowId, event: FlowEvent, delivery?: DeliveryId): Promise<Applied>;
  /** Reserves the attempt, then asks the provider behind the answer. The code stays in memory. */
  submitCode(flow: FlowId, by: ActorId, code: string, delivery: DeliveryId): Promise<Applied>;
  settled: FlowNotifier['settled'];
  readonly links: LinkService;
  /** The provider told us that a password was changed. */
  passwordChanged(change: PasswordChange): Promise<void>;
  start(): void;
  /** Looks at once at what is due. */
  wake(): void;
  stop(): Promise<void>;
}

export interface EngineParts {
  readonly store: FlowStore;
  readonly clock: Clock;
  readonly policy: PolicyRules;
  readonly world: World;
  readonly passwordChanges: PasswordChanges;
  readonly links: Links;
  readonly log: Logger;
  readonly observe: (effect: EffectName, outcome: EffectOutcome) => void;
  /** Called for every flow that was begun from an accepted request whose process died, or that nobody sees. Returns at once. */
  readonly onResumed: (flow: Flow) => Promise<void>;
}

/** An accepted request that nobody began for this long was lost with its process. */
const lostAfterMs = 5_000;

export function createEngine(parts: EngineParts): Engine {
  const { store, clock, policy, world, log } = parts;
  const changes = createFlowNotifier(store);
  const nudge = (): void => scheduler.nudge();
  const newLinkId = () => linkId(randomId());
  const deliver = createDeliver({ store, clock, policy, changes, newLinkId, nudge });
  const watch = createPasswordChangePoller({ store, clock, changes: parts.passwordChanges, deliver, log });
  const { observe } = parts;
  const worker = createWorker({ store, clock, world, deliver, log, random: Math.random, observe });

  const beginFlow = async (intake: Intake): Promise<Flow> => {
    const now = clock.now();
    const { state, effects } = begin(now, policy.limits);
    const { flow, began } = await store.begin({ intake, id: flowId(randomId()), state, effects, now });
    if (began) nudge();
    return flow;
  };

  const goOn = async (): Promise<void> => {
    await takeOver({ store, clock, deliver, nudge, show: parts.onResumed, log });
    await resume();
  };

  const resumeOne = async (intake: Intake): Promise<void> => {
    log.warn({ actor: intake.actor, kind: intake.kind }, 'a request was accepted but not begun; beginning it now');
    try {
      await parts.onResumed(await beginFlow(intake));
    } catch (error) {
      if (isStoreUnavailable(error)) throw error;
      // Those behind it have their turn.
      log.error({ actor: intake.actor, err: error }, 'a request that was accepted cannot be begun');
    }
  };

  const resume = async (): Promise<void> => {
    const before = instant(clock.now() - lostAfterMs);
    for await (const intakes of store.unbegun(before)) for (const intake of intakes) await resumeOne(intake);
  };

  const scheduler = createScheduler({ store, clock, worker, deliver, watch, goOn, log });
  const inBackground = new Set<Promise<void>>();

  return {
    accept: (intake) => store.accept(intake),
    begin: beginFlow,
    deliver: (flow, event, delivery) => deliver(flow, event, delivery === undefined ? {} : { delivery }),
    async submitCode(flow, by, code, delivery) {
      const applied = await deliver(flow, { type: 'code.submitted', by }, { delivery });
      const order = applied.kind === 'moved' ? applied.volatile.find(isCheck) : undefined;
      if (applied.kind === 'moved' && order !== undefined) {
        const work = checkCode(applied.flow, order, code, { codes: world.codes, deliver, log }).finally(() =>
          inBackground.delete(work),
        );
        inBackground.add(work);
      }
      return applied;
    },
    settled: changes.settled,
    links: createLinkService({
      links: parts.links,
      store,
      clock,
      policy,
      deliver,
      people: world.people,
      tickets: world.tickets,
      directory: world.directory,
      log,
    }),
    passwordChanged: watch.told,
    start: () => scheduler.start(),
    wake: nudge,
    async stop() {
      await Promise.allSettled(inBackground);
      await scheduler.stop();
    },
  };
}

const isCheck = (effect: Effect): effect is Extract<Effect, { do: 'check-code' }> => effect.do === 'check-code';

/** 128 random bits, 22 base64url characters. */
const randomId = (): string => randomBytes(16).toString('base64url');
