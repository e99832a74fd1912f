// What a client of the REST flow holds: its session, sealed. Every answer that goes a step further gives a new one.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Instant, instant, later } from '../../flows/ids.ts';
import { gatedKinds } from '../../flows/policy.ts';
import type { HeldSession } from '../../flows/self-service-access.ts';
import { createSealer } from '../../inbound/sealed-cookie.ts';
import { createSessionCookie } from '../../inbound/session-cookie.ts';

export interface RestSessions {
  read(request: FastifyRequest): Promise<HeldSession | undefined>;
  /** `seconds`: how long it may be used. */
  keep(reply: FastifyReply, session: HeldSession, seconds: number): Promise<void>;
  forget(reply: FastifyReply): void;
}

export interface RestSessionsParts {
  /** 32 bytes each, derived for this cookie alone: the first seals, all open. */
  readonly cookieKeys: readonly Uint8Array[];
  readonly publicUrl: string;
  readonly clock: { now(): Instant };
}

const held = z.object({
  until: z.number().transform(instant),
  id: z.string(),
  kind: z.enum(gatedKinds),
  claim: z.string().exactOptional(),
});

export function createRestSessions({ cookieKeys, publicUrl, clock }: RestSessionsParts): RestSessions {
  const cookie = createSessionCookie<z.output<typeof held>>({
    ...{ name: 'latchkey_session', path: '/rest', schema: held, clock },
    ...{ isSecure: publicUrl.startsWith('https:'), sameSite: 'strict' },
    sealer: createSealer(cookieKeys, clock),
  });
  return {
    async read(request) {
      const kept = await cookie.read(request);
      if (kept === undefined) return undefined;
      const { until: _until, ...session } = kept;
      return session;
    },
    keep: (reply, session, seconds) => cookie.write(reply, { ...session, until: later(clock.now(), seconds) }),
    forget: cookie.clear,
  };
}
