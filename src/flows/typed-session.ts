// What a browser or a program does that typed a name in place of being vouched for by a chat. It lives beside the request: what is
// answered before the proof comes from here alone, so it is the same whether there is an account or not.
import type { ActorId, Instant } from './ids.ts';
import type { GatedKind } from './policy.ts';

/** One try to get in. `id`: 128 random bits; the actor of its request is made of it. */
export interface TypedSession {
  readonly id: string;
  readonly actor: ActorId;
  readonly kind: GatedKind;
  readonly startedAt: Instant;
  /** When the last code was ordered, or would have been. */
  readonly codeAt: Instant;
  /** Tries of all its codes so far. */
  readonly tries: number;
  /** The browser whose try is looked at, or was accepted: whoever holds an older cookie gets no further. */
  readonly claim?: string;
  /** When that try was taken. */
  readonly claimedAt?: Instant;
  /** Its code was accepted. */
  readonly isPassed?: true;
  readonly endedAt?: Instant;
}

export interface NewTypedSession extends Pick<TypedSession, 'id' | 'actor' | 'kind'> {
  /** A keyed hash of the name. */
  readonly nameHash: string;
  /** The name itself, which only this program can read. It is removed at `until`. */
  readonly sealedName: string;
  readonly until: Instant;
}

/** How much one name may use up here. */
export interface TypedLimits {
  readonly codesPerHour: number;
  readonly codeFailuresPerDay: number;
  readonly codeAttempts: number;
  readonly resendSeconds: number;
}

export type ReservedTry =
  /** `isReal`: the session has a code, and its name has tries left today. Otherwise nobody is asked, and nothing is counted for the name. `left`: tries of this session after this one. */
  | { readonly is: 'reserved'; readonly left: number; readonly isReal: boolean }
  /** No tries are left, or the session is over. */
  | { readonly is: 'ended' }
  /** The code is too old. It costs no try. */
  | { readonly is: 'expired' }
  /** Another try is being looked at. It costs none either. */
  | { readonly is: 'busy' };

export type ResentCode =
  | { readonly is: 'ordered'; readonly isReal: boolean }
  | { readonly is: 'too-soon'; readonly again: Instant }
  | { readonly is: 'ended' };

export interface TypedSessions {
  /** `isReal`: a code may be sent to this name now. `used`: a name was typed in this session before. */
  open(
    session: NewTypedSession,
    limits: TypedLimits,
    now: Instant,
  ): Promise<{ readonly is: 'open'; readonly isReal: boolean } | { readonly is: 'used' }>;
  find(id: string): Promise<TypedSession | undefined>;
  /** Undefined: no such session, or the name was removed. */
  sealedName(id: string): Promise<string | undefined>;
  /** Counts a try before anybody is asked. `claim`: of the browser that typed it. One at a time. */
  reserveTry(id: string, claim: string, limits: TypedLimits, now: Instant): Promise<ReservedTry>;
  /** What came of it. `passed`: it counts as no failure, and its claim stays. */
  finishTry(id: string, claim: string, outcome: 'passed' | 'failed'): Promise<void>;
  /** Orders another code, for whoever asks whether a code is sent. */
  resend(id: string, limits: TypedLimits, now: Instant): Promise<ResentCode>;
  end(id: string, now: Instant): Promise<void>;
  /** Notes that a code is sent for this session. False: all codes of this hour for people who typed a name are used up. */
  takeCode(id: string, perHour: number, now: Instant): Promise<boolean>;
  /** Counts a text message to this country, if there are any left for people who typed a name. */
  takeText(
    country: string,
    perDay: number,
    now: Instant,
  ): Promise<{ readonly is: 'yes' } | { readonly is: 'not-yet'; readonly again: Instant }>;
  /** One that was counted at that time was surely not sent. */
  giveTextBack(country: string, takenAt: Instant): Promise<void>;
}
