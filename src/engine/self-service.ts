// For people who cannot reach chat and type a name. What they read before the proof comes from their session alone: it counts tries,
// codes and times for every name alike, and behind it a request runs, or none does.
import { randomBytes } from 'node:crypto';
import type { RateLimiter } from '../concurrency/rate-limiter.ts';
import type { Paced, ResponsePacer } from '../concurrency/response-pacer.ts';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import { type Instant, later } from '../flows/ids.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type {
  HeldSession,
  NameLane,
  SelfServiceAccess,
  SessionStanding,
  TypedCodeAnswer,
} from '../flows/self-service-access.ts';
import type { TypedSession } from '../flows/typed-session.ts';
import { foldAddress } from '../text/case-folding.ts';
import { isMailAddress } from '../text/mail-address.ts';
import { readCode } from '../text/typed-code.ts';
import { limitsOfName } from './policy-of.ts';
import { actorOfSession } from './typed-people.ts';
import { createTypedRequests, isProven, type TypedRequests, type TypedRequestsParts } from './typed-requests.ts';

export interface SelfServiceParts extends TypedRequestsParts {
  readonly policy: PolicyRules;
  /** A keyed hash of a name, for counters. */
  readonly hashOf: (name: string) => string;
  readonly seal: { seal(value: unknown, until: Instant): Promise<string | undefined> };
  /** Of names that are typed, all together, by lane. */
  readonly names: Readonly<Record<NameLane, Pick<RateLimiter, 'take'>>>;
  /** `quick`: of what asks nobody; `checks`: of what may ask the provider. */
  readonly pace: { readonly quick: ResponsePacer; readonly checks: ResponsePacer };
}

/** Longer than any name that could be right, and shorter than what a seal can hold. */
const nameCharsAtMost = 320;
/** On top of every step of a request at its longest. */
const spareSeconds = 3_600;

const newId = (): string => randomBytes(16).toString('base64url');

export function createSelfService(parts: SelfServiceParts): SelfServiceAccess {
  const { engine, sessions, policy, names, pace, clock } = parts;
  const limits = limitsOfName(policy);
  const requests = createTypedRequests(parts);
  const open = createOpen(parts, requests);
  const oneOf = createSingleFlight<string, Identified>();
  async function identifyOnce(session: HeldSession, name: string, lane: NameLane): Promise<Identified> {
    // A turn is for somebody who comes for the first time: whoever sends one session again and again takes none from the others.
    if ((await sessions.find(session.id)) !== undefined) return { is: 'used' };
    // In the slow lane people wait for long: each has a turn of their own.
    const turn = lane === 'slow' ? names.slow.take('all', session.id) : names[lane].take('all');
    if ('comeBackInMs' in turn) return { is: 'crowded', inMs: turn.comeBackInMs };
    return pace.quick(async () => ({ value: { is: await open(session, name) }, isReal: true }));
  }
  return {
    actorOf: ({ id }) => actorOfSession(id),
    begin: (kind) => ({ id: newId(), kind }),
    async identify(session, name, lane = 'usual') {
      // Whoever sends one session many times at once takes one turn from the others.
      let isFirst = false;
      const identified = await oneOf(session.id, () => {
        isFirst = true;
        return identifyOnce(session, name, lane);
      });
      return isFirst || identified.is === 'crowded' ? identified : { is: 'used' };
    },
    async standing({ id, claim }) {
      const standing = standingOf(await sessions.find(id), claim);
      // On the beat: a request that has just ended with it is still being put away, where there is one.
      return standing === 'over' ? pace.quick(async () => ({ value: standing, isReal: false })) : standing;
    },
    check: createCheck(parts, requests),
    resend: (session) =>
      pace.quick<Resent>(async () => {
        const now = clock.now();
        // Otherwise a code of this hour would be used up, and none sent.
        if (await requests.isLost(session)) {
          await sessions.end(session.id, now);
          return { value: { is: 'ended' }, isReal: true };
        }
        const ordered = await sessions.resend(session.id, limits, now);
        if (ordered.is === 'too-soon') return { value: { is: 'too-soon', inMs: ordered.again - now }, isReal: true };
        if (ordered.is === 'ordered' && ordered.isReal) requests.sendAgain(session);
        return { value: { is: ordered.is === 'ordered' ? 'sent' : 'ended' }, isReal: true };
      }),
    async proven(session, patienceMs) {
      const flow = await requests.proven(session);
      return flow === undefined ? undefined : ((await engine.settled(flow.id, patienceMs)) ?? flow);
    },
    end: requests.cancel,
  };
}

type Identified = Awaited<ReturnType<SelfServiceAccess['identify']>>;
function standingOf(known: TypedSession | undefined, claim: string | undefined): SessionStanding {
  if (known === undefined) return 'new';
  if (known.endedAt !== undefined) return 'over';
  if (known.isPassed !== true) return 'asked';
  return claim === known.claim ? 'proven' : 'over';
}

type Resent = Awaited<ReturnType<SelfServiceAccess['resend']>>;

/** Stored, then answered: what becomes of the name shows in no answer. */
function createOpen({ sessions, policy, hashOf, seal, clock }: SelfServiceParts, requests: TypedRequests) {
  const limits = limitsOfName(policy);
  return async ({ id, kind }: HeldSession, typed: string): Promise<'asked' | 'used'> => {
    const name = typed.trim();
    const isName = name.length <= nameCharsAtMost && isMailAddress(name);
    const now = clock.now();
    const { flowSeconds, approvalSeconds, linkSeconds } = policy.limits;
    const until = later(now, 2 * flowSeconds + approvalSeconds + linkSeconds + spareSeconds);
    const sealedName = await seal.seal(isName ? name : '', until);
    if (sealedName === undefined) throw new Error('a name is too long to be sealed');
    // What is no address has nothing to be counted: each is a name of its own.
    const nameHash = hashOf(isName ? foldAddress(name) : `none ${id}`);
    const opened = await sessions.open(
      { id, actor: actorOfSession(id), kind, nameHash, sealedName, until },
      limits,
      now,
    );
    if (opened.is === 'used') return 'used';
    if (isName && opened.isReal) await requests.start({ id, kind });
    return 'asked';
  };
}

type Tried =
  | Exclude<TypedCodeAnswer, { readonly is: 'wrong' }>
  /** `isOpen`: it is still being looked at, so no other try may take its place. */
  | { readonly is: 'wrong'; readonly left: number; readonly isOpen: boolean };

function createCheck(parts: SelfServiceParts, requests: TypedRequests): SelfServiceAccess['check'] {
  const { sessions, policy, pace, background, clock } = parts;
  const limits = limitsOfName(policy);

  async function look(session: HeldSession, code: string, claim: string): Promise<Paced<Tried>> {
    // One that was looked at for too long may have been accepted since.
    const { claim: held } = session;
    if (held !== undefined && (await requests.proven(session)) !== undefined)
      return { value: { is: 'accepted', claim: held }, isReal: false };
    const reserved = await sessions.reserveTry(session.id, claim, limits, clock.now());
    if (reserved.is !== 'reserved') return { value: reserved, isReal: false };
    const { left, isReal } = reserved;
    const awaits = isReal ? await requests.awaitsCode(session) : undefined;
    // The process died, or was too slow, after a code was accepted. Whoever typed it may hold no claim: they begin anew.
    if (awaits?.isProven === true) {
      await sessions.end(session.id, clock.now());
      return { value: { is: 'ended' }, isReal: false };
    }
    if (awaits === undefined) return { value: { is: 'wrong', left, isOpen: false }, isReal: false };
    const looked = await requests.submit(awaits.flow, session, code, claim);
    if (looked !== undefined && isProven(looked.state)) return { value: { is: 'accepted', claim }, isReal: true };
    return { value: { is: 'wrong', left, isOpen: looked?.state.at === 'checking' }, isReal: true };
  }

  return async (session, typed) => {
    const code = readCode(typed);
    if (code === undefined) return pace.checks(async () => ({ value: { is: 'not-a-code' }, isReal: false }));
    const claim = newId();
    const tried = await pace.checks(() => look(session, code, claim));
    // After the beat: the next try is let in at the same moment, whether anybody was asked or not.
    if (tried.is === 'accepted') await sessions.finishTry(session.id, claim, 'passed');
    if (tried.is !== 'wrong') return tried;
    if (!tried.isOpen) await sessions.finishTry(session.id, claim, 'failed');
    if (tried.left === 0) await sessions.end(session.id, clock.now());
    if (tried.left === 0 && !tried.isOpen) background.run('end', () => requests.cancel(session));
    return { is: 'wrong', claim, left: tried.left };
  };
}
