// The ways in for people who cannot reach chat, where the policy has them.
import type { Logger } from 'pino';
import { createBackground } from '../concurrency/background-tasks.ts';
import { createRateLimiter } from '../concurrency/rate-limiter.ts';
import { createResponsePacer } from '../concurrency/response-pacer.ts';
import type { Config } from '../config/config.ts';
import type { Policy } from '../config/policy/policy-file.ts';

import type { Engine } from '../engine/engine.ts';
import type { TypedIdentification } from '../engine/identify.ts';
import { createProvenActs } from '../engine/proven-acts.ts';
import { createSelfService } from '../engine/self-service.ts';
import { createTypedPeople } from '../engine/typed-people.ts';
import { type ActorId, actorParts } from '../flows/ids.ts';
import type { Clock, People } from '../flows/ports.ts';
import type { RecoveryAccess } from '../flows/recovery-access.ts';
import type { SelfServiceAccess } from '../flows/self-service-access.ts';
import type { FlowStore } from '../flows/store.ts';
import { createSealer } from '../inbound/sealed-cookie.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createSigningKeys, deriveKeys } from '../signing-keys.ts';

export interface SelfService {
  readonly access: SelfServiceAccess;
  /** After the first proof, for the pages. */
  readonly act: RecoveryAccess['act'];
  /** Waits for what goes on behind the answers. */
  settled(withinMs: number): Promise<void>;
  underWay(): number;
}

interface WayInParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly store: Pick<FlowStore, 'typedSessions' | 'latestFlowOf'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds. For tests, to which the usual ones are long. */
  readonly beats?: Beats;
  /** How many names are taken at once before they are slowed down. For measurements, to which the usual burst is small. */
  readonly namesAtOnce?: number;
}

/** `quick`: of answers that ask nobody; `check`: of those that may ask the provider. */
export interface Beats {
  readonly quickMs: number;
  readonly checkMs: number;
}

/** A burst of names, and then one a second: the look-up of each costs a call to the provider, which people in chat need too. */
const usualNamesAtOnce = 60;
const nameEveryMs = 1_000;
/** Of browsers that computed nothing: without scripts, or programs. */
const slowNamesAtOnce = 20;
const slowNameEveryMs = 3_000;
/** Nobody keeps a turn that comes later: their session would be over, and those after them would wait for nobody. */
const oneAfterTheOther = { waitAtMostMs: 0, reserveWithinMs: 60_000 } as const;
/** In parts of a beat. */
const jitter = 0.2;
const usualBeats: Beats = { quickMs: 300, checkMs: 1_000 };

const nameSealer = ({ secretKeys }: Config, clock: Clock) => createSealer(deriveKeys(secretKeys, 'typed-name'), clock);

export const createTypedPeopleOf = (
  config: Config,
  { typedSessions }: Pick<FlowStore, 'typedSessions'>,
  clock: Clock,
): People => createTypedPeople(typedSessions, nameSealer(config, clock));

export const createTypedIdentification = ({
  policy: { selfService },
  store: { typedSessions },
  clock,
  log,
  metrics,
}: Pick<WayInParts, 'policy' | 'store' | 'clock' | 'log'> & {
  readonly metrics: Pick<Metrics, 'typedText' | 'typedCodesUsedUp'>;
}): TypedIdentification => ({
  proof: selfService.proof,
  async takeCode(actor: ActorId) {
    const isLeft = await typedSessions.takeCode(actorParts(actor).user, selfService.codesPerHour, clock.now());
    if (!isLeft) {
      metrics.typedCodesUsedUp();
      log.warn(
        { event: 'typed.codes.used-up', actor },
        'the codes of this hour for people who typed a name are used up',
      );
    }
    return isLeft;
  },
  mayText: (actor) => async (country) => {
    const takenAt = clock.now();
    const may = await typedSessions.takeText(country, selfService.textsPerDay, takenAt);
    if (may.is === 'not-yet') {
      metrics.typedText(country, 'capped');
      const again = new Date(may.again).toISOString();
      log.warn({ event: 'typed.texts.capped', actor, country, again }, 'text messages to this country are used up');
      return may;
    }
    return {
      is: 'yes',
      async settle(mayBeSent) {
        if (mayBeSent) metrics.typedText(country, 'sent');
        else await typedSessions.giveTextBack(country, takenAt);
      },
    };
  },
});

export function createSelfServiceOf(
  { config, policy, store, clock, log, beats = usualBeats, namesAtOnce = usualNamesAtOnce }: WayInParts,
  engine: Engine,
  typed: TypedIdentification,
): SelfService {
  const background = createBackground(log, 'self-service.background.failed');
  const keys = createSigningKeys(config.secretKeys);
  const access = createSelfService({
    ...{ engine, store, policy, typed, background, clock },
    sessions: store.typedSessions,
    hashOf: (name) => keys.sign('typed-name', name),
    seal: nameSealer(config, clock),
    names: {
      usual: createRateLimiter({ ...oneAfterTheOther, everyMs: nameEveryMs, atOnce: namesAtOnce, now: clock.now }),
      slow: createRateLimiter({
        ...{ ...oneAfterTheOther, everyMs: slowNameEveryMs, atOnce: slowNamesAtOnce, now: clock.now },
      }),
      program: createRateLimiter({ ...oneAfterTheOther, everyMs: nameEveryMs, atOnce: namesAtOnce, now: clock.now }),
    },
    pace: {
      quick: createResponsePacer({ beatMs: beats.quickMs, jitterMs: beats.quickMs * jitter }),
      checks: createResponsePacer({ beatMs: beats.checkMs, jitterMs: beats.checkMs * jitter }),
    },
  });
  return { access, act: createProvenActs({ access, engine }), settled: background.settled, underWay: background.count };
}
