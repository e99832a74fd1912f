// What a page or a program can do for somebody who typed a name. Before the proof every answer is the same for every name.
import type { ActorId } from './ids.ts';
import type { GatedKind } from './policy.ts';
import type { Flow } from './state.ts';

/** What a browser holds, sealed. `id`: of its session; `claim`: of the code that it has typed last. */
export interface HeldSession {
  readonly id: string;
  readonly kind: GatedKind;
  readonly claim?: string;
}

/**
 * Each has a pace of its own. `program`: of the REST flow. `slow`: for browsers that show nothing by which they differ from a program.
 */
export type NameLane = 'usual' | 'slow' | 'program';

export type TypedCodeAnswer =
  /** `claim` goes into what the browser holds, with both of these: only who holds the right one gets further. */
  | { readonly is: 'accepted'; readonly claim: string }
  /** Not accepted, whatever the reason. `left`: how often this code may still be tried; 0: the session is over. */
  | { readonly is: 'wrong'; readonly claim: string; readonly left: number }
  /** None of these has cost a try. `busy`: another try is being looked at. `ended`: the session is over. */
  | { readonly is: 'not-a-code' | 'expired' | 'busy' | 'ended' };

/**
 * How far a session has come for the browser that holds it. `new`: no name was typed. `asked`: a code is awaited, whether one was sent or
 * not. `proven`: this browser's code was accepted. `over`: it was ended, or another browser's code was accepted.
 */
export type SessionStanding = 'new' | 'asked' | 'proven' | 'over';

export interface SelfServiceAccess {
  /** A session that nobody else has. Nothing is stored. */
  begin(kind: GatedKind): HeldSession;
  /** `crowded`: too many names are typed at this moment in this lane, whoever they are. `used`: a name was typed in this session already. */
  identify(
    session: HeldSession,
    name: string,
    lane?: NameLane,
  ): Promise<{ readonly is: 'asked' | 'used' } | { readonly is: 'crowded'; readonly inMs: number }>;
  standing(session: HeldSession): Promise<SessionStanding>;
  check(session: HeldSession, typed: string): Promise<TypedCodeAnswer>;
  resend(
    session: HeldSession,
  ): Promise<{ readonly is: 'sent' | 'ended' } | { readonly is: 'too-soon'; readonly inMs: number }>;
  /**
   * The request, for the browser whose code was accepted alone; once nothing is under way in it, or after `patienceMs`. Undefined for
   * everybody else.
   */
  proven(session: HeldSession, patienceMs: number): Promise<Flow | undefined>;
  /** The person wants nothing more of it. */
  end(session: HeldSession): Promise<void>;
  /** Who its request is by. */
  actorOf(session: HeldSession): ActorId;
}
